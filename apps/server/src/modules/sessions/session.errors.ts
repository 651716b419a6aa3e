import type { SessionState } from '@kubedan/contracts';
import { ProblemError, UnavailableError } from '../../problems/problem.error.js';

/** No session of this id belongs to who asks. Whether somebody else has it is not told. */
export class SessionNotFoundError extends ProblemError {
  readonly code = 'session-not-found';
  constructor() {
    super('You have no such session. Choose one of yours, or start a lab.');
  }
}
/** What was asked for needs an active session. */
export class SessionNotActiveError extends ProblemError {
  readonly code = 'session-not-active';
  constructor(state: SessionState, what: string) {
    const remedy = {
      queued: 'Wait',
      provisioning: 'Wait',
      preparing: 'Wait',
      active: 'Try again',
      suspended: 'Resume it',
      finished: 'Start the lab again',
      failed: 'Start the lab again',
    }[state];
    super(`The session is ${state}, so ${what}. ${remedy}.`);
  }
}
/** Too many unfinished sessions. */
export class SessionLimitError extends ProblemError {
  readonly code = 'session-limit';
}
/** The log has no event of this number yet. */
export class EventUnknownError extends ProblemError {
  readonly code = 'event-unknown';
  constructor(after: number, last: number) {
    super(`The session's last event is number ${last}; ${after} has not happened. Ask again with after=0.`);
  }
}
/** The session is active, and its cluster is not here yet: it comes by itself. */
export class ClusterWakingError extends UnavailableError {
  constructor() {
    super('The cluster is being woken up. Try again in a few seconds.');
  }
}
/** The session's cluster has no traffic. */
export class WorldNotFoundError extends ProblemError {
  readonly code = 'world-not-found';
  constructor() {
    super('This session has no traffic to show: its lab needs none, or its cluster is a real one.');
  }
}
/** No such trace, or it is not kept any more. */
export class TraceNotFoundError extends ProblemError {
  readonly code = 'trace-not-found';
  constructor(id: string) {
    super(`There is no trace ${id} any more: some hundreds of the last ten minutes are kept. Choose one of the list.`);
  }
}
/** All hints of the task are shown, or there is no such task. */
export class HintUnknownError extends ProblemError {
  readonly code = 'hint-unknown';
}
/** No such question in this lab, or no such option. */
export class CheckUnknownError extends ProblemError {
  readonly code = 'check-unknown';
}
