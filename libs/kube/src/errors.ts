import type { KubeStatus } from './objects.js';

/** The API server answered with an error; the message is its own. */
export class KubeApiError extends Error {
  override readonly name: string = 'KubeApiError';
  /** HTTP status code. */
  readonly status: number;
  /** The Status object's reason, such as `NotFound` or `Conflict`; empty when it gave none. */
  readonly reason: string;
  readonly details: KubeStatus['details'];
  constructor(status: number, body: Partial<KubeStatus>, request?: string) {
    super(body.message || `${request ?? 'The request'} was answered with status ${status}.`);
    this.status = status;
    this.reason = body.reason ?? '';
    this.details = body.details;
  }
}
/** No such object, kind or path. */
export class KubeNotFoundError extends KubeApiError {
  override readonly name = 'KubeNotFoundError';
}
/** The object was changed by someone else in between (read it again), or its uid is another one. */
export class KubeConflictError extends KubeApiError {
  override readonly name = 'KubeConflictError';
}
/** An object of this name exists already. */
export class KubeAlreadyExistsError extends KubeApiError {
  override readonly name = 'KubeAlreadyExistsError';
}
/** The user is not allowed to do this. */
export class KubeForbiddenError extends KubeApiError {
  override readonly name = 'KubeForbiddenError';
}
/** The object breaks a rule of its kind. */
export class KubeInvalidError extends KubeApiError {
  override readonly name = 'KubeInvalidError';
}
/** The resourceVersion is too old: list again. */
export class KubeExpiredError extends KubeApiError {
  override readonly name = 'KubeExpiredError';
}
/** Too many requests, or, for an eviction, a disruption budget that does not allow it now. */
export class KubeTooManyRequestsError extends KubeApiError {
  override readonly name = 'KubeTooManyRequestsError';
}

/** No answer: the API server is away, its connection broke, or the answer was no JSON. Try again later. */
export class KubeUnreachableError extends Error {
  override readonly name = 'KubeUnreachableError';
}
/** A watch sent a line that is no event; the stream cannot be trusted any more: list again. */
export class KubeWatchMalformedError extends Error {
  override readonly name = 'KubeWatchMalformedError';
}
/** Nothing came through a watch for longer than bookmarks allow: the connection is taken for dead. */
export class KubeWatchStalledError extends Error {
  override readonly name = 'KubeWatchStalledError';
}

/** @returns the error class that says what an answer of the API server means */
export function apiErrorOf(status: number, body: unknown, request?: string): KubeApiError {
  const described: Partial<KubeStatus> =
    typeof body === 'object' && body !== null
      ? (body as KubeStatus)
      : typeof body === 'string' && body.trim()
        ? { message: body.trim().slice(0, 2000) }
        : {};
  switch (status) {
    case 403:
      return new KubeForbiddenError(status, described, request);
    case 404:
      return new KubeNotFoundError(status, described, request);
    case 409:
      return described.reason === 'AlreadyExists'
        ? new KubeAlreadyExistsError(status, described, request)
        : new KubeConflictError(status, described, request);
    case 410:
      return new KubeExpiredError(status, described, request);
    case 422:
      return new KubeInvalidError(status, described, request);
    case 429:
      return new KubeTooManyRequestsError(status, described, request);
    default:
      return new KubeApiError(status, described, request);
  }
}
