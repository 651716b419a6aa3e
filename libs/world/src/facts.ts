/**
 * What a kubelet tells the world: plain facts, each replacing the one of the same key. They count from the time that the world
 * has been advanced to.
 */

/** One run of a container, from its start to its end. A new run (`startedAt` differs) starts empty. */
export interface ContainerFact {
  name: string;
  /** As in the plan's images; an image without work serves at once and uses next to nothing. */
  image: string;
  /** World time in milliseconds of the start of this run; absent when it does not run. */
  startedAt?: number;
  /** Whether its port answers yet. Requests before that are refused. */
  serving: boolean;
  /** Cores; absent when there is no limit. */
  cpuLimit?: number;
  /** Cores; its weight when a node's CPUs are fought over. Absent: 0. */
  cpuRequest?: number;
  /** Bytes; absent when there is no limit. */
  memoryLimit?: number;
  /** Bytes. Absent: 0. */
  memoryRequest?: number;
  /** `nvidia.com/gpu`; below 1 for a share of one. Absent: 0. */
  gpus?: number;
}

export interface PodFact {
  uid: string;
  namespace: string;
  name: string;
  /** Name of its node; absent while it is pending. */
  node?: string;
  /** What traffic is counted under: the label `version`, or the tag of its image. */
  version: string;
  containers: readonly ContainerFact[];
}

export interface NodeFact {
  name: string;
  /** Cores. */
  cpu: number;
  /** Bytes. */
  memory: number;
  /** `nvidia.com/gpu`. Absent: 0. */
  gpus?: number;
  zone?: string;
  /** A node type of the plan, which sets its price. Absent: it costs nothing. */
  type?: string;
  /** Rented at the spot price, and may be taken back. */
  spot?: boolean;
  /** The node pool that it belongs to. */
  pool?: string;
}

export interface ServiceFact {
  namespace: string;
  name: string;
  /** The ready endpoints: which containers answer. */
  endpoints: readonly { pod: string; container: string }[];
}

/** Names a Service: `namespace/name`. */
export type ServiceKey = string;

export interface RouteRule {
  /** Any of them; without any, every path. */
  paths?: readonly { type: 'Exact' | 'PathPrefix'; value: string }[];
  /** By weight; a backend without endpoints answers 503 to its share. All weights 0: 500. */
  backends: readonly { service: ServiceKey; weight: number }[];
  /** `timeouts.request`: the gateway answers 504 after so many milliseconds. Absent: it waits as long as the client. */
  timeoutMs?: number;
  /** Further tries by the gateway after a 5xx or a refused connection. Absent: 0. */
  retries?: number;
}

/** An HTTPRoute, or an Ingress, as accepted by the gateway. */
export interface RouteFact {
  namespace: string;
  name: string;
  /** Exact, or `*.example.com`; none: every host. */
  hostnames?: readonly string[];
  rules: readonly RouteRule[];
}

/** At most so many requests go through; the others are answered 429. A token bucket. */
export interface RateLimitFact {
  /** Unique among the limits. */
  name: string;
  /** `namespace/name` of the route that it limits; absent: everything that passes the gateway. */
  route?: string;
  /** Requests per second. */
  rate: number;
  /** Size of the bucket; at least 1. Absent: one second's worth. */
  burst?: number;
}

/** Keeps callers from a target that is in trouble. Every field that is absent does not limit. */
export interface BreakerFact {
  /** Unique among the breakers. */
  name: string;
  /** `namespace/name` of a Service, or the name of a dependency. */
  target: string;
  /** Requests under way to the target; more are refused at once. */
  maxRequests?: number;
  /** Opens when this share (0 to 1) of the requests of `windowMs` failed, and there were at least `minRequests`. */
  errorShare?: number;
  /** Milliseconds. Default 10000. */
  windowMs?: number;
  /** Default 20. */
  minRequests?: number;
  /** How long it stays open, in milliseconds, before one request in ten is let through to see. Default 5000. */
  openMs?: number;
}
