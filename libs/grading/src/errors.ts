/** An answer that cannot be given: no such question or option, or several where one is asked for. */
export class AnswerInvalidError extends Error {
  override readonly name = 'AnswerInvalidError';
}

/** The grader was stopped; make a new one with the state of this one. */
export class GraderStoppedError extends Error {
  override readonly name = 'GraderStoppedError';
}
