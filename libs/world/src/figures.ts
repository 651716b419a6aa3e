import type { RequestOutcome as Outcome } from '@kubedan/contracts';

/** What the world shows: plain figures. Rates are per second, times milliseconds, memory bytes, CPU millicores. */

export { requestOutcomes as outcomes, type RequestOutcome as Outcome } from '@kubedan/contracts';

/** Of a circuit breaker. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** What figures can be asked for. */
export type Scope =
  /** Requests as their senders see them, retries counted once: the one that users feel. */
  | { kind: 'source'; name: string }
  /** Tries as the gateway sees them. `route` is namespace/name. */
  | { kind: 'route'; route: string }
  /** Tries as they reach a Service. `service` is namespace/name. */
  | { kind: 'service'; service: string; version?: string }
  | { kind: 'pod'; uid: string }
  | { kind: 'dependency'; name: string };

/** A scope over a window of time. */
export interface Figures {
  /** The window that was really looked at, in world time; whole seconds. */
  fromMs: number;
  toMs: number;
  /** Requests that ended in the window, by how. */
  outcomes: Readonly<Record<Outcome, number>>;
  count: number;
  /** Requests that ended per second. */
  rate: number;
  /** 0 to 1; 0 without any request. */
  errorRate: number;
  /** Time to the answer, whatever it was, but without those refused at once by a limit or a breaker; NaN without any. */
  meanMs: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
}

/** One second of the world, of all that sources sent; what is counted as in Figures. */
export interface WorldSecond {
  /** Its number, from the hand-over: it ended at `(second + 1) * 1000`. */
  second: number;
  outcomes: Readonly<Record<Outcome, number>>;
  /** NaN without any answer. */
  p50Ms: number;
  p99Ms: number;
  /** Pods with a container that served, at its end. */
  pods: number;
  /** Nodes that were paid for, or free, at its end. */
  nodes: number;
  /** US dollars that an hour cost with those nodes. */
  perHour: number;
}

/** Of one container, now. */
export interface ContainerUsage {
  /** Millicores, the mean of the last 15 seconds (or since its start), as metrics-server's window. */
  cpu: number;
  /** Bytes, working set. */
  memory: number;
  /** CPU seconds since its start: `container_cpu_usage_seconds_total`. */
  cpuSeconds: number;
  /** CFS periods with something to run, and those in which the limit was used up. */
  periods: number;
  throttledPeriods: number;
  /** Requests worked on and waiting. */
  inProgress: number;
  waiting: number;
  /** GPU seconds since its start. */
  gpuSeconds: number;
}

/** Of one node, now. */
export interface NodeUsage {
  /** Millicores, the mean of the last 15 seconds. */
  cpu: number;
  /** Bytes, working sets of all containers and the system. */
  memory: number;
}

/** Something that a kubelet has to play. Times are world time in milliseconds. */
export type WorldEvent =
  /** The container used more memory than its limit, or the node ran out of it. */
  | {
      kind: 'oom-killed';
      atMs: number;
      pod: string;
      container: string;
      memory: number;
      /** Its own limit, or the node's memory. */
      reason: 'limit' | 'node';
    }
  /** The provider takes a spot node back at `endsAtMs`. */
  | { kind: 'spot-notice'; atMs: number; node: string; endsAtMs: number }
  | { kind: 'spot-taken'; atMs: number; node: string }
  | { kind: 'breaker'; atMs: number; name: string; state: BreakerState }
  | { kind: 'incident'; atMs: number; name: string; state: 'begins' | 'ends' };

/** Of a queue, now. */
export interface QueueLength {
  waiting: number;
  /** Messages that workers have in hand. */
  inWork: number;
  /** Milliseconds that the oldest has waited. */
  oldestMs: number;
}

/** A part of a request's way. */
export interface Span {
  id: number;
  /** The span that it was caused by; absent for the first. */
  parent?: number;
  /** `client`, `gateway`, the name of the Pod that works on it, or the name of a dependency. */
  service: string;
  /** What was done: `GET /cart`, `wait`, `work`, `resolve inventory`, … */
  name: string;
  startMs: number;
  endMs: number;
  outcome: Outcome;
  /** The pod that worked on it, its node and its version. */
  pod?: string;
  node?: string;
  version?: string;
}

/** One sampled request with all its tries. */
export interface Trace {
  id: string;
  source: string;
  startMs: number;
  endMs: number;
  outcome: Outcome;
  spans: readonly Span[];
}

/** Money, in US dollars. */
export interface Bill {
  /** Spent since the start. */
  total: number;
  /** What an hour costs with the nodes that are there now. */
  perHour: number;
  /** What it cost with the nodes of the first moment. */
  perHourAtStart: number;
  /** Spent in the window for each thousand requests answered well in it; Infinity without any. */
  perThousandRequests: number;
  /** perHour by node type. */
  byType: Readonly<Record<string, number>>;
}
