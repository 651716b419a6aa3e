import { STATUS_CODES } from 'node:http';
import type { Problem, ProblemCode } from '@kubedan/contracts';
import { HttpException } from '@nestjs/common';
import { ZodError } from 'zod';
import { DatabaseUnavailableError, ProblemError } from './problem.error.js';

const statusOf: Record<ProblemCode, number> = {
  'invalid-request': 400,
  'body-too-large': 413,
  unauthorized: 401,
  'not-found': 404,
  'lab-not-found': 404,
  'lab-invalid': 409,
  'session-not-found': 404,
  'session-not-active': 409,
  'session-limit': 429,
  'event-unknown': 404,
  'hint-unknown': 404,
  'check-unknown': 404,
  'world-not-found': 404,
  'trace-not-found': 404,
  'placement-not-found': 404,
  'placement-open': 409,
  'placement-over': 409,
  'placement-unfinished': 409,
  'placement-limit': 429,
  'question-not-asked': 409,
  'file-not-found': 404,
  'file-refused': 403,
  'file-too-large': 413,
  'no-provider': 503,
  'programs-missing': 503,
  'sandbox-missing': 503,
  'terminal-not-found': 404,
  'terminal-limit': 429,
  'forbidden-origin': 403,
  conflict: 409,
  'disk-full': 507,
  'database-unavailable': 503,
  unavailable: 503,
  internal: 500,
};

function problem(code: ProblemCode, detail: string, issues?: Problem['issues']): Problem {
  const status = statusOf[code];
  return {
    type: `https://kubedan.dev/problems/${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
    ...(issues === undefined ? {} : { issues }),
  };
}

/** PostgreSQL's classes 08 (connection), 53 but disk_full, 57P (shutdown), and what the network says. */
export function isDatabaseGone(error: unknown): boolean {
  for (
    let current: unknown = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth++
  ) {
    if (current instanceof DatabaseUnavailableError) return true;
    const code = (current as { code?: unknown }).code;
    if (typeof code === 'string') {
      if (/^08|^57P|^53[034]/.test(code)) return true;
      const syscall = (current as { syscall?: unknown }).syscall;
      if (syscall === 'connect' && /^(ECONNREFUSED|ENOENT|ECONNRESET|EAGAIN|ETIMEDOUT)$/.test(code)) return true;
    }
    if (
      /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Cannot use a pool after calling end|Client was closed|Query read timeout|not queryable|Driver not Connected|is not established/i.test(
        current.message,
      )
    ) {
      return true;
    }
  }
  return false;
}

function isDiskFull(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === '53100';
}

/**
 * The one place where an error becomes a problem document (RFC 9457).
 * @returns the document; `internal` for what nobody foresaw, without its message: that belongs into the log
 */
export function problemOf(error: unknown): Problem {
  if (isDiskFull(error)) {
    return problem(
      'disk-full',
      "The server's disk is full, so this was not saved. Free some space on it and try again.",
    );
  }
  if (error instanceof ProblemError) return problem(error.code, error.message, error.issues);
  if (error instanceof ZodError) {
    return problem(
      'invalid-request',
      'The request is not as it should be; see issues.',
      error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    );
  }
  if (isDatabaseGone(error)) return problemOf(new DatabaseUnavailableError());
  const type = (error as { type?: unknown } | undefined)?.type;
  if (type === 'entity.too.large') {
    return problem('body-too-large', 'The request body is larger than this server accepts. Send less at once.');
  }
  if (typeof type === 'string' && /^(entity|encoding|charset|request|stream|parameters)\./.test(type)) {
    return problem('invalid-request', 'The request body could not be read. Send valid JSON in UTF-8.');
  }
  if (error instanceof URIError) return problem('invalid-request', 'The address is not a valid URL.');
  if (error instanceof HttpException) {
    const status = error.getStatus();
    if (status === 404)
      return problem('not-found', 'There is nothing at this address. GET /api/v1/openapi.json lists what there is.');
    if (status === 413)
      return problem('body-too-large', 'The request body is larger than this server accepts. Send less at once.');
    if (status < 500) return problem('invalid-request', error.message);
  }
  return problem('internal', "Something went wrong on our side; the server's log says what. Try again.");
}
