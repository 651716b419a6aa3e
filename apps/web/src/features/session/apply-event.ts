import type { CheckVerdict, SessionEvent, SessionView } from '@kubedan/contracts';

export interface Applied {
  view: SessionView;
  /** `duplicate`: seen before, nothing changed. `gap`: something is missing before it, ask for it; nothing changed. */
  result: 'applied' | 'duplicate' | 'gap';
  /** The event tells of a change of which the view holds more than the event says: fetch it again. */
  refetch: boolean;
}

/** Plays one event of a session's log upon its view. Pure; each event changes the view once, and only in order. */
export function applyEvent(view: SessionView, event: SessionEvent): Applied {
  if (event.sessionId !== view.id || event.number <= view.lastEvent)
    return { view, result: 'duplicate', refetch: false };
  if (event.number > view.lastEvent + 1) return { view, result: 'gap', refetch: false };
  return {
    view: { ...changed(view, event), lastEvent: event.number },
    result: 'applied',
    // A state brings terminals, extensions and explanations with it; a right answer its explanation.
    refetch:
      event.type === 'state' ||
      event.type === 'reset' ||
      event.type === 'expiry' ||
      (event.type === 'verdict' && event.verdict.state === 'pass' && isQuestion(view, event.verdict.checkId)),
  };
}

function changed(view: SessionView, event: SessionEvent): SessionView {
  switch (event.type) {
    case 'state': {
      const { outcome: _outcome, reason: _reason, step: _step, ...rest } = view;
      return {
        ...rest,
        state: event.state,
        ...(event.outcome ? { outcome: event.outcome } : {}),
        ...(event.reason ? { reason: event.reason } : {}),
        ...(event.state === 'finished' ? { finishedAt: event.at } : {}),
      };
    }
    case 'step':
      return { ...view, step: event.step };
    case 'verdict':
      return { ...view, verdicts: withVerdict(view.verdicts, event.verdict), points: event.points };
    case 'hint':
      return {
        ...view,
        tasks: view.tasks.map((task) => {
          if (task.id !== event.taskId) return task;
          const hintsShown = [...task.hintsShown];
          hintsShown[event.index] = event.text;
          return { ...task, hintsShown };
        }),
      };
    case 'answer':
      return {
        ...view,
        tasks: view.tasks.map((task) => ({
          ...task,
          checks: task.checks.map((check) =>
            check.id === event.checkId && check.question
              ? { ...check, question: { ...check.question, answered: event.options } }
              : check,
          ),
        })),
      };
    case 'expiry':
      return { ...view, expiresAt: event.expiresAt };
    case 'reset': {
      const { notice: _notice, ...rest } = view;
      return { ...rest, verdicts: [], points: { ...view.points, reached: 0 } };
    }
    case 'notice':
      return { ...view, notice: event.notice };
  }
}

function withVerdict(verdicts: readonly CheckVerdict[], verdict: CheckVerdict): CheckVerdict[] {
  const isKnown = verdicts.some(({ checkId }) => checkId === verdict.checkId);
  return isKnown ? verdicts.map((old) => (old.checkId === verdict.checkId ? verdict : old)) : [...verdicts, verdict];
}

function isQuestion(view: SessionView, checkId: string): boolean {
  return view.tasks.some((task) => task.checks.some((check) => check.id === checkId && check.question !== undefined));
}

/**
 * Joins a fetched view with the one that events have led to. An answer that was under way while events came is older than
 * they are: what events say is then kept.
 */
export function newerView(known: SessionView | undefined, fetched: SessionView): SessionView {
  if (!known || fetched.lastEvent >= known.lastEvent) return fetched;
  return known;
}
