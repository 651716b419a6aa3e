import type { CheckVerdict, SessionView } from '@kubedan/contracts';
import { AnswerInvalidError, checkAnswer, judgeAnswer, type AskCheck } from '@kubedan/grading';
import { bindLab, type BoundLab, type Lab } from '@kubedan/labs';
import { CheckUnknownError, HintUnknownError } from '../modules/sessions/session.errors.js';
import { pointsOf } from '../modules/sessions/session-verdicts.js';
import { viewOf } from '../modules/sessions/session-view.js';

/** Seeds that are remembered; who looks at more begins those anew. */
const mostSessions = 50;

/** What somebody did who plays a learner. */
interface Played {
  hintsShown: Record<string, number>;
  answers: Record<string, string[]>;
  isOver: boolean;
  lastEvent: number;
  createdAt: Date;
}

/**
 * Sessions without a cluster, one for each seed: hints and questions work as for a learner, and other checks wait for ever. They
 * outlive changes of the lab as far as it still has what was done.
 */
export class PreviewSessions {
  readonly #played = new Map<string, Played>();

  constructor(private readonly now: () => Date) {}

  /** @returns what a learner with this seed sees */
  view(lab: Lab, seed: string): SessionView {
    const bound = bindLab(lab, seed);
    const { hintsShown, answers, isOver, lastEvent, createdAt } = this.#of(seed);
    const verdicts = Object.fromEntries(this.#verdicts(bound, answers, isOver).map((one) => [one.checkId, one]));
    const { document, texts, debrief, variables } = bound;
    return viewOf(
      {
        id: seed,
        labName: lab.name,
        labHash: lab.hash,
        seed,
        lab: { document, text: texts, ...(debrief === undefined ? {} : { debrief }), variables },
        state: isOver ? 'finished' : 'active',
        outcome: isOver ? 'passed' : null,
        reason: null,
        step: null,
        notice: null,
        provider: null,
        lastEvent,
        verdicts,
        pointsReached: pointsOf(verdicts),
        pointsTotal: bound.checks.reduce((sum, { check }) => sum + check.points, 0),
        hintsShown,
        answers,
        extensionsLeft: 0,
        createdAt,
        expiresAt: createdAt,
        finishedAt: isOver ? createdAt : null,
      },
      { available: false },
    );
  }

  /** @throws HintUnknownError when the task has no further hint, or there is none of that name */
  showHint(lab: Lab, seed: string, taskId: string): SessionView {
    const played = this.#of(seed);
    const task = lab.spec.spec.tasks.find(({ id }) => id === taskId);
    const shown = played.hintsShown[taskId] ?? 0;
    if (task === undefined || shown >= task.hints.length) throw new HintUnknownError('This task has no further hint.');
    return this.#changed(lab, seed, { hintsShown: { ...played.hintsShown, [taskId]: shown + 1 } });
  }

  /** @throws CheckUnknownError when the lab has no such question, or it has no such option */
  answer(lab: Lab, seed: string, checkId: string, options: string[]): SessionView {
    const question = questionsOf(bindLab(lab, seed)).find(({ check }) => check.id === checkId);
    if (question === undefined) throw new CheckUnknownError(`The lab has no question ${JSON.stringify(checkId)}.`);
    if (!isPossible(question.check, options)) throw new CheckUnknownError(`${checkId} has no such answer.`);
    return this.#changed(lab, seed, { answers: { ...this.#of(seed).answers, [checkId]: options } });
  }

  /** Shows the end of a session that was passed. */
  finish(lab: Lab, seed: string): SessionView {
    return this.#changed(lab, seed, { isOver: true });
  }

  /** Begins anew. */
  reset(lab: Lab, seed: string): SessionView {
    return this.#changed(lab, seed, { isOver: false, hintsShown: {}, answers: {} });
  }

  #of(seed: string): Played {
    const known = this.#played.get(seed);
    if (known !== undefined) return known;
    return { hintsShown: {}, answers: {}, isOver: false, lastEvent: 0, createdAt: this.now() };
  }

  #changed(lab: Lab, seed: string, change: Partial<Played>): SessionView {
    const played = this.#of(seed);
    this.#played.delete(seed);
    this.#played.set(seed, { ...played, ...change, lastEvent: played.lastEvent + 1 });
    const [oldest] = this.#played.keys();
    if (this.#played.size > mostSessions && oldest !== undefined) this.#played.delete(oldest);
    return this.view(lab, seed);
  }

  #verdicts(bound: BoundLab, answers: Played['answers'], isOver: boolean): CheckVerdict[] {
    const base = { mismatches: [], at: this.now().toISOString() };
    if (isOver) {
      return bound.checks.map(({ task, check }) => ({
        ...base,
        checkId: check.id,
        taskId: task.id,
        state: 'pass',
        points: check.points,
      }));
    }
    return questionsOf(bound).flatMap(({ task, check }) => {
      const chosen = answers[check.id] ?? [];
      const judgement = isPossible(check, chosen) ? judgeAnswer(check, chosen) : undefined;
      if (judgement === undefined) return [];
      return { ...base, checkId: check.id, taskId: task.id, points: check.points, ...judgement };
    });
  }
}

function questionsOf(bound: BoundLab): { task: { id: string }; check: AskCheck }[] {
  return bound.checks.flatMap(({ task, check }) => ('ask' in check ? [{ task, check }] : []));
}

function isPossible(check: AskCheck, options: readonly string[]): boolean {
  try {
    checkAnswer(check, options);
    return true;
  } catch (error) {
    if (error instanceof AnswerInvalidError) return false;
    throw error;
  }
}
