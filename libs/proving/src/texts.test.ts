import { describe, expect, it } from 'vitest';
import type { BoundLab } from '@kubedan/labs';
import { namesIn, unknownNames } from './texts.js';

describe('namesIn', () => {
  it('finds names in code, and only there', () => {
    expect(
      namesIn('Scale deploy/web, that is `deploy/web`, with `kubectl -n shop scale deployment web --replicas 3`.'),
    ).toEqual([
      { kind: 'Deployment', name: 'web' },
      { kind: 'Namespace', name: 'shop' },
      { kind: 'Deployment', name: 'web' },
    ]);
  });

  it('reads blocks and leaves placeholders, flags and lists of kinds alone', () => {
    expect(
      namesIn('```sh\nkubectl get pods -o wide\nkubectl describe pod <name>\nkubectl logs pod/web-0\n```'),
    ).toEqual([{ kind: 'Pod', name: 'web-0' }]);
    expect(namesIn('`registry.example/web:1.0` and `apps/v1`')).toEqual([]);
  });
});

describe('unknownNames', () => {
  const bound = {
    document: { spec: { needs: { nodes: 1 }, namespace: 'shop', ready: [] } },
    texts: { en: 'Look at `node/node-1`.', zh: '看看 `node/node-1`。' },
    given: [],
    tasks: [],
    checks: [],
  } as unknown as BoundLab;

  it('reads the debrief as well as the text', () => {
    expect(unknownNames(bound)).toEqual([]);
    expect(unknownNames({ ...bound, debrief: { en: 'It was `pod/oven`.', zh: '是 `node/node-1`。' } })).toEqual([
      'debrief.en.md names Pod oven, which neither is given nor looked at by a check',
    ]);
  });
});
