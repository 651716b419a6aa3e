import { z } from 'zod';
import { amountSchema, countSchema, drawnDurationSchema, drawnQuantitySchema, shareSchema } from './amount.js';

/**
 * A call to another service or dependency while a request is worked on. Calls are made one after another, in the order of the
 * list, each after an equal part of the request's CPU time; the request's thread waits meanwhile.
 */
export const callSchema = z.strictObject({
  to: z
    .string()
    .min(1)
    .describe(
      'A dependency of the world, else a Service: `inventory` of the same namespace, `inventory.shop` of another.',
    ),
  share: shareSchema.optional().describe('Share of the requests that make it. Default 1.'),
  timeout: drawnDurationSchema.optional().describe('How long an answer is waited for. Default 30s.'),
  retries: countSchema(0, 10).optional().describe('Further tries after a failure. Default 0.'),
  backoff: drawnDurationSchema.optional().describe('Pause before the first retry; it doubles with each. Default 0s.'),
  optional: z
    .boolean()
    .optional()
    .describe('When it fails in the end: answer without it rather than with an error. Default false.'),
});
export type CallSpec = z.infer<typeof callSchema>;

/** What a request costs the containers of one image. */
export const workSchema = z.strictObject({
  cpu: drawnDurationSchema.optional().describe('CPU time of one request, on average. Default 0s.'),
  variation: amountSchema(0, 4)
    .optional()
    .describe(
      'Coefficient of variation of that time: 0 is always the same, 1 (default) exponential, up to 4 for few long ones.',
    ),
  concurrency: countSchema(1, 1024)
    .optional()
    .describe('Requests worked on at once (threads); a thread uses at most one core. Default 16.'),
  backlog: countSchema(0, 100_000)
    .optional()
    .describe('Requests that may wait for a thread; more are refused with 503. Default 1024.'),
  memory: drawnQuantitySchema.optional().describe('Memory of one request from its arrival to its answer. Default 0.'),
  leak: drawnQuantitySchema.optional().describe('Memory lost with every second that it runs. Default 0.'),
  errors: shareSchema.optional().describe('Share of requests answered with 500. Default 0.'),
  calls: z.array(callSchema).max(16).optional().describe('Whom it calls while it works on a request, in this order.'),
  batch: z
    .strictObject({
      max: countSchema(1, 256).describe('Requests in one batch at most.'),
      wait: drawnDurationSchema.optional().describe('How long the first waits for others. Default 0s.'),
      base: drawnDurationSchema.describe('What a batch takes however small it is.'),
      perItem: drawnDurationSchema.optional().describe('What each request in it takes besides. Default 0s.'),
    })
    .optional()
    .describe(
      'Inference on a GPU (limit `nvidia.com/gpu`), after the CPU time: requests that wait are taken together, at most `max`; the first waits at most `wait` for others. A batch of n takes `base + n * perItem`. Without a GPU every request fails.',
    ),
  takes: z
    .string()
    .min(1)
    .optional()
    .describe('Takes its requests from this queue of the world instead of being called.'),
  background: z
    .strictObject({
      cpu: drawnQuantitySchema.describe('In cores, such as `500m`.'),
      every: drawnDurationSchema.optional().describe('It begins anew after so long. Default: it never stops.'),
      lasts: drawnDurationSchema.optional().describe('For how long of every such period.'),
    })
    .optional()
    .describe(
      'CPU used without any request, in cores: `500m`. With `every` it is used for `lasts` at the start of every such period only.',
    ),
});
export type WorkSpec = z.infer<typeof workSchema>;
