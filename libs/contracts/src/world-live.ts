import { z } from 'zod';
import { requestOutcomeSchema, trafficPictureSchema } from './traffic.js';

/** Milliseconds since the hand-over, on the clock of the world: it stands still while the cluster is suspended. */
const worldMs = z.number();
const column = z.array(z.number());
const times = z.array(z.number().nullable());

/** Seconds that are kept of a world. */
export const worldSecondsKept = 600;

/** What traffic comes to, now: the figures of the last seconds, where requests go, and what is firing. */
export const worldPictureSchema = trafficPictureSchema
  .omit({ pods: true })
  .extend({ nodes: z.int().describe('Nodes that there are') });
export type WorldPicture = z.infer<typeof worldPictureSchema>;

/** The world second by second: columns of one length, in order of time; at most ten minutes. */
export const worldSeriesSchema = z.object({
  second: column.describe('Number of the second since the hand-over; those of which nothing is known are left out'),
  requests: column.describe('Requests of all sources that ended in it, retries counted once'),
  errors: column.describe('Those of them that were not answered well'),
  p50Ms: times.describe('Median time to the answer; null without any'),
  p99Ms: times.describe('Time within which 99 of 100 were answered; null without any'),
  replicas: column.describe('Pods that served at its end'),
  nodes: column.describe('Nodes at its end'),
  perHour: column.describe('US dollars that an hour cost with those nodes'),
});
export type WorldSeries = z.infer<typeof worldSeriesSchema>;

/** What the learner changed in the cluster: names, never contents. */
export const worldMarkSchema = z.object({
  atMs: worldMs.describe("Of the first of them, on the world's clock"),
  verb: z.enum(['create', 'update', 'patch', 'delete', 'deletecollection']),
  resource: z.string().describe('In the plural, with its subresource: `deployments`, `deployments/scale`'),
  namespace: z.string().describe('Empty for what is in none'),
  name: z.string().describe('Empty where the request named none'),
  count: z.int().describe('How many like it came one soon after the other'),
});
export type WorldMark = z.infer<typeof worldMarkSchema>;
/** Marks that are kept; the oldest go first. */
export const worldMarksKept = 60;

/** What is sent of a session's world: whole the first time, then the last seconds. */
export const worldViewSchema = z.object({
  sessionId: z.string(),
  picture: worldPictureSchema,
  series: worldSeriesSchema,
  marks: z.array(worldMarkSchema),
});
export type WorldView = z.infer<typeof worldViewSchema>;

const traceHead = {
  id: z.string(),
  source: z.string(),
  startMs: worldMs,
  durationMs: z.number(),
  outcome: requestOutcomeSchema,
};
/** One of the sampled requests. */
export const traceSummarySchema = z.object({ ...traceHead, spans: z.int().describe('How many spans it has') });
export type TraceSummary = z.infer<typeof traceSummarySchema>;
export const traceListSchema = z.object({
  traces: z.array(traceSummarySchema),
  found: z.int().describe('How many fit; the list may be shorter'),
});
export type TraceList = z.infer<typeof traceListSchema>;

export const traceSpanSchema = z.object({
  id: z.int(),
  parent: z.int().optional().describe('The span that caused it; absent for the first'),
  service: z.string().describe('`client`, `gateway`, the Pod that worked on it, or the dependency'),
  what: z.string().describe('What was done: `GET /cart`, `wait`, `work`, `resolve stock`'),
  startMs: z.number().describe("Since the trace's start"),
  durationMs: z.number(),
  outcome: requestOutcomeSchema,
  pod: z.string().optional(),
  node: z.string().optional(),
  version: z.string().optional(),
});
export type TraceSpan = z.infer<typeof traceSpanSchema>;
/** One sampled request with all that happened to it. */
export const traceSchema = z.object({
  ...traceHead,
  spans: z.array(traceSpanSchema),
  cut: z.int().describe('How many further spans are left out'),
});
export type TraceView = z.infer<typeof traceSchema>;

/** Which traces are asked for; all parts together. */
export const traceQuerySchema = z.strictObject({
  source: z.string().min(1).max(63).optional(),
  outcome: z
    .enum([...requestOutcomeSchema.options, 'errors'], {
      error: `expected errors, ${requestOutcomeSchema.options.join(', ')}`,
    })
    .optional(),
  slowerThanMs: z
    .string()
    .regex(/^\d{1,7}$/, { error: 'expected a whole number of milliseconds from 0' })
    .transform(Number)
    .optional(),
  sort: z.enum(['newest', 'slowest'], { error: 'expected newest or slowest' }).default('newest'),
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, { error: 'expected a whole number from 1 to 100' })
    .default('30')
    .transform(Number),
});
export type TraceQuery = z.output<typeof traceQuerySchema>;
export const traceIdSchema = z.string().regex(/^[0-9a-f]{8,16}$/, { error: 'expected the id of a trace of the list' });
