import type {
  Availability,
  ClusterHandle,
  ClusterId,
  ClusterProvider,
  ClusterShape,
  ClusterSpec,
  RunningCluster,
} from '@kubedan/clusters';
import { KubeClient } from '@kubedan/kube';
import { BlankCluster } from './blank-cluster.js';

/**
 * ms that the removal of what a lab made may take. Namespaces do not go while an aggregated API (metrics) is away, and are looked
 * at ever less often then: a new cluster is there sooner.
 */
const restoreLimit = 15_000;

/** How often a cluster that its provider releases is used: what was in it once still takes room in its etcd. */
const mostUses = 40;

interface Kept {
  id: ClusterId;
  /** So many it has while it is nobody's. */
  nodes: number;
  uses: number;
  mostUses: number;
  /** Makes it what it was. */
  restore: (signal: AbortSignal) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Clusters that are used again and again, as making one takes seconds: a cluster that is given back is made what it was at
 * first, by its provider where that can do it, or is done away with. At most so many exist at a time; who asks for more waits.
 * For providers that can claim a cluster again.
 */
export class ReusedClusters implements ClusterProvider {
  readonly #of: ClusterProvider;
  readonly #signal: AbortSignal;
  readonly #ended = new AbortController();
  readonly #free: Kept[] = [];
  readonly #lent = new Map<ClusterId, Kept>();
  readonly #clearing = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #room: number;

  /** @param most how many clusters at a time, at least 1 */
  constructor(provider: ClusterProvider, most: number, signal: AbortSignal) {
    this.#of = provider;
    this.#room = most;
    this.#signal = signal;
  }

  get name() {
    return this.#of.name;
  }
  get capabilities() {
    return this.#of.capabilities;
  }

  async create(spec: ClusterSpec, signal: AbortSignal): Promise<RunningCluster> {
    const kept = (await this.#take(this.#of.warmNodes(spec.nodes))) ?? (await this.#make(spec, signal));
    kept.uses++;
    try {
      // The id under which it is lent is the borrower's; the cluster goes by its first one all its life.
      const cluster = await this.#of.claim({ ...spec, id: kept.id }, signal);
      this.#lent.set(spec.id, kept);
      return { ...cluster, id: spec.id };
    } catch (error) {
      await this.#discard(kept);
      this.#waiting.shift()?.();
      throw error;
    }
  }

  /** Gives a cluster back; it is cleared meanwhile. One that cannot be is done away with. */
  async destroy(id: ClusterId): Promise<void> {
    const kept = this.#lent.get(id);
    if (kept === undefined) return;
    this.#lent.delete(id);
    const clearing = this.#clear(kept).finally(() => {
      this.#clearing.delete(clearing);
      this.#waiting.shift()?.();
    });
    this.#clearing.add(clearing);
  }

  probe(): Promise<Availability> {
    return this.#of.probe();
  }
  warmNodes(nodes: number): number {
    return this.#of.warmNodes(nodes);
  }
  warm(shape: ClusterShape, signal: AbortSignal): Promise<void> {
    return this.#of.warm(shape, signal);
  }
  claim(spec: ClusterSpec, signal: AbortSignal): Promise<RunningCluster> {
    return this.#of.claim(spec, signal);
  }
  isHealthy(id: ClusterId, signal: AbortSignal, options?: { nodes?: number }): Promise<boolean> {
    return this.#of.isHealthy(this.#idOf(id), signal, options);
  }
  suspend(id: ClusterId): Promise<void> {
    return this.#of.suspend(this.#idOf(id));
  }
  resume(id: ClusterId): Promise<RunningCluster> {
    return this.#of.resume(this.#idOf(id));
  }
  list(): Promise<ClusterHandle[]> {
    return this.#of.list();
  }
  onLost(listener: (id: ClusterId, reason: string) => void): void {
    this.#of.onLost(listener);
  }

  /** Destroys all clusters, and ends the provider. */
  async [Symbol.asyncDispose](): Promise<void> {
    // What is cleared for the next one is cleared for nobody.
    this.#ended.abort();
    await Promise.all(this.#clearing);
    await Promise.all([...this.#free, ...this.#lent.values()].map((kept) => this.#discard(kept)));
    await this.#of[Symbol.asyncDispose]();
  }

  /** @returns a free cluster with so many nodes; undefined when there is room for a new one */
  async #take(nodes: number): Promise<Kept | undefined> {
    for (;;) {
      const index = this.#free.findIndex((kept) => kept.nodes === nodes);
      if (index >= 0) return this.#free.splice(index, 1)[0];
      if (this.#room > 0) {
        this.#room--;
        return undefined;
      }
      const other = this.#free.shift();
      if (other === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      else await this.#discard(other);
    }
  }

  async #make({ id, nodes }: ClusterSpec, signal: AbortSignal): Promise<Kept> {
    try {
      return { id, nodes: this.#of.warmNodes(nodes), uses: 0, ...(await this.#begin(id, nodes, signal)) };
    } catch (error) {
      await this.#of.destroy(id).catch(() => undefined);
      this.#room++;
      this.#waiting.shift()?.();
      throw error;
    }
  }

  async #begin(
    id: ClusterId,
    nodes: number,
    signal: AbortSignal,
  ): Promise<Pick<Kept, 'mostUses' | 'restore' | 'close'>> {
    if (this.#of.release !== undefined) {
      await this.#of.warm({ id, nodes: this.#of.warmNodes(nodes) }, signal);
      return { mostUses, restore: async (limit) => this.#of.release?.(id, limit), close: async () => undefined };
    }
    const cluster = await this.#of.create({ id, nodes, images: {}, seed: '' }, signal);
    const client = new KubeClient(cluster.credentials.grader, { userAgent: 'kubedan-prove' });
    const blank = await BlankCluster.of(client, signal);
    return { mostUses: Infinity, restore: (limit) => blank.restore(limit), close: () => client.close() };
  }

  async #clear(kept: Kept): Promise<void> {
    if (kept.uses >= kept.mostUses) return this.#discard(kept);
    try {
      await kept.restore(AbortSignal.any([this.#signal, this.#ended.signal, AbortSignal.timeout(restoreLimit)]));
      this.#free.push(kept);
    } catch {
      await this.#discard(kept);
    }
  }

  async #discard(kept: Kept): Promise<void> {
    await kept.close();
    await this.#of.destroy(kept.id);
    this.#room++;
  }

  #idOf(id: ClusterId): ClusterId {
    return this.#lent.get(id)?.id ?? id;
  }
}
