import { loadLab, type Lab } from '@kubedan/labs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CheckUnknownError, HintUnknownError } from '../modules/sessions/session.errors.js';
import { PreviewSessions } from './preview-sessions.js';

const folder = path.resolve(import.meta.dirname, '../../../../labs/bronze/first-pod');
const question = 'image-or-container';

describe('PreviewSessions', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await loadLab(folder);
  });
  const sessions = (): PreviewSessions => new PreviewSessions(() => new Date(0));

  it('shows what a learner with the seed sees: nothing that gives an answer away', () => {
    const view = sessions().view(lab, 'seed-1');
    expect(view).toMatchObject({ state: 'active', seed: 'seed-1', points: { reached: 0 }, verdicts: [] });
    expect(view.text.en).not.toContain('${');
    expect(view).not.toHaveProperty('debrief');
    expect(JSON.stringify(view.tasks)).not.toMatch(/correct|explanation/);
    expect(view.tasks.flatMap(({ hintsShown }) => hintsShown)).toEqual([]);
    expect(sessions().view(lab, 'seed-2').text).not.toEqual(view.text);
  });

  it('shows hints one by one, for each seed by itself', () => {
    const one = sessions();
    const { hints } = one.view(lab, 'a').tasks[0]!;
    for (let shown = 1; shown <= hints; shown += 1)
      expect(one.showHint(lab, 'a', 'understand').tasks[0]?.hintsShown).toHaveLength(shown);
    expect(() => one.showHint(lab, 'a', 'understand')).toThrow(HintUnknownError);
    expect(() => one.showHint(lab, 'a', 'no-such-task')).toThrow(HintUnknownError);
    expect(one.view(lab, 'b').tasks[0]?.hintsShown).toEqual([]);
  });

  it('judges questions as the grader does', () => {
    const one = sessions();
    const answered = (options: string[]) => {
      const { verdicts, tasks, points } = one.answer(lab, 'a', question, options);
      return { state: verdicts[0]?.state, question: tasks[0]?.checks[0]?.question, points: points.reached };
    };
    expect(answered(['same'])).toMatchObject({ state: 'fail', question: { answered: ['same'] }, points: 0 });
    expect(answered(['template'])).toMatchObject({
      state: 'pass',
      question: { answered: ['template'], explanation: { en: expect.stringContaining('image') } },
      points: 1,
    });
    expect(() => one.answer(lab, 'a', question, ['no-such-option'])).toThrow(CheckUnknownError);
    expect(() => one.answer(lab, 'a', 'runs', ['a'])).toThrow(CheckUnknownError);
  });

  it('shows the end with the debrief, and begins anew', () => {
    const one = sessions();
    one.answer(lab, 'a', question, ['same']);
    const end = one.finish(lab, 'a');
    expect(end).toMatchObject({ state: 'finished', outcome: 'passed' });
    expect(end.points.reached).toBe(end.points.total);
    expect(end.debrief?.zh).not.toBe('');
    const begun = one.reset(lab, 'a');
    expect(begun).toMatchObject({ state: 'active', points: { reached: 0 }, verdicts: [] });
    expect(begun.lastEvent).toBeGreaterThan(end.lastEvent);
  });

  it('forgets what the lab no longer has', () => {
    const one = sessions();
    one.answer(lab, 'a', question, ['template']);
    one.showHint(lab, 'a', 'understand');
    const [task, ...others] = lab.spec.spec.tasks;
    const changed = {
      ...lab,
      spec: { ...lab.spec, spec: { ...lab.spec.spec, tasks: [{ ...task!, id: 'other', hints: [] }, ...others] } },
    };
    changed.spec.spec.tasks[0]!.checks = task!.checks.map((check) => ({ ...check, id: `${check.id}-2` }));
    expect(one.view(changed, 'a')).toMatchObject({ verdicts: [], points: { reached: 0 } });
    expect(one.view(changed, 'a').tasks[0]?.hintsShown).toEqual([]);
  });
});
