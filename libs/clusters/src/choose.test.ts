import { describe, expect, it } from 'vitest';
import { chooseProvider } from './choose.js';
import { NoProviderError } from './errors.js';
import type { Availability, ClusterProvider } from './provider.js';

function provider(capabilities: ClusterProvider['capabilities'], availability: Availability): ClusterProvider {
  const unused = (): never => {
    throw new Error('not asked for here');
  };
  return {
    name: 'embedded',
    capabilities,
    probe: async () => availability,
    warmNodes: unused,
    warm: unused,
    claim: unused,
    isHealthy: unused,
    create: unused,
    suspend: unused,
    resume: unused,
    destroy: unused,
    list: unused,
    onLost: unused,
    [Symbol.asyncDispose]: unused,
  };
}

const unusable: Availability = {
  usable: false,
  reason: { en: 'no etcd.', zh: '没有 etcd。' },
  remedy: { en: 'Install Go.', zh: '请安装 Go。' },
};

describe('chooseProvider', () => {
  it('takes the first that has everything and is usable', async () => {
    const second = provider(['control-plane', 'traffic'], { usable: true });
    const chosen = await chooseProvider(
      [provider(['control-plane'], { usable: true }), provider(['control-plane', 'traffic'], unusable), second],
      ['traffic'],
    );
    expect(chosen).toBe(second);
  });

  it('says for each provider why it does not fit and what to do', async () => {
    const choice = chooseProvider(
      [provider(['control-plane'], { usable: true }), provider(['gpu'], unusable)],
      ['gpu'],
    );
    await expect(choice).rejects.toThrow(NoProviderError);
    await expect(choice).rejects.toThrow('it has no gpu. embedded: no etcd. Install Go.');
  });
});
