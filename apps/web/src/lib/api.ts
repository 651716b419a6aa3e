import { type Problem, problemSchema } from '@kubedan/contracts';

/** The server answered with a problem document; the caller shows it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** No answer, or none of ours: the server is away or something else answers in its place. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';
}

export interface ApiOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * One request to the server's REST interface.
 * @param path below /api/v1, with its slash
 * @returns the JSON answer; undefined for an empty one
 * @throws ProblemError, OfflineError
 */
export async function api<T>(path: string, { method = 'GET', body, signal }: ApiOptions = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new OfflineError('The server does not answer.', { cause: error });
  }
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  const problem = problemSchema.safeParse(parse(text));
  if (problem.success) throw new ProblemError(problem.data);
  throw new OfflineError(`The server answered ${response.status} without saying why.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A path of the workspace as a part of an address: each segment encoded, slashes kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
