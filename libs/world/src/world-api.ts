import type { MetricFamily } from './metrics/families.js';
import type { BreakerFact, NodeFact, PodFact, RateLimitFact, RouteFact, ServiceFact, ServiceKey } from './facts.js';
import type {
  Bill,
  ContainerUsage,
  Figures,
  NodeUsage,
  QueueLength,
  Scope,
  Trace,
  WorldEvent,
  WorldSecond,
} from './figures.js';

/**
 * The world of one cluster. It knows no clock but its own: milliseconds since the hand-over, moved by advance() alone. Same
 * plan, seed, and facts at the same times: same figures, however advance() is cut into calls.
 */
export interface World {
  /** How far it has been advanced, in milliseconds since its start. */
  readonly nowMs: number;

  /**
   * Plays on. It looks up after every 100 ms of its time: facts count from the first such moment that is not before now.
   * @param toMs world time to reach; one that is past already does nothing
   * @returns what happened on the way, in order of time
   */
  advance(toMs: number): WorldEvent[];

  // What a kubelet says; each replaces the fact of the same key.
  setNode(node: NodeFact): void;
  /** What runs on it ends. */
  removeNode(name: string): void;
  setPod(pod: PodFact): void;
  removePod(uid: string): void;
  setService(service: ServiceFact): void;
  removeService(key: ServiceKey): void;
  setRoute(route: RouteFact): void;
  /** @param key namespace/name */
  removeRoute(key: string): void;
  setRateLimit(limit: RateLimitFact): void;
  removeRateLimit(name: string): void;
  setBreaker(breaker: BreakerFact): void;
  removeBreaker(name: string): void;

  /**
   * Lets a source of traffic begin its profile now, be it that it waits for that (`starts: on-request`), ran before or runs.
   * @throws RangeError when there is no such source
   */
  startTraffic(source: string): void;
  /** @throws RangeError when there is no such source */
  stopTraffic(source: string): void;

  // What it shows.
  /** @returns undefined for a container that does not run */
  usageOf(pod: string, container: string): ContainerUsage | undefined;
  /** @returns undefined for a node that is not there */
  nodeUsage(name: string): NodeUsage | undefined;
  /**
   * How long the container would take now to answer a request that costs nothing, such as a probe: it waits for a thread and for
   * CPU like any other.
   * @returns milliseconds; Infinity when it would be refused or never answered
   */
  probeMs(pod: string, container: string): number;
  /**
   * @param windowMs how far to look back from now; at most ten minutes are kept
   * @returns all zeros for a scope that nothing is known of
   */
  figures(scope: Scope, windowMs: number): Figures;
  /** Requests that ended, by the version that they reached; from now back over the window. @param service namespace/name */
  traffic(service: string, windowMs: number): { version: string; count: number; share: number; errorRate: number }[];
  /** @returns undefined when there is no such queue */
  queueLength(name: string): QueueLength | undefined;
  /** Sampled requests that ended in the window, oldest first; errors and slow ones are kept before others. */
  traces(windowMs: number): Trace[];
  bill(windowMs: number): Bill;
  /**
   * The world second by second; seconds of which nothing is known are left out.
   * @param fromSecond the first that is wanted; at most ten minutes are kept
   */
  history(fromSecond: number): WorldSecond[];
  /** Everything that is measured, as a Prometheus would read it now. Counters of requests move with every full second. */
  metrics(): MetricFamily[];
}
