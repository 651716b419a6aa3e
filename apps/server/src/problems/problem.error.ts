import type { Problem, ProblemCode } from '@kubedan/contracts';

/** An error that a caller can do something about. Features derive theirs from it; problem.mapping.ts gives each code its HTTP status. */
export abstract class ProblemError extends Error {
  abstract readonly code: ProblemCode;

  /** @param message what happened and what to do, for a person */
  constructor(
    message: string,
    readonly issues?: Problem['issues'],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The request does not have the shape that the contract asks for. */
export class InvalidRequestError extends ProblemError {
  readonly code = 'invalid-request';
}
/** No such address. */
export class NotFoundError extends ProblemError {
  readonly code = 'not-found';
}
/** Another request changed the same thing first. */
export class ConflictError extends ProblemError {
  readonly code = 'conflict';
}
/** The request names a host or comes from a page that is not ours. */
export class ForbiddenOriginError extends ProblemError {
  readonly code = 'forbidden-origin';
}
/** The token of an Authorization header is not one that this server gave. */
export class UnauthorizedError extends ProblemError {
  readonly code = 'unauthorized';
}
/** PostgreSQL does not answer. */
export class DatabaseUnavailableError extends ProblemError {
  readonly code = 'database-unavailable';

  constructor(cause?: unknown) {
    super('The database does not answer at the moment. Nothing is lost; try again in a few seconds.', undefined, {
      cause,
    });
  }
}
/** Something of the server itself is not there yet, or no longer. */
export class UnavailableError extends ProblemError {
  readonly code = 'unavailable';
}
