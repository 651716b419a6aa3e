import { z } from 'zod';

const amount = z.number();
/** Milliseconds; null without any answer in the window. */
const time = z.number().nullable();

/** Requests over the window of a picture. */
const figures = {
  /** Requests that ended per second. */
  rate: amount,
  /** 0 to 1. */
  errorRate: amount,
  p50Ms: time,
  p99Ms: time,
};

/** What the living picture shows of the traffic of a cluster. */
export const trafficPictureSchema = z.object({
  /** Milliseconds since the hand-over, on the clock of the world: it stands still while the cluster is suspended. */
  worldMs: amount,
  /** Milliseconds that the figures look back over. */
  windowMs: amount,
  /** Who sends requests, as they see them. */
  sources: z.array(z.object({ name: z.string(), ...figures })),
  /** HTTPRoutes, `namespace/name`. */
  routes: z.array(z.object({ route: z.string(), ...figures })),
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
  dependencies: z.array(z.object({ name: z.string(), kind: z.string(), ...figures })),
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
