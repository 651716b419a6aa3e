import { kindOfCheck, type CheckSpec, type CheckVerdict, type TaskSpec } from '@kubedan/contracts';
import { Judge } from './judge.js';
import type { CheckMemory } from './state.js';
import { subjectOf } from './subject.js';
import type { Watched } from './sources/watches.js';
import { namespaceOf } from './subject.js';
import type { Timed } from './timing.js';

export type FileCheck = Extract<CheckSpec, { file: unknown }>;
type Judged = Exclude<CheckSpec, { ask: unknown }>;

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
  const named = withNamespace(check, labNamespace);
  return {
    task,
    check,
    judge: isAsk ? undefined : new Judge(check as Judged, subjectOf(named)),
    timed: !('ask' in check) && (check.holds !== undefined || check.latched === true || check.always === true),
    watched: undefined,
    memory,
    verdict: { checkId: check.id, taskId: task.id, state: 'pending', points: 0, mismatches: [], at },
    cancelWake: undefined,
    cost: 0,
    overdue: false,
  };
}

/** Cluster-wide kinds are named without a namespace, as kubectl prints them. */
const clusterWide = new Set([
  'Node',
  'Namespace',
  'PersistentVolume',
  'StorageClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'PriorityClass',
  'IngressClass',
  'RuntimeClass',
]);

function withNamespace(check: CheckSpec, labNamespace: string | undefined): CheckSpec {
  if (!('object' in check) || clusterWide.has(check.object.kind)) return check;
  return { ...check, object: { ...check.object, namespace: namespaceOf(check.object.namespace, labNamespace) } };
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
