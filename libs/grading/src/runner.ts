import { kindOfCheck, type CheckSpec, type CheckVerdict, type TaskSpec } from '@kubedan/contracts';
import { Judge, type JudgedCheck } from './judge.js';
import type { CheckMemory } from './state.js';
import { subjectIn } from './subject.js';
import type { Inquirer } from './sources/inquirer.js';
import type { Watched } from './sources/watches.js';
import type { Timed } from './timing.js';

export type FileCheck = Extract<CheckSpec, { file: unknown }>;

/** One check while a session is graded. */
export interface Runner {
  readonly task: TaskSpec;
  readonly check: CheckSpec;
  /** Absent for `ask`. */
  readonly judge: Judge | undefined;
  /** True when states that last a moment matter: `holds`, `latched`, `always`. */
  readonly timed: boolean;
  /** The objects that it looks at, if any. */
  watched: Watched | undefined;
  /** Asks what it wants to know, where that cannot be watched. */
  inquirer: Inquirer | undefined;
  /** Until when, and for how long, an answer that changes no state is not announced, ms. */
  quiet: { until: number; for: number };
  memory: CheckMemory;
  verdict: CheckVerdict;
  /** Ends the timer of `holds`. */
  cancelWake: (() => void) | undefined;
  /** How long judging it takes, ms: a mean in which the last counts half. */
  cost: number;
  /** The timer of `holds` ran out while the watch was away. */
  overdue: boolean;
}

/** @param at ISO 8601 */
export function makeRunner(
  task: TaskSpec,
  check: CheckSpec,
  memory: CheckMemory,
  labNamespace: string | undefined,
  at: string,
): Runner {
  const isAsk = kindOfCheck(check) === 'ask';
  return {
    task,
    check,
    judge: isAsk ? undefined : new Judge(check as JudgedCheck, subjectIn(check, labNamespace)),
    timed: !('ask' in check) && (check.holds !== undefined || check.latched === true || check.always === true),
    watched: undefined,
    inquirer: undefined,
    quiet: { until: 0, for: 0 },
    memory,
    verdict: { checkId: check.id, taskId: task.id, state: 'pending', points: 0, mismatches: [], at },
    cancelWake: undefined,
    cost: 0,
    overdue: false,
  };
}

/** @param at ISO 8601 */
export function verdictOf(
  { task, check }: Runner,
  { state, message, mismatches, holdsUntil }: Timed,
  at: string,
): CheckVerdict {
  return {
    checkId: check.id,
    taskId: task.id,
    state,
    points: state === 'pass' ? check.points : 0,
    ...(message ? { message } : {}),
    mismatches,
    ...(holdsUntil ? { holdsUntil } : {}),
    at,
  };
}

/** True when both say the same, whenever they say it. */
export function sameVerdict(a: CheckVerdict, b: CheckVerdict): boolean {
  return JSON.stringify({ ...a, at: '' }) === JSON.stringify({ ...b, at: '' });
}
