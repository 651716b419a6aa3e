import type { Readable } from 'node:stream';
import { Pool, type Dispatcher } from 'undici';
import type { KubeCredentials } from './credentials.js';
import { Discovery, groupPath, type KubeResource } from './discovery.js';
import { apiErrorOf, KubeNotFoundError, KubeUnreachableError } from './errors.js';
import { runInContainer, type ExecCommand, type ExecOptions, type ExecResult } from './exec.js';
import type { KubeObject, ListQuery, ObjectRef, WatchEvent, WatchQuery } from './objects.js';
import { watchEvents } from './watch.js';

export type PatchType = 'merge' | 'strategic' | 'json' | 'apply';

const patchContentTypes: Record<PatchType, string> = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  // JSON is YAML.
  apply: 'application/apply-patch+yaml',
};

export type Query = Record<string, string | number | boolean | undefined>;

export interface RequestOptions {
  query?: Query;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal;
}
export interface AskOptions {
  headers?: Readonly<Record<string, string>>;
  /** Bytes of the body that are read at most. */
  maxBytes: number;
  signal?: AbortSignal;
}
/** An answer that came through the API server; it may be anybody's, and anything. */
export interface ProxiedAnswer {
  status: number;
  /** By name in lower case; several of one name are joined by a comma. */
  headers: Record<string, string>;
  body: Buffer;
  /** True when the body is longer than was read. */
  truncated: boolean;
}
export interface WriteOptions {
  /** Who owns the fields written. Default: the client's user agent. */
  fieldManager?: string;
  subresource?: string;
  /** Ask for the checks without the change. */
  dryRun?: boolean;
  signal?: AbortSignal;
}
export interface DeleteOptions {
  gracePeriodSeconds?: number;
  /** Only when the object still has this uid; otherwise KubeConflictError. */
  uid?: string;
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  signal?: AbortSignal;
}

/**
 * A client of one API server as one user. Requests share a few connections; each watch and stream has one of its own, so
 * that watches never keep requests waiting. All methods throw KubeApiError (by meaning, see errors.ts) for an answer that
 * is an error, and KubeUnreachableError when there is no answer.
 */
export class KubeClient implements AsyncDisposable {
  readonly server: string;
  readonly #pool: Pool;
  readonly #streams: Pool;
  readonly #userAgent: string;
  readonly #credentials: KubeCredentials;
  readonly #discovery = new Discovery(async (path) => {
    const { status, body } = await this.request('GET', path);
    if (status === 404) return undefined;
    if (status >= 300) throw apiErrorOf(status, body, `GET ${path}`);
    return body;
  });

  /**
   * @param credentials where and who
   * @param options name shown in the audit log; connections for requests (default 4)
   */
  constructor(credentials: KubeCredentials, options: { userAgent?: string; connections?: number } = {}) {
    this.server = credentials.server;
    this.#credentials = { ...credentials };
    this.#userAgent = options.userAgent ?? 'kubedan';
    const common = {
      allowH2: false,
      connect: { ca: credentials.ca, cert: credentials.cert, key: credentials.key },
      // The API server closes idle connections after 90 s; being the first to close avoids writing to a closing one.
      keepAliveTimeout: 30_000,
    };
    this.#pool = new Pool(credentials.server, {
      ...common,
      connections: options.connections ?? 4,
      headersTimeout: 60_000,
      bodyTimeout: 60_000,
    });
    this.#streams = new Pool(credentials.server, {
      ...common,
      connections: null,
      headersTimeout: 60_000,
      bodyTimeout: 0,
    });
  }

  /**
   * @returns plural name and scope of a kind
   * @throws KubeNotFoundError when the API server has no such kind
   */
  async resourceOf(apiVersion: string, kind: string): Promise<KubeResource> {
    const resource = await this.#discovery.resourceOf(apiVersion, kind);
    if (resource) return resource;
    throw new KubeNotFoundError(404, {
      reason: 'NotFound',
      message: `The API server has no kind ${kind} in ${apiVersion}; check both names, or install its definition.`,
    });
  }

  /** @returns the object, or undefined when there is none */
  async get<T = KubeObject>(
    ref: ObjectRef,
    options: { subresource?: string; signal?: AbortSignal } = {},
  ): Promise<T | undefined> {
    const path = await this.#pathOf(ref, ref.name, options.subresource);
    const { status, body } = await this.request('GET', path, undefined, { signal: options.signal });
    if (status === 404) return undefined;
    return this.#checked<T>(status, body, `GET ${path}`);
  }

  /** Objects keep their apiVersion and kind, which the API server leaves out in lists. */
  async list<T = KubeObject>(
    query: ListQuery,
    options: { signal?: AbortSignal } = {},
  ): Promise<{ items: T[]; resourceVersion: string }> {
    const path = await this.#pathOf(query);
    const { status, body } = await this.request('GET', path, undefined, {
      query: { labelSelector: query.labelSelector, fieldSelector: query.fieldSelector, limit: query.limit },
      accept: query.metadataOnly
        ? 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
        : 'application/json',
      signal: options.signal,
    });
    const list = this.#checked<{ items?: KubeObject[]; metadata: { resourceVersion: string } }>(
      status,
      body,
      `GET ${path}`,
    );
    const items = list.items ?? [];
    for (const item of items) {
      item.apiVersion = query.apiVersion;
      item.kind = query.kind;
    }
    return { items: items as T[], resourceVersion: list.metadata.resourceVersion };
  }

  /** With `subresource` (`binding`, `eviction`, `token`) the object is posted to that of the object's own name. */
  async create<T = KubeObject>(object: KubeObject, options: WriteOptions & { of?: ObjectRef } = {}): Promise<T> {
    const ref = options.of ?? { ...object, name: object.metadata.name, namespace: object.metadata.namespace };
    const path = options.subresource ? await this.#pathOf(ref, ref.name, options.subresource) : await this.#pathOf(ref);
    return this.#write<T>('POST', path, object, 'application/json', options);
  }

  async replace<T = KubeObject>(object: KubeObject, options: WriteOptions = {}): Promise<T> {
    const { name, namespace } = object.metadata;
    const path = await this.#pathOf({ ...object, namespace }, name, options.subresource);
    return this.#write<T>('PUT', path, object, 'application/json', options);
  }

  async patch<T = KubeObject>(
    ref: ObjectRef,
    patch: unknown,
    options: WriteOptions & { type: PatchType; force?: boolean },
  ): Promise<T> {
    const path = await this.#pathOf(ref, ref.name, options.subresource);
    return this.#write<T>('PATCH', path, patch, patchContentTypes[options.type], options);
  }

  /** Server-side apply: makes the object as written, creating it if need be. Conflicts are won when `force` (the default). */
  async apply<T = KubeObject>(object: KubeObject, options: WriteOptions & { force?: boolean } = {}): Promise<T> {
    const { name, namespace } = object.metadata;
    const ref = { apiVersion: object.apiVersion, kind: object.kind, namespace, name };
    return this.patch<T>(ref, object, { ...options, type: 'apply', force: options.force ?? true });
  }

  /** @returns false when there was no such object */
  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    const path = await this.#pathOf(ref, ref.name);
    const { gracePeriodSeconds, propagationPolicy, uid } = options;
    const { status, body } = await this.request(
      'DELETE',
      path,
      {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        gracePeriodSeconds,
        propagationPolicy,
        ...(uid ? { preconditions: { uid } } : {}),
      },
      { signal: options.signal },
    );
    if (status === 404) return false;
    this.#checked(status, body, `DELETE ${path}`);
    return true;
  }

  /**
   * Events as they come. Ends when the server ends the watch; throws KubeExpiredError (list again), KubeWatchMalformedError,
   * KubeWatchStalledError (see `stallMs`), KubeApiError or KubeUnreachableError. Leaving the loop, or the signal, ends it.
   * @param options.stallMs silence after which the connection is taken for dead. Default 150 s: bookmarks come each minute
   */
  async *watch<T = KubeObject>(
    query: WatchQuery,
    options: { signal?: AbortSignal; stallMs?: number; onOpen?: () => void } = {},
  ): AsyncGenerator<WatchEvent<T>> {
    const path = await this.#pathOf(query);
    const stop = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    try {
      const { body } = await this.stream('GET', path, undefined, {
        query: {
          watch: true,
          labelSelector: query.labelSelector,
          fieldSelector: query.fieldSelector,
          resourceVersion: query.resourceVersion,
          allowWatchBookmarks: query.allowWatchBookmarks ?? true,
          timeoutSeconds: query.timeoutSeconds,
        },
        accept: query.metadataOnly
          ? 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
          : 'application/json',
        signal,
      });
      options.onOpen?.();
      for await (const event of watchEvents(body, options.stallMs ?? 150_000, path)) {
        event.object.apiVersion = query.apiVersion;
        event.object.kind = query.kind;
        yield event as WatchEvent<T>;
      }
    } catch (error) {
      if (!options.signal?.aborted) throw error;
    } finally {
      stop.abort();
    }
  }

  /** Any request. An error status is an answer here; only the lack of one throws (KubeUnreachableError). */
  async request(
    method: string,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<{ status: number; body: unknown }> {
    // A reading request may meet a connection that the server is just closing; asking once more is harmless.
    for (let attemptsLeft = method === 'GET' ? 1 : 0; ; attemptsLeft--) {
      try {
        const response = await this.#pool.request(this.#optionsOf(method, path, body, options));
        const text = await response.body.text();
        return { status: response.statusCode, body: parsed(text, response.headers['content-type']) };
      } catch (error) {
        if (options.signal?.aborted) throw error;
        if (attemptsLeft > 0 && isClosedConnection(error)) continue;
        throw unreachable(this.server, method, path, error);
      }
    }
  }

  /** Like request, on a connection of its own, with the body as a stream (logs, watches). An error status throws. */
  async stream(
    method: string,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<{ status: number; body: Readable }> {
    let response: Dispatcher.ResponseData;
    try {
      response = await this.#streams.request(this.#optionsOf(method, path, body, options));
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw unreachable(this.server, method, path, error);
    }
    if (response.statusCode >= 300) {
      const text = await response.body.text().catch(() => '');
      throw apiErrorOf(response.statusCode, parsed(text, response.headers['content-type']), `${method} ${path}`);
    }
    return { status: response.statusCode, body: response.body };
  }

  /**
   * Asks something behind the API server, such as a Service by its proxy, on connections of their own: what never answers keeps
   * no other request waiting. Any status is an answer; redirects are not followed.
   * @throws KubeUnreachableError when no whole answer came, whoever's fault that is; the signal's reason
   */
  async ask(method: 'GET' | 'HEAD', path: string, options: AskOptions): Promise<ProxiedAnswer> {
    const { headers, maxBytes, signal } = options;
    try {
      const response = await this.#streams.request({
        method,
        path,
        headers: { 'user-agent': this.#userAgent, accept: '*/*', ...headers },
        signal,
      });
      const parts: Buffer[] = [];
      let read = 0;
      for await (const part of response.body as AsyncIterable<Buffer>) {
        parts.push(part.subarray(0, maxBytes - read));
        read += part.length;
        // Leaving the loop ends the connection.
        if (read > maxBytes) break;
      }
      return {
        status: response.statusCode,
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]),
        ),
        body: Buffer.concat(parts),
        truncated: read > maxBytes,
      };
    } catch (error) {
      signal?.throwIfAborted();
      throw unreachable(this.server, method, path, error);
    }
  }

  /** Runs a command in a container; see runInContainer(). */
  async exec(of: ExecCommand, options: ExecOptions = {}): Promise<ExecResult> {
    return runInContainer(this.#credentials, this.#userAgent, of, options);
  }

  /** Ends all connections, watches too. */
  async close(): Promise<void> {
    await Promise.all([this.#pool.destroy(), this.#streams.destroy()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @returns the URL path of a set of objects, of one of them, or of a sub-resource of it */
  async #pathOf(
    of: { apiVersion: string; kind: string; namespace?: string },
    name?: string,
    subresource?: string,
  ): Promise<string> {
    const { plural, namespaced } = await this.resourceOf(of.apiVersion, of.kind);
    let path = groupPath(of.apiVersion);
    if (namespaced && of.namespace) path += `/namespaces/${encodeURIComponent(of.namespace)}`;
    else if (namespaced && name !== undefined) path += '/namespaces/default';
    path += `/${plural}`;
    if (name !== undefined) path += `/${encodeURIComponent(name)}`;
    return subresource ? `${path}/${subresource}` : path;
  }

  async #write<T>(
    method: string,
    path: string,
    body: unknown,
    contentType: string,
    options: WriteOptions & { force?: boolean },
  ): Promise<T> {
    const answer = await this.request(method, path, body, {
      contentType,
      query: {
        fieldManager: options.fieldManager ?? this.#userAgent,
        force: contentType === patchContentTypes.apply ? options.force : undefined,
        dryRun: options.dryRun ? 'All' : undefined,
      },
      signal: options.signal,
    });
    return this.#checked<T>(answer.status, answer.body, `${method} ${path}`);
  }

  #checked<T>(status: number, body: unknown, request: string): T {
    if (status >= 300) throw apiErrorOf(status, body, request);
    if (typeof body !== 'object' || body === null) {
      throw new KubeUnreachableError(
        `${request} at ${this.server} was answered with something that is no JSON object.`,
      );
    }
    return body as T;
  }

  #optionsOf(method: string, path: string, body: unknown, options: RequestOptions): Dispatcher.RequestOptions {
    const query = Object.entries(options.query ?? {}).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${encodeURIComponent(String(value))}`],
    );
    return {
      method: method as Dispatcher.HttpMethod,
      path: query.length ? `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}` : path,
      headers: {
        'user-agent': this.#userAgent,
        accept: options.accept ?? 'application/json, */*',
        ...(body === undefined ? {} : { 'content-type': options.contentType ?? 'application/json' }),
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      signal: options.signal,
    };
  }
}

function parsed(text: string, contentType: string | string[] | undefined): unknown {
  if (!String(contentType ?? '').startsWith('application/json')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isClosedConnection(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

function unreachable(server: string, method: string, path: string, cause: unknown): KubeUnreachableError {
  if (cause instanceof KubeUnreachableError) return cause;
  const why = cause instanceof Error ? cause.message || (cause as { code?: string }).code : String(cause);
  return new KubeUnreachableError(`${method} ${path}: no answer from the API server at ${server} (${why}).`, { cause });
}
