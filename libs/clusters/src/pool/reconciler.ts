import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterHandle, ClusterId, ClusterProvider, ClusterState, ProviderName } from '../provider.js';
import type { ClusterPool } from './cluster-pool.js';
import type { ClusterEntry, PoolObserver, PoolStore, PoolTarget } from './entry.js';

/** Passes between two looks at a provider of which nothing is known. */
const seldom = 10;
const usualPatience = { answer: 3000, again: 1000 };

/** What only the owner of sessions can do. Each may be called again and again for the same cluster. */
export interface SessionOwner {
  /** No session wants this cluster any more: end what uses it, destroy it, strike it out. */
  discard(entry: ClusterEntry): Promise<void>;
  /** The cluster of a session does not work, or is not there. Resolves when that is dealt with. */
  lost(id: ClusterId, reason: string): Promise<void>;
  /** The cluster runs while its session sleeps, or the other way round. */
  settle(entry: ClusterEntry): Promise<void>;
}

export interface ReconcilerOptions {
  store: PoolStore;
  pool: ClusterPool;
  providers: readonly ClusterProvider[];
  owner: SessionOwner;
  /** Asked at each pass. */
  targets: () => Promise<readonly PoolTarget[]>;
  /** Whether this host has processor and memory to spare for making one more cluster of this provider. */
  hasRoom: (provider: ProviderName) => boolean;
  observer?: PoolObserver;
  /** ms between two passes. */
  interval: number;
  /**
   * ms that a cluster has to say whether it is well, no answer in time proving nothing; and ms until one that is not well is
   * asked once more, as a program that is just being started again is not a dead cluster.
   */
  patience?: { answer: number; again: number };
}

/**
 * Makes this host agree with the books, again and again. It decides nothing by what an earlier pass saw, so it may be killed at
 * any line: the next pass, of this process or the next, sees what is left to do.
 */
export class Reconciler implements AsyncDisposable {
  readonly #options: ReconcilerOptions;
  readonly #observer: PoolObserver;
  readonly #stop = new AbortController();
  /** Cluster id → work that goes on beyond a pass, so that one hanging cluster holds up nobody else. */
  readonly #work = new Map<string, Promise<void>>();
  /** What the last pass found in the books. */
  #inUse = new Set<ProviderName>();
  #passes = 0;
  #pass: Promise<void> | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#observer = options.observer ?? {};
  }

  /** Passes from now on, until it is disposed of. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** One pass now, or, if one is under way, another after it. What takes long is begun here and goes on by itself. */
  async pass(): Promise<void> {
    const before = this.#pass;
    const pass = (async () => {
      await before;
      await this.#once().catch((error: unknown) => this.#failed('a pass', error));
    })();
    this.#pass = pass;
    await pass;
  }

  /** Resolves when nothing that passes began is under way any more. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work.values());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('The server is stopping.'));
    await this.#loop;
    await this.#pass;
    await this.idle();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.pass();
      await delay(this.#options.interval, undefined, { signal }).catch(() => undefined);
    }
  }

  async #once(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    // The host first: what is made between the two looks is in the books before it is on the host.
    const there = new Map<ClusterId, ClusterHandle>();
    const seen = new Set<ProviderName>();
    const targets = await this.#options.targets();
    for (const provider of this.#options.providers) {
      if (!this.#isDue(provider.name, targets)) continue;
      try {
        for (const handle of await provider.list()) there.set(handle.id, handle);
        seen.add(provider.name);
      } catch (error) {
        // Nothing is known of its clusters, so nothing is done to them.
        this.#failed(`listing the clusters of ${provider.name}`, error);
      }
    }
    const entries = await this.#options.store.all();
    const known = new Set(entries.map(({ id }) => id));
    for (const { id, provider: name } of there.values()) {
      if (known.has(id)) continue;
      this.#begin(id, name, async (provider) => {
        // Its owner may just have destroyed it.
        if (!(await provider.list()).some((handle) => handle.id === id)) return;
        this.#observer.orphaned?.(name, id);
        await provider.destroy(id);
      });
    }
    this.#passes += 1;
    this.#inUse = new Set(entries.map(({ provider }) => provider));
    this.#observer.counted?.(entries);
    const visible = entries.filter(({ provider }) => seen.has(provider));
    await this.#fill(
      visible,
      targets.filter(({ provider }) => seen.has(provider)),
    );
    for (const entry of visible) this.#agree(entry, there.get(entry.id)?.state);
  }

  /** A provider that has nothing and needs nothing is asked now and then: asking may start programs, and laptops like it quiet. */
  #isDue(name: ProviderName, targets: readonly PoolTarget[]): boolean {
    if (this.#inUse.has(name) || this.#passes % seldom === 0) return true;
    return targets.some(({ provider, size }) => provider === name && size > 0);
  }

  /** What was seen may be old already: whatever is done looks, or lets the books decide, once more. */
  #agree(entry: ClusterEntry, seen: ClusterState | undefined): void {
    const { id, provider: name, state, wish } = entry;
    const { owner, pool } = this.#options;
    // Left behind by a process that died while it made it.
    if (state === 'warming') this.#begin(id, name, () => this.#withdraw(entry));
    else if (state === 'doomed') this.#begin(id, name, () => this.#clear(entry));
    else if (state === 'warm') {
      this.#begin(id, name, async (provider) => {
        if ((await this.#isWell(provider, entry, { nodes: entry.nodes })) || pool.isHeld(id)) return;
        if (await this.#withdraw(entry)) this.#observer.lost?.(name, id, state);
      });
    } else if (wish === 'unwanted') this.#begin(id, name, () => owner.discard(entry));
    else if (wish === 'running' && seen === 'suspended') this.#begin(id, name, () => owner.settle(entry));
    else if (wish === 'running') {
      this.#begin(id, name, async (provider) => {
        if (!(await this.#isWell(provider, entry))) await owner.lost(id, 'it does not answer');
      });
    } else if (wish === 'suspended' && seen === 'running') this.#begin(id, name, () => owner.settle(entry));
  }

  /** Takes a cluster out of the pool and destroys it. @returns false when a session was faster */
  async #withdraw(entry: ClusterEntry): Promise<boolean> {
    if (!(await this.#options.store.move(entry.id, entry.state, 'doomed'))) return false;
    await this.#clear(entry);
    return true;
  }

  async #clear({ id, provider: name }: ClusterEntry): Promise<void> {
    await this.#provider(name)?.destroy(id);
    await this.#options.store.remove(id);
  }

  /** Whether a cluster is not provably dead. */
  async #isWell(provider: ClusterProvider, { id }: ClusterEntry, options: { nodes?: number } = {}): Promise<boolean> {
    const { signal } = this.#stop;
    const { answer, again } = this.#options.patience ?? usualPatience;
    for (let attempt = 1; ; attempt += 1) {
      const late = AbortSignal.timeout(answer);
      try {
        if (await provider.isHealthy(id, AbortSignal.any([signal, late]), options)) return true;
      } catch (error) {
        signal.throwIfAborted();
        if (!late.aborted) throw error;
        return true;
      }
      if (attempt === 2) return false;
      await delay(again, undefined, { signal });
    }
  }

  /** One cluster at a time: two would make each other, and everybody's sessions, slow. */
  async #fill(entries: readonly ClusterEntry[], targets: readonly PoolTarget[]): Promise<void> {
    const { pool, hasRoom } = this.#options;
    const spare = new Set(entries.filter(({ state }) => state === 'warm'));
    for (const target of targets) {
      const fitting = entries.filter(
        ({ provider, nodes, state }) =>
          provider === target.provider && nodes === target.nodes && (state === 'warm' || state === 'warming'),
      );
      for (const entry of fitting.slice(0, target.size)) spare.delete(entry);
      if (fitting.length >= target.size || pool.making > 0 || !hasRoom(target.provider)) continue;
      this.#begin('refill', target.provider, (provider) => pool.refill(provider, target, this.#stop.signal));
    }
    for (const entry of spare) this.#begin(entry.id, entry.provider, () => this.#withdraw(entry));
  }

  /** Begins work on a cluster unless somebody works on it already. */
  #begin(key: string, name: ProviderName, work: (provider: ClusterProvider) => Promise<unknown>): void {
    const provider = this.#provider(name);
    if (provider === undefined || this.#work.has(key) || this.#options.pool.isHeld(key)) return;
    const done = work(provider)
      .then(() => undefined)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#failed(`making ${key} agree with the books`, error);
      })
      .finally(() => this.#work.delete(key));
    this.#work.set(key, done);
  }

  #provider(name: ProviderName): ClusterProvider | undefined {
    return this.#options.providers.find((provider) => provider.name === name);
  }

  #failed(what: string, error: unknown): void {
    this.#observer.failed?.(what, error);
  }
}
