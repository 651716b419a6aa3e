import { createSecureServer as createHttp2Server, type Http2SecureServer } from 'node:http2';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { failure, write, type Answer, type Answering, type Asking } from './answer.js';
import { describe, pathOf, type ServedApi } from './discovery.js';
import { SelectorInvalidError } from './label-selector.js';

/** A request for objects of an API. */
export interface ApiRequest {
  /** What follows the group and version, decoded: `['namespaces', 'shop', 'pods']`. */
  path: readonly string[];
  query: URLSearchParams;
  /** A Table is wanted, as `kubectl get` wants one. */
  asTable: boolean;
}

/** A group of the API that the world answers. */
export interface AnsweringApi extends ServedApi {
  /**
   * @returns undefined when there is no such resource
   * @throws SelectorInvalidError
   */
  answer(request: ApiRequest): Answer | undefined;
}

interface Serving {
  cert: string;
  key: string;
}

/**
 * A server of aggregated APIs, which an API server passes requests on to after it has authorized them. It listens nowhere;
 * connections are given to it. An API server checks it twice a minute over five connections unless they can be one, so it
 * speaks HTTP/2.
 */
export function worldApiServer({ cert, key }: Serving, apis: readonly AnsweringApi[]): Http2SecureServer {
  const server = createHttp2Server({ cert, key, minVersion: 'TLSv1.2', allowHTTP1: true, maxSessionMemory: 4 });
  server.on('session', (session) => session.on('error', () => {}));
  server.on('tlsClientError', () => {});
  server.on('request', (request, response) => respond(request, response, apis));
  return server;
}

/** The same for the time until another one takes its place: every connection ends with its answer. */
export function passingApiServer({ cert, key }: Serving, apis: readonly AnsweringApi[]): HttpsServer {
  const server = createHttpsServer({ cert, key, minVersion: 'TLSv1.2' }, (request, response) => {
    response.setHeader('connection', 'close');
    respond(request, response, apis);
  });
  server.on('tlsClientError', () => {});
  return server;
}

function respond(request: Asking, response: Answering, apis: readonly AnsweringApi[]): void {
  request.resume();
  request.on('error', () => {});
  response.on('error', () => {});
  let answer: Answer;
  try {
    answer = answerOf(request, apis);
  } catch (error) {
    answer =
      error instanceof SelectorInvalidError || error instanceof URIError
        ? failure(400, 'BadRequest', error.message)
        : failure(500, 'InternalError', 'The world could not answer that.');
  }
  write(answer, request, response);
}

function answerOf({ method, url = '/', headers }: Asking, apis: readonly AnsweringApi[]): Answer {
  const { pathname, searchParams: query } = new URL(url, 'https://world');
  const nothing = failure(404, 'NotFound', 'the server could not find the requested resource');
  if (['/healthz', '/livez', '/readyz'].includes(pathname)) return { status: 200, body: {} };
  if (method !== 'GET' && method !== 'HEAD')
    return failure(405, 'MethodNotAllowed', 'metrics can be read and nothing else');
  const described = describe(pathname, apis);
  if (described) return described;
  const api = apis.find((one) => pathname.startsWith(`${pathOf(one)}/`));
  if (!api) return nothing;
  if (query.get('watch') === 'true' || query.get('watch') === '1')
    return failure(405, 'MethodNotAllowed', 'metrics cannot be watched; list them again');
  const path = pathname
    .slice(pathOf(api).length + 1)
    .split('/')
    .map(decodeURIComponent);
  const asTable =
    String(headers.accept ?? '')
      .split(',')[0]
      ?.includes('as=Table') ?? false;
  return api.answer({ path, query, asTable }) ?? nothing;
}
