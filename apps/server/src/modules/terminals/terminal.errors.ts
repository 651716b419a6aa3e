import { ProblemError } from '../../problems/problem.error.js';

/** No such terminal, or it has ended. */
export class TerminalNotFoundError extends ProblemError {
  readonly code = 'terminal-not-found';
  constructor() {
    super('This terminal has ended. Open a new one.');
  }
}
/** The session has as many terminals as it may. */
export class TerminalLimitError extends ProblemError {
  readonly code = 'terminal-limit';
  constructor(limit: number) {
    super(`A session has at most ${limit} terminals. Close one of them first.`);
  }
}
