import { orAborted } from '@kubedan/kube';
import { createCluster } from '../create.js';
import type { ClusterId, ClusterProvider, ClusterSpec, RunningCluster } from '../provider.js';
import type { PoolObserver, PoolStore, PoolTarget } from './entry.js';

/** ms that a warm cluster has to say that it is well, when a session waits for it. */
const answerWithin = 2000;

export interface Reservation {
  id: ClusterId;
  /** cold: there was none to take; it has to be made. */
  from: 'pool' | 'cold';
}

export interface ClusterPoolOptions {
  store: PoolStore;
  /** @returns a name that no cluster had before */
  newId: () => ClusterId;
  observer?: PoolObserver;
}

/** Makes warm clusters and hands them out. What is under way in this process is known here alone; the rest is in the books. */
export class ClusterPool {
  readonly #store: PoolStore;
  readonly #newId: () => ClusterId;
  readonly #observer: PoolObserver;
  /** Clusters that are being made for the pool; resolves to whether that went well. */
  readonly #warming = new Map<ClusterId, Promise<boolean>>();
  /** How many calls work on a cluster: nobody else touches it meanwhile. */
  readonly #held = new Map<ClusterId, number>();
  #handingOut = 0;

  constructor({ store, newId, observer = {} }: ClusterPoolOptions) {
    this.#store = store;
    this.#newId = newId;
    this.#observer = observer;
  }

  /** How many clusters are being made in this process, for the pool or for a session that waits. */
  get making(): number {
    return this.#warming.size + this.#handingOut;
  }

  /** @returns whether somebody in this process works on it */
  isHeld(id: ClusterId): boolean {
    return this.#warming.has(id) || this.#held.has(id);
  }

  /** Keeps the reconciler away from a cluster while the work lasts. */
  async hold<T>(id: ClusterId, work: () => Promise<T>): Promise<T> {
    this.#held.set(id, (this.#held.get(id) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#held.get(id) ?? 1) - 1;
      if (left > 0) this.#held.set(id, left);
      else this.#held.delete(id);
    }
  }

  /**
   * Gives a session its cluster: a warm one that says that it is well, else a new one.
   * @param reserve books a cluster for the session, a warm or warming one if there is any; asked again when that one was no good
   * @throws what making a cluster throws, what reserve throws, the signal's reason
   */
  async provide(
    provider: ClusterProvider,
    spec: Omit<ClusterSpec, 'id'>,
    reserve: () => Promise<Reservation>,
    signal: AbortSignal,
  ): Promise<RunningCluster> {
    this.#handingOut += 1;
    try {
      for (;;) {
        const { id, from } = await reserve();
        const cluster = await this.hold(id, () => this.#bringUp(provider, { ...spec, id }, from, signal));
        if (cluster !== undefined) return cluster;
        signal.throwIfAborted();
      }
    } finally {
      this.#handingOut -= 1;
    }
  }

  /** @returns undefined when it was a bad one from the pool */
  async #bringUp(
    provider: ClusterProvider,
    spec: ClusterSpec,
    from: Reservation['from'],
    signal: AbortSignal,
  ): Promise<RunningCluster | undefined> {
    if (from === 'cold') {
      const cluster = await createCluster(provider, spec, signal);
      this.#observer.claimed?.(provider.name, 'cold');
      return cluster;
    }
    const warming = this.#warming.get(spec.id);
    try {
      if (warming === undefined || (await orAborted(warming, signal))) {
        if (await isWell(provider, spec.id, provider.warmNodes(spec.nodes), signal)) {
          const cluster = await provider.claim(spec, signal);
          this.#observer.claimed?.(provider.name, warming === undefined ? 'warm' : 'warming');
          return cluster;
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      this.#observer.failed?.(`handing out ${spec.id}`, error);
    }
    this.#observer.lost?.(provider.name, spec.id, 'warm');
    await this.#store.move(spec.id, 'claimed', 'doomed');
    return undefined;
  }

  /** Makes one cluster for the pool; a failure is reported to the observer and leaves nothing. */
  async refill(provider: ClusterProvider, target: PoolTarget, signal: AbortSignal): Promise<void> {
    const id = this.#newId();
    const startedAt = performance.now();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#warming.set(id, promise);
    let isMade = false;
    try {
      await this.#store.add({ id, provider: target.provider, nodes: target.nodes });
      await provider.warm({ id, nodes: target.nodes }, signal);
      isMade = true;
      // A session may have claimed it already and waits.
      await this.#store.move(id, 'warming', 'warm');
      this.#observer.refilled?.(provider.name, performance.now() - startedAt);
    } catch (error) {
      if (!signal.aborted) this.#observer.failed?.(`making ${id} for the pool`, error);
      // While the books cannot be reached this fails too; the next pass finds an entry that nobody works on.
      if (!isMade) await this.#store.move(id, 'warming', 'doomed').catch(() => undefined);
    } finally {
      this.#warming.delete(id);
      resolve(isMade);
    }
  }
}

/** Whether a cluster can be handed out; one that is slow to say so is as good as none to somebody who waits. */
async function isWell(provider: ClusterProvider, id: ClusterId, nodes: number, signal: AbortSignal): Promise<boolean> {
  const late = AbortSignal.timeout(answerWithin);
  try {
    return await provider.isHealthy(id, AbortSignal.any([signal, late]), { nodes });
  } catch (error) {
    if (late.aborted) return false;
    throw error;
  }
}
