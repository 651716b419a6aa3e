import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A request and a response of HTTP/1.1 or HTTP/2. */
export type Asking = IncomingMessage | Http2ServerRequest;
export type Answering = ServerResponse | Http2ServerResponse;

/** An answer in JSON. */
export interface Answer {
  status: number;
  body: object;
  contentType?: string;
}

/** A meta/v1 Status that says what went wrong. */
export function failure(status: number, reason: string, message: string, details?: object): Answer {
  return {
    status,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details ? { details } : {}),
      code: status,
    },
  };
}

export const notFound = (resource: string, group: string, name: string): Answer =>
  failure(404, 'NotFound', `${resource}.${group} ${JSON.stringify(name)} not found`, { name, group, kind: resource });

/** Writes an answer; who has it already, by its tag, is told so in a word. */
export function write(
  { status, body, contentType = 'application/json' }: Answer,
  request: Asking,
  response: Answering,
): void {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
  const known = status === 200 && request.headers['if-none-match'] === etag;
  response.statusCode = known ? 304 : status;
  response.setHeader('content-type', contentType);
  response.setHeader('etag', etag);
  response.end(known || request.method === 'HEAD' ? '' : text);
}
