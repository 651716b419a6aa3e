import { z } from 'zod';

const amount = z.number();
/** Milliseconds; null without any answer in the window. */
const time = z.number().nullable();

/** How a request ended. `ok` alone is no failure. */
export const requestOutcomes = [
  'ok',
  /** The service, or something that it leans on, answered with an error. */
  'failed',
  /** Nobody answered in time. */
  'timeout',
  /** The container's backlog was full, it was not serving yet, or it ended meanwhile. */
  'refused',
  /** The Service had no ready endpoint, or there was no such Service or route. */
  'no-endpoint',
  /** Answered 429 by a rate limit. */
  'rate-limited',
  /** A circuit breaker was open, or its requests under way were used up. */
  'broken-circuit',
] as const;
export const requestOutcomeSchema = z.enum(requestOutcomes);
export type RequestOutcome = z.infer<typeof requestOutcomeSchema>;

/** Requests over the window of a picture. */
const figures = {
  /** Requests that ended per second. */
  rate: amount,
  /** 0 to 1. */
  errorRate: amount,
  p50Ms: time,
  p99Ms: time,
  /** Failures per second by how they ended; those that there were. */
  failures: z.partialRecord(requestOutcomeSchema, amount),
};

/** What the living picture shows of the traffic of a cluster. */
export const trafficPictureSchema = z.object({
  /** Milliseconds since the hand-over, on the clock of the world: it stands still while the cluster is suspended. */
  worldMs: amount,
  /** Milliseconds that the figures look back over. */
  windowMs: amount,
  /** Who sends requests, as they see them. */
  sources: z.array(
    z.object({
      name: z.string(),
      /** Where they go first: a host at the gateway, a Service (`namespace/name`), or a queue. */
      target: z.object({ kind: z.enum(['gateway', 'service', 'queue']), name: z.string() }),
      ...figures,
    }),
  ),
  /** HTTPRoutes, `namespace/name`. */
  routes: z.array(
    z.object({
      route: z.string(),
      /** Services with their share of the weights of their rule, 0 to 1. */
      backends: z.array(z.object({ service: z.string(), share: amount })),
      ...figures,
    }),
  ),
  services: z.array(
    z.object({
      /** `namespace/name` */
      service: z.string(),
      ...figures,
      versions: z.array(z.object({ version: z.string(), share: amount, ...figures })),
    }),
  ),
  pods: z.array(
    z.object({
      uid: z.string(),
      ...figures,
      /** Thousandths of a core, and bytes, now. */
      cpuMillicores: amount,
      memoryBytes: amount,
      /** Requests that wait in it, now. */
      waiting: amount,
    }),
  ),
  dependencies: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      /** Of a cache: who is asked for what it has not. */
      behind: z.string().optional(),
      ...figures,
    }),
  ),
  queues: z.array(z.object({ name: z.string(), waiting: amount, oldestMs: amount })),
  /** Of PrometheusRules. */
  alerts: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['pending', 'firing']),
      labels: z.record(z.string(), z.string()),
      summary: z.string(),
      /** In the world's time, as worldMs. */
      activeAtMs: amount,
    }),
  ),
  /** CircuitBreakers, `namespace/name`. */
  breakers: z.array(z.object({ name: z.string(), state: z.enum(['open', 'half-open', 'closed']) })),
  /** In US dollars. */
  cost: z.object({
    total: amount,
    perHour: amount,
    /** Null when no request was answered well. */
    perThousandRequests: amount.nullable(),
  }),
});
export type TrafficPicture = z.infer<typeof trafficPictureSchema>;
