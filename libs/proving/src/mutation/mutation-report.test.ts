import { checkSchema, type CheckSpec } from '@kubedan/contracts';
import { Judge, type JudgedCheck } from '@kubedan/grading';
import type { BoundLab } from '@kubedan/labs';
import { describe, expect, it } from 'vitest';
import { mutateChecks } from './mutation-report.js';
import { Recording } from './recording.js';

const title = { en: 'It is so', zh: '是这样' };
const object = { apiVersion: 'v1', kind: 'Pod', name: 'web' };

function labOf(fields: Record<string, unknown>): BoundLab {
  const check: CheckSpec = checkSchema.parse({ id: 'c', title, object, ...fields });
  return { seed: 's', lab: { name: 'lab' }, checks: [{ task: { id: 't' }, check }] } as unknown as BoundLab;
}

/** @param start objects seen at the start @param rest those seen later, a second apart */
function recorded(bound: BoundLab, start: object[], rest: object[], fails?: string[]): Recording {
  const wrong = fails === undefined ? undefined : { name: 'wrong', run: 'wrong.sh', fails };
  const recording = new Recording(bound, wrong);
  const judge = new Judge(bound.checks[0]?.check as JudgedCheck);
  [...start, ...rest].forEach((seen, second) => {
    if (second === start.length) recording.markStart();
    const observation = { seen, given: null, now: new Date(second * 1000), session: { seed: 's', startedAt: '' } };
    recording.add({ checkId: 'c', at: second * 1000, observation, judgement: judge.judge(observation) });
  });
  return recording;
}

const survivors = (recordings: Recording[]): string[] =>
  mutateChecks(recordings)?.survivors.map(({ change }) => change) ?? [];

describe('mutateChecks', () => {
  it('notices a mistake by the start, by the solution, or by a wrong answer that names the check', () => {
    const bound = labOf({ expect: 'object.a == 2' });
    const solution = recorded(bound, [{ a: 1 }], [{ a: 2 }]);
    expect(survivors([solution])).toEqual(['the check is left out']);
    expect(survivors([solution, recorded(bound, [], [{ a: 3 }], ['other'])])).toEqual(['the check is left out']);
    const report = mutateChecks([solution, recorded(bound, [], [{ a: 3 }], ['c'])]);
    expect(report).toEqual({ lab: 'lab', mutants: 5, noticed: 5, survivors: [] });
  });

  it('reports a part of an expression that no proof needs', () => {
    const bound = labOf({ expect: 'object.a == 2 && object.b == 2' });
    const recordings = [
      recorded(bound, [{ a: 1, b: 1 }], [{ a: 2, b: 2 }]),
      recorded(bound, [], [{ a: 1, b: 2 }], ['c']),
    ];
    expect(survivors(recordings)).toEqual(['without && object.b == 2']);
  });

  it('notices that times are gone only when a moment would have been enough', () => {
    const bound = labOf({ expect: 'object.a == 2', holds: '2s' });
    const solution = recorded(bound, [{ a: 1 }], [{ a: 2 }, { a: 2 }, { a: 2 }]);
    const steady = recorded(bound, [], [{ a: 1 }], ['c']);
    const wavering = recorded(bound, [], [{ a: 1 }, { a: 2 }, { a: 1 }], ['c']);
    expect(survivors([solution, steady])).toEqual(['without holds: 2s']);
    expect(survivors([solution, wavering])).toEqual([]);
  });

  it('needs a rule that is broken for a moment to see that it must never be', () => {
    const bound = labOf({ expect: 'object.a >= 2', always: true });
    const solution = recorded(bound, [{ a: 2 }], [{ a: 2 }]);
    expect(survivors([solution, recorded(bound, [], [{ a: 1 }], ['c'])])).toEqual(['without always']);
    expect(survivors([solution, recorded(bound, [], [{ a: 1 }, { a: 2 }], ['c'])])).toEqual([]);
  });
});
