import { totalmem } from 'node:os';
import {
  type ClusterId,
  ClusterPool,
  type PoolObserver,
  type PoolTarget,
  type ProviderName,
  Reconciler,
  type SessionOwner,
  SpareMeter,
} from '@kubedan/clusters';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { LOGGER } from '../../logging/logger.js';
import { isDatabaseGone } from '../../problems/problem.mapping.js';
import { randomText } from '../../random-text.js';
import { ClusterStore } from '../clusters/cluster-store.service.js';
import { MetricsService } from '../health/metrics.service.js';
import { Visits } from '../people/visits.js';
import { ClusterHost } from './cluster-host.service.js';

const gibibyte = 2 ** 30;
/** Bytes that a new warm cluster must leave free: its own need, and as much again for who works on this machine. */
const room: Record<ProviderName, number> = { embedded: gibibyte / 2, kind: 2 * gibibyte };

/** Keeps this host's clusters as the books say, and some of them warm. */
@Injectable()
export class ClusterKeeper {
  readonly #meter = new SpareMeter();
  #pool: ClusterPool | undefined;
  #reconciler: Reconciler | undefined;
  #isDrained = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(ClusterStore) private readonly store: ClusterStore,
    @Inject(ClusterHost) private readonly clusters: ClusterHost,
    @Inject(MetricsService) private readonly metrics: MetricsService,
    @Inject(Visits) private readonly visits: Visits,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @param host whose clusters these are @param owner of the sessions that have clusters here */
  open(host: string, owner: SessionOwner): void {
    const store = this.store.booksOf(host);
    const observer = this.#observer();
    this.#pool = new ClusterPool({ store, newId: newClusterId, observer });
    this.#reconciler = new Reconciler({
      store,
      pool: this.#pool,
      providers: this.clusters.providers,
      owner,
      observer,
      targets: () => this.#targets(),
      hasRoom: (provider) => this.#hasRoom(provider),
      interval: this.config.clusters.KUBEDAN_RECONCILE_INTERVAL,
    });
  }

  /** Looks after the host from now on; clusters can be made by now. */
  start(): void {
    this.#reconciler?.start();
  }

  async stop(): Promise<void> {
    await this.#reconciler?.[Symbol.asyncDispose]();
  }

  /** Compares host and books now and resolves when what that began is done. */
  async reconcile(): Promise<void> {
    await this.#reconciler?.pass();
    await this.#reconciler?.idle();
  }

  /** Keeps nothing warm until the next session is brought up. */
  drain(): void {
    this.#isDrained = true;
  }

  /** Brings up a session's cluster. @see ClusterPool.provide */
  provide(...request: Parameters<ClusterPool['provide']>): ReturnType<ClusterPool['provide']> {
    this.#isDrained = false;
    return this.pool.provide(...request);
  }

  /** @throws RangeError before open() */
  get pool(): ClusterPool {
    if (this.#pool === undefined) throw new RangeError('the books of this host are not open yet');
    return this.#pool;
  }

  async #targets(): Promise<PoolTarget[]> {
    const { KUBEDAN_POOL_EMBEDDED, KUBEDAN_POOL_KIND, KUBEDAN_POOL_IDLE_AFTER } = this.config.clusters;
    // Who only runs clusters for other processes hears of no visits.
    const isWanted = this.config.process.KUBEDAN_ROLE === 'runner' || this.visits.within(KUBEDAN_POOL_IDLE_AFTER);
    if (!isWanted || this.#isDrained) return [];
    const preferred = await this.clusters.choose([]).catch(() => undefined);
    const asked = { embedded: KUBEDAN_POOL_EMBEDDED, kind: KUBEDAN_POOL_KIND };
    const targets: PoolTarget[] = [];
    for (const provider of this.clusters.providers) {
      const size = asked[provider.name];
      targets.push({
        provider: provider.name,
        nodes: provider.warmNodes(1),
        size: size === 'auto' ? (provider === preferred ? usualSize(provider.name) : 0) : size,
      });
    }
    return targets;
  }

  #hasRoom(provider: ProviderName): boolean {
    const { cpu, memory } = this.#meter.read();
    return cpu * 100 >= this.config.clusters.KUBEDAN_POOL_SPARE_CPU && memory >= room[provider];
  }

  #observer(): PoolObserver {
    const { metrics } = this;
    return {
      counted: (entries) => {
        metrics.clusters.reset();
        for (const { provider, state, wish } of entries) metrics.clusters.inc({ provider, state: wish ?? state });
      },
      claimed: (provider, from) => metrics.claims.inc({ provider, from }),
      refilled: (provider, ms) => metrics.refills.observe({ provider }, ms / 1000),
      orphaned: (provider, id) => {
        metrics.orphans.inc({ provider });
        this.log.warn({ cluster: id }, 'a cluster that nobody knows of is destroyed');
      },
      lost: (provider, id, state) => {
        metrics.lost.inc({ provider, state });
        this.log.warn({ cluster: id }, 'a warm cluster stopped');
      },
      failed: (what, error) => {
        if (!isDatabaseGone(error)) this.log.warn({ err: error }, `${what} failed and is tried again`);
      },
    };
  }
}

/** @returns a name that no other cluster has: folders, sockets and containers are named after it */
export function newClusterId(): ClusterId {
  return `c${randomText(11)}`;
}

/** A laptop stays quiet: a warm plane is small and idle, a kind cluster is neither. */
function usualSize(provider: ProviderName): number {
  return provider === 'embedded' && totalmem() >= 4 * gibibyte ? 1 : 0;
}
