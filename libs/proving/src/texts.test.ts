import { describe, expect, it } from 'vitest';
import { namesIn } from './texts.js';

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
