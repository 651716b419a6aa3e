import type { KubeObject } from '@kubedan/kube';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { releaseOf } from './helm-release.js';

function secret(payload: unknown): KubeObject {
  const packed = gzipSync(JSON.stringify(payload)).toString('base64');
  return raw(Buffer.from(packed).toString('base64'));
}
const raw = (release: unknown): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'r' },
  data: { release },
});
const revision = (version: number, status: string, config: unknown = undefined) => ({
  name: 'web',
  namespace: 'shop',
  version,
  info: { status, description: 'd' },
  chart: { metadata: { name: 'web', version: `1.0.${version}`, appVersion: '9' }, values: { a: { b: 1, c: 2 }, d: 3 } },
  config,
});

describe('releaseOf', () => {
  it('gives the newest revision, with what came before', () => {
    const release = releaseOf([
      secret(revision(10, 'deployed', { a: { b: 5, c: null } })),
      secret(revision(9, 'superseded')),
    ]);
    expect(release).toEqual({
      name: 'web',
      namespace: 'shop',
      revision: 10,
      status: 'deployed',
      chart: { name: 'web', version: '1.0.10', appVersion: '9' },
      values: { a: { b: 5, c: null } },
      allValues: { a: { b: 5 }, d: 3 },
      history: [
        { revision: 9, status: 'superseded', chartVersion: '1.0.9', description: 'd' },
        { revision: 10, status: 'deployed', chartVersion: '1.0.10', description: 'd' },
      ],
    });
  });
  it('is null when there is none', () => {
    expect(releaseOf([])).toBeNull();
  });
  it('passes over Secrets that hold no release, whoever wrote them', () => {
    const bomb = Buffer.from(gzipSync(Buffer.alloc(40 * 1024 * 1024)).toString('base64')).toString('base64');
    const odd = [
      raw(undefined),
      raw(3),
      raw('x'),
      raw('%%%'),
      raw(bomb),
      secret(null),
      secret([]),
      secret({ version: 'x' }),
    ];
    expect(releaseOf(odd)).toBeNull();
    expect(releaseOf([...odd, secret({ version: 1 })])).toMatchObject({
      revision: 1,
      status: '',
      chart: { name: '' },
      values: {},
    });
    expect(releaseOf([...odd, secret(revision(2, 'failed', 'odd'))])).toMatchObject({ revision: 2, values: {} });
  });
});
