import { worldMarksKept } from '@kubedan/contracts';
import type { AuditEntry } from '@kubedan/kube';
import { expect, it } from 'vitest';
import { WorldMarks } from './world-marks.js';

const entry = (change: Partial<AuditEntry> = {}, second = 0): AuditEntry => ({
  by: 'learner',
  user: 'learner',
  verb: 'patch',
  group: 'apps',
  resource: 'deployments',
  subresource: '',
  namespace: 'mall',
  name: 'shop',
  code: 200,
  at: new Date(second * 1000).toISOString(),
  userAgent: 'kubectl',
  ...change,
});
const marksOf = (...entries: AuditEntry[]) => {
  const marks = new WorldMarks();
  marks.add(entries, (hostMs) => hostMs - 1_000);
  return marks.since(60_000);
};

it("marks a learner's change at the world's time", () => {
  expect(marksOf(entry({ verb: 'create', group: '', resource: 'secrets', name: 'key', code: 201 }, 4))).toEqual([
    { atMs: 3_000, verb: 'create', resource: 'secrets', namespace: 'mall', name: 'key', count: 1 },
  ]);
});

it('leaves out what changed nothing, and what others did', () => {
  expect(
    marksOf(
      entry({ verb: 'get' }),
      entry({ code: 403 }),
      entry({ by: 'serviceAccount' }),
      entry({ verb: 'create', group: '', resource: 'pods', subresource: 'exec', code: 101 }),
      entry({ verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews', code: 201 }),
    ),
  ).toEqual([]);
});

it('takes the same change again soon after as one', () => {
  const marks = marksOf(entry({}, 1), entry({}, 2), entry({ subresource: 'scale' }, 3), entry({}, 30));
  expect(marks.map(({ resource, count }) => [resource, count])).toEqual([
    ['deployments', 2],
    ['deployments/scale', 1],
    ['deployments', 1],
  ]);
});

it('keeps the last ones', () => {
  const marks = marksOf(...Array.from({ length: worldMarksKept + 5 }, (_, index) => entry({ name: `web-${index}` })));
  expect(marks).toHaveLength(worldMarksKept);
  expect(marks[0]?.name).toBe('web-5');
});
