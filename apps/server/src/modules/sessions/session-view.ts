import {
  type CheckSpec,
  type CheckVerdict,
  isMeasured,
  kindOfCheck,
  titleOfCheck,
  type LocalizedText,
  type SessionSummary,
  type SessionView,
  type TaskSpec,
  type TaskView,
} from '@kubedan/contracts';
import { subjectIn } from '@kubedan/grading';
import { isAlive } from './session-states.js';
import type { SessionEntity } from './session.entity.js';

export interface TerminalAvailability {
  available: boolean;
  reason?: LocalizedText;
}

/** What of a session its learner gets to see; a preview has no more of it. */
export type SeenSession = Pick<
  SessionEntity,
  | 'id'
  | 'labName'
  | 'labHash'
  | 'seed'
  | 'lab'
  | 'state'
  | 'outcome'
  | 'reason'
  | 'step'
  | 'notice'
  | 'provider'
  | 'lastEvent'
  | 'verdicts'
  | 'pointsReached'
  | 'pointsTotal'
  | 'hintsShown'
  | 'answers'
  | 'extensionsLeft'
  | 'createdAt'
  | 'expiresAt'
  | 'finishedAt'
>;

/** @returns the session as its learner sees it: without what would give answers away */
export function viewOf(session: SeenSession, terminals: TerminalAvailability): SessionView {
  return {
    ...summaryOf(session),
    ...(session.reason === null ? {} : { reason: session.reason }),
    ...(session.step === null ? {} : { step: session.step }),
    ...(session.notice === null ? {} : { notice: session.notice }),
    ...(session.provider === null ? {} : { provider: session.provider }),
    // Real nodes play no world.
    ...(session.provider === 'embedded' && session.lab.document.spec.world !== undefined ? { traffic: true } : {}),
    text: session.lab.text,
    // It gives the solution away: nobody gets it who could still use it.
    ...(session.state === 'finished' && session.lab.debrief !== undefined ? { debrief: session.lab.debrief } : {}),
    tasks: session.lab.document.spec.tasks.map((task) => taskView(task, session)),
    verdicts: verdictsInOrder(session),
    lastEvent: session.lastEvent,
    ...(session.finishedAt === null ? {} : { finishedAt: session.finishedAt.toISOString() }),
    extensionsLeft: session.extensionsLeft,
    terminals,
  };
}

export function summaryOf(session: SeenSession): SessionSummary {
  const { tier, skills, title, minutes } = session.lab.document.metadata;
  return {
    id: session.id,
    lab: { name: session.labName, hash: session.labHash, tier, skills, title, minutes },
    seed: session.seed,
    state: session.state,
    ...(session.outcome === null ? {} : { outcome: session.outcome }),
    points: { reached: session.pointsReached, total: session.pointsTotal },
    createdAt: session.createdAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  };
}

/** @returns all checks of a lab in the order of its tasks */
export function checksOf(tasks: readonly TaskSpec[]): { task: TaskSpec; check: CheckSpec }[] {
  return tasks.flatMap((task) => task.checks.map((check) => ({ task, check })));
}

function verdictsInOrder(session: SeenSession): CheckVerdict[] {
  return checksOf(session.lab.document.spec.tasks).flatMap(({ check }) => session.verdicts[check.id] ?? []);
}

function taskView(task: TaskSpec, session: SeenSession): TaskView {
  const shown = session.hintsShown[task.id] ?? 0;
  return {
    id: task.id,
    title: task.title,
    hints: task.hints.length,
    hintsShown: task.hints.slice(0, shown),
    checks: task.checks.map((check) => checkView(check, session)),
  };
}

function checkView(check: CheckSpec, session: SeenSession): TaskView['checks'][number] {
  const view = { id: check.id, title: titleOfCheck(check), kind: kindOfCheck(check), points: check.points };
  if (!('ask' in check)) {
    const isAsked = 'http' in check || 'exec' in check || 'audit' in check || (isMeasured(check) && !('cost' in check));
    return {
      ...view,
      always: check.always ?? false,
      ...(check.holds === undefined ? {} : { holds: check.holds }),
      ...(isAsked ? { asks: subjectIn(check, session.lab.document.spec.namespace) } : {}),
    };
  }
  const { question, choose, options, explanation } = check.ask;
  const isTold = session.verdicts[check.id]?.state === 'pass' || !isAlive(session.state);
  return {
    ...view,
    always: false,
    question: {
      question,
      choose,
      options: options.map(({ id, text }) => ({ id, text })),
      answered: session.answers[check.id] ?? [],
      ...(isTold ? { explanation } : {}),
    },
  };
}
