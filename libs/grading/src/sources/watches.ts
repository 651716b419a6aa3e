import {
  KubeNotFoundError,
  Reflector,
  type Clock,
  type KubeClient,
  type KubeObject,
  type ListQuery,
} from '@kubedan/kube';
import { keyOf } from './queries.js';

/** One watched set of objects, shared by all checks that look at it. */
export interface Watched {
  readonly key: string;
  /** True once the objects are known, or known not to exist because their kind does not. */
  readonly synced: boolean;
  readonly connected: boolean;
  /** Why it is not connected. */
  readonly error: Error | undefined;
  items(): Iterable<KubeObject>;
}

interface Entry extends Watched {
  synced: boolean;
  connected: boolean;
  error: Error | undefined;
  query: ListQuery;
  reflector: Reflector | undefined;
  kindMissing: boolean;
}

const definitions: ListQuery = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
};

/**
 * Keeps one reflector for each distinct query. Kinds that do not exist count as empty; while there are such, the definitions
 * of custom resources are watched, so that a new kind is seen when it comes and not when a back-off ends.
 */
export class Watches {
  readonly #entries = new Map<string, Entry>();
  readonly #stopping = new Set<Promise<void>>();
  #definitions: Reflector | undefined;
  #running = false;

  constructor(
    private client: KubeClient,
    private readonly clock: Clock,
    /** After each change of a set, and when it is first known. */
    private readonly changed: (key: string) => void,
    /** After each change of the connection. */
    private readonly connection: (key: string) => void,
  ) {}

  /** @returns the set of this query, watched from start() on */
  add(query: ListQuery): Watched {
    const key = keyOf(query);
    let entry = this.#entries.get(key);
    if (!entry) {
      const made: Entry = {
        key,
        query,
        synced: false,
        connected: false,
        error: undefined,
        reflector: undefined,
        kindMissing: false,
        items: () => made.reflector?.items.values() ?? [],
      };
      entry = made;
      this.#entries.set(key, entry);
    }
    return entry;
  }

  get(key: string): Watched | undefined {
    return this.#entries.get(key);
  }

  /** @param client a new one, when the API server has moved */
  start(client: KubeClient = this.client): void {
    this.client = client;
    this.#running = true;
    for (const entry of this.#entries.values()) this.#watch(entry);
  }

  /** Ends all watches. What is known is forgotten: start() reads it again. */
  async stop(): Promise<void> {
    this.#running = false;
    for (const entry of this.#entries.values()) {
      this.#end(entry.reflector);
      entry.reflector = undefined;
      entry.synced = false;
      entry.connected = false;
      entry.kindMissing = false;
      entry.error = undefined;
    }
    this.#end(this.#definitions);
    this.#definitions = undefined;
    await Promise.all(this.#stopping);
  }

  #watch(entry: Entry): void {
    this.#end(entry.reflector);
    const reflector: Reflector = new Reflector(this.client, entry.query, {
      clock: this.clock,
      onEvent: () => {
        // The events of a list come one by one before it is complete; only what follows it is a state that was real.
        if (entry.synced && entry.reflector === reflector) this.changed(entry.key);
      },
      onSnapshot: () => {
        if (entry.reflector !== reflector) return;
        entry.synced = true;
        entry.kindMissing = false;
        this.changed(entry.key);
      },
      onState: ({ connected, error }) => {
        if (entry.reflector !== reflector) return;
        entry.connected = connected;
        entry.error = error;
        if (error instanceof KubeNotFoundError && !entry.kindMissing) this.#kindMissing(entry);
        this.connection(entry.key);
      },
    });
    entry.reflector = reflector;
    reflector.start();
  }

  #kindMissing(entry: Entry): void {
    entry.kindMissing = true;
    entry.synced = true;
    this.#watchDefinitions();
    this.changed(entry.key);
  }

  #watchDefinitions(): void {
    if (this.#definitions || !this.#running) return;
    const retry = () => {
      for (const entry of this.#entries.values()) if (entry.kindMissing) this.#watch(entry);
    };
    this.#definitions = new Reflector(this.client, definitions, {
      clock: this.clock,
      onEvent: ({ type, object }) => {
        if (type !== 'DELETED' && isEstablished(object)) retry();
      },
    });
    this.#definitions.start();
  }

  #end(reflector: Reflector | undefined): void {
    if (!reflector) return;
    const stopping = reflector.stop().finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
  }
}

function isEstablished(definition: KubeObject): boolean {
  const status = definition['status'] as { conditions?: { type?: string; status?: string }[] } | undefined;
  const conditions = Array.isArray(status?.conditions) ? status.conditions : [];
  return conditions.some((one) => one.type === 'Established' && one.status === 'True');
}
