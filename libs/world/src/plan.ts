/** A lab's world with variables put in, in the engine's units: milliseconds, cores, bytes, requests per second, US dollars. */

export interface WorldPlan {
  sources: readonly SourcePlan[];
  dependencies: readonly DependencyPlan[];
  incidents: readonly IncidentPlan[];
  /** By image reference, those of the catalogue. */
  images: Readonly<Record<string, WorkPlan>>;
  nodeTypes: Readonly<Record<string, NodeTypePlan>>;
  nodePools: readonly NodePoolPlan[];
  autoscaler: { utilization: number; unneededForMs: number; afterAddingMs: number };
}

export type Target =
  | { kind: 'gateway'; host: string; path: string }
  /** `service` is namespace/name. */
  | { kind: 'service'; service: string; path: string }
  | { kind: 'queue'; name: string };

export interface SourcePlan {
  name: string;
  target: Target;
  profile: Profile;
  /** Undefined: on request. */
  startsMs: number | undefined;
  everyMs: number;
  timeoutMs: number;
  retries: number;
  backoffMs: number;
}

/** Pieces of a rate over time, each from its `fromMs` to that of the next; before the first the rate is 0. */
export type Profile = readonly RatePiece[];
export type RatePiece =
  /** A straight line: `rate + slope * (t - fromMs)`, slope per millisecond. */
  | { kind: 'line'; fromMs: number; rate: number; slope: number }
  /** `rate * 2^((t - fromMs) / doublesMs)`; a negative doublesMs halves. */
  | { kind: 'exponential'; fromMs: number; rate: number; doublesMs: number }
  /** `rate + height * (1 - cos(2π (t - fromMs) / lengthMs)) / 2`. */
  | { kind: 'bell'; fromMs: number; rate: number; height: number; lengthMs: number };

export interface DependencyPlan {
  name: string;
  kind: 'cache' | 'database' | 'dns' | 'queue' | 'api';
  latencyMs: number;
  variation: number;
  concurrency: number;
  backlog: number;
  errors: number;
  /** Of a cache; else 1. */
  hits: number;
  behind: string | undefined;
  /** Of dns; else 0. */
  asked: number;
}

export interface IncidentPlan {
  name: string;
  on: string;
  atMs: number;
  lastsMs: number;
  everyMs: number;
  slower: number;
  errors: number;
  down: boolean;
  burns: number;
}

export interface CallPlan {
  to: string;
  share: number;
  timeoutMs: number;
  retries: number;
  backoffMs: number;
  optional: boolean;
}

export interface WorkPlan {
  cpuMs: number;
  variation: number;
  concurrency: number;
  backlog: number;
  /** Of the process without requests. */
  baseMemory: number;
  memoryPerRequest: number;
  leakPerSecond: number;
  errors: number;
  calls: readonly CallPlan[];
  batch: { max: number; waitMs: number; baseMs: number; perItemMs: number } | undefined;
  takes: string | undefined;
  background: { cores: number; everyMs: number; lastsMs: number };
}

export interface NodeTypePlan {
  cpu: number;
  memory: number;
  gpus: number;
  pricePerHour: number;
  startsInMs: number;
  spot: { pricePerHour: number; interruptedEveryMs: number; noticeMs: number } | undefined;
}

export interface NodePoolPlan {
  name: string;
  type: string;
  size: number;
  min: number;
  max: number;
  spot: boolean;
  zones: readonly string[];
  labels: Readonly<Record<string, string>>;
  taints: readonly { key: string; value?: string | undefined; effect: string }[];
}
