import { ProblemError } from '../../problems/problem.error.js';

/** No self-test of this id belongs to who asks. Whether somebody else has it is not told. */
export class PlacementNotFoundError extends ProblemError {
  readonly code = 'placement-not-found';
  constructor() {
    super('You have no such self-test. GET /api/v1/placements lists yours.');
  }
}
/** An unfinished self-test is there; it goes on where it was. */
export class PlacementOpenError extends ProblemError {
  readonly code = 'placement-open';
  constructor(id: string) {
    super(`Your self-test ${id} is not finished. Go on with it, or give it up to begin another.`);
  }
}
/** Nothing can be answered any more. */
export class PlacementOverError extends ProblemError {
  readonly code = 'placement-over';
  constructor() {
    super('This self-test is over. Begin another.');
  }
}
/** There is no result before the last answer. */
export class PlacementUnfinishedError extends ProblemError {
  readonly code = 'placement-unfinished';
  constructor() {
    super('This self-test has no result: it was not finished. Answer its questions, or begin another.');
  }
}
/** Too many self-tests in a day: who sees the whole bank is no longer measured by it. */
export class PlacementLimitError extends ProblemError {
  readonly code = 'placement-limit';
  constructor(limit: number) {
    super(`You have begun ${limit} self-tests within a day, as many as are allowed. Come back tomorrow.`);
  }
}
/** The answer is not one to the question that waits. */
export class QuestionNotAskedError extends ProblemError {
  readonly code = 'question-not-asked';
}
