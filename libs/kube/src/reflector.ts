import { Backoff } from './backoff.js';
import type { KubeClient } from './client.js';
import { systemClock, type Clock } from './clock.js';
import { KubeExpiredError, KubeUnreachableError, KubeWatchMalformedError, KubeWatchStalledError } from './errors.js';
import type { KubeObject, ListQuery } from './objects.js';

export interface ReflectorEvent<T = KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
}
export interface ReflectorState {
  connected: boolean;
  /** Why it is not connected, or what a handler threw. */
  error?: Error;
}
export interface ReflectorHandlers<T = KubeObject> {
  /** After every list, the first and each later one, with all objects; the differences came through onEvent before. */
  onSnapshot?: (items: T[]) => void;
  /** Each change, in order; also the differences that a later list shows. For DELETED, the last state known. */
  onEvent?: (event: ReflectorEvent<T>) => void;
  /** Connected or not, and errors: of the connection and of handlers that throw. Never silent. */
  onState?: (state: ReflectorState) => void;
  clock?: Clock;
  random?: () => number;
  /** Silence after which a watch is taken for dead. Default 150 s. */
  stallMs?: number;
}

/** A handler threw; the reflector goes on. */
export class ReflectorHandlerError extends Error {
  override readonly name = 'ReflectorHandlerError';
}

/**
 * Lists, then watches from there with bookmarks, for ever: a watch that ends or breaks is begun again from the last
 * resourceVersion; after 410 Expired, a malformed line or a failed restart it lists again; errors wait with growing, jittered
 * back-off (0.1 to 5 s). It stops only when stop() is called.
 */
export class Reflector<T extends KubeObject = KubeObject> {
  readonly #items = new Map<string, T>();
  readonly #stop = new AbortController();
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  #running: Promise<void> | undefined;
  #synced!: () => void;
  #connected = false;
  /** Resolves after the first list. */
  readonly synced = new Promise<void>((resolve) => (this.#synced = resolve));

  constructor(
    private readonly client: KubeClient,
    private readonly query: ListQuery,
    private readonly handlers: ReflectorHandlers<T> = {},
  ) {
    this.#clock = handlers.clock ?? systemClock;
    this.#random = handlers.random ?? Math.random;
    this.#backoff = new Backoff({ firstMs: 100, maxMs: 5_000, random: this.#random });
  }

  /** What exists, by uid. */
  get items(): ReadonlyMap<string, T> {
    return this.#items;
  }

  /** True while a watch is open. */
  get connected(): boolean {
    return this.#connected;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the watch; no handler is called after this resolves. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let version: string | undefined;
    while (!signal.aborted) {
      try {
        version ??= await this.#relist(signal);
        await this.#watch(version, signal, (next) => (version = next));
        // The server ended it as agreed (timeoutSeconds); nothing was missed.
      } catch (error) {
        if (signal.aborted) break;
        const known = error instanceof Error ? error : new Error(String(error));
        // A broken connection can resume where it was; anything else begins from a list.
        const resumable = known instanceof KubeUnreachableError || known instanceof KubeWatchStalledError;
        if (!resumable || known instanceof KubeWatchMalformedError) version = undefined;
        this.#state({ connected: false, error: known });
        if (!(known instanceof KubeExpiredError)) await this.#pause(this.#backoff.next());
        else await this.#pause(this.#random() * 50);
      }
    }
    this.#connected = false;
  }

  async #relist(signal: AbortSignal): Promise<string> {
    const { items, resourceVersion } = await this.client.list<T>(this.query, { signal });
    if (signal.aborted) return resourceVersion;
    const seen = new Set<string>();
    const changes: ReflectorEvent<T>[] = [];
    for (const object of items) {
      const uid = object.metadata.uid ?? '';
      seen.add(uid);
      const before = this.#items.get(uid);
      if (!before) changes.push({ type: 'ADDED', object });
      else if (before.metadata.resourceVersion !== object.metadata.resourceVersion)
        changes.push({ type: 'MODIFIED', object });
    }
    for (const [uid, object] of this.#items) if (!seen.has(uid)) changes.unshift({ type: 'DELETED', object });
    for (const change of changes) this.#emit(change);
    this.#call(() => this.handlers.onSnapshot?.([...this.#items.values()]));
    this.#synced();
    return resourceVersion;
  }

  async #watch(version: string, signal: AbortSignal, advance: (version: string) => void): Promise<void> {
    // Spread over a range so that many watches do not end together.
    const timeoutSeconds = Math.round(300 + this.#random() * 300);
    const query = {
      ...this.query,
      limit: undefined,
      resourceVersion: version,
      allowWatchBookmarks: true,
      timeoutSeconds,
    };
    const opened = this.#clock.now();
    const onOpen = () => {
      if (!this.#connected) this.#state({ connected: true });
    };
    for await (const { type, object } of this.client.watch<T>(query, {
      signal,
      stallMs: this.handlers.stallMs,
      onOpen,
    })) {
      if (signal.aborted) return;
      this.#backoff.reset();
      if (type !== 'BOOKMARK') this.#emit({ type, object });
      if (object.metadata.resourceVersion) advance(object.metadata.resourceVersion);
    }
    // A watch that ends at once would spin: a server that is shutting down does so.
    if (!signal.aborted && this.#clock.now() - opened < 1_000) await this.#pause(this.#backoff.next());
  }

  #emit(event: ReflectorEvent<T>): void {
    const uid = event.object.metadata.uid ?? '';
    let { type } = event;
    if (type === 'DELETED') this.#items.delete(uid);
    else {
      // A watch resumed from a bookmark may repeat; what is known already is a modification.
      type = this.#items.has(uid) ? 'MODIFIED' : 'ADDED';
      this.#items.set(uid, event.object);
    }
    this.#call(() => this.handlers.onEvent?.({ type, object: event.object }));
  }

  #state(state: ReflectorState): void {
    this.#connected = state.connected;
    this.#call(() => this.handlers.onState?.(state), true);
  }

  #call(handler: () => void, isStateHandler = false): void {
    try {
      handler();
    } catch (cause) {
      const what = `A handler of the watch of ${this.query.kind} threw: ${cause instanceof Error ? cause.message : String(cause)}`;
      const error = new ReflectorHandlerError(what, { cause });
      if (!isStateHandler && this.handlers.onState)
        this.#call(() => this.handlers.onState?.({ connected: this.#connected, error }), true);
      else process.emitWarning(error);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stop.signal.aborted) return resolve();
      const cancel = this.#clock.after(milliseconds, done);
      const signal = this.#stop.signal;
      function done() {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}
