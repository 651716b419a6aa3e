import { z } from 'zod';
import { amountSchema, countSchema, drawnDurationSchema, drawnQuantitySchema, shareSchema } from './amount.js';

const nameSchema = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, { error: 'expected lower-case letters, digits and dashes' });
/** Requests a second. */
const rateSchema = amountSchema(0, 100_000);

const exactlyOne =
  (...keys: string[]) =>
  (value: object): boolean =>
    keys.filter((key) => key in value).length === 1;

/** How many requests a second arrive, over the time since the source started. Exactly one of the fields. */
export const trafficProfileSchema = z
  .strictObject({
    steady: z
      .strictObject({ rate: rateSchema.describe('Requests a second.') })
      .optional()
      .describe('Always the same.'),
    noon: z
      .strictObject({
        rate: rateSchema.describe('Requests a second outside of the bell.'),
        peak: rateSchema.describe('Requests a second at its top.'),
        at: drawnDurationSchema.describe('When it begins, from the start of the source.'),
        lasts: drawnDurationSchema.describe('From its foot to its foot.'),
      })
      .optional()
      .describe('A bell between two rates, as at lunch time: from `at` on for `lasts`, its top in the middle.'),
    flashSale: z
      .strictObject({
        rate: rateSchema.describe('Requests a second before and after.'),
        factor: amountSchema(1, 1000).optional().describe('How many times as many at the top. Default 30.'),
        at: drawnDurationSchema.describe('When it begins, from the start of the source.'),
        rises: drawnDurationSchema.optional().describe('How long it takes to the top, and back. Default 1m.'),
        lasts: drawnDurationSchema.describe('How long it stays at the top.'),
      })
      .optional()
      .describe(
        '`rate` until `at`; within `rises` (default 1m) `factor` (default 30) times as many; after `lasts` it falls as it rose.',
      ),
    viral: z
      .strictObject({
        rate: rateSchema.describe('Requests a second before.'),
        peak: rateSchema.describe('Requests a second that it does not exceed.'),
        at: drawnDurationSchema.describe('When it begins, from the start of the source.'),
        doubles: drawnDurationSchema.describe('How long it takes to double.'),
        lasts: drawnDurationSchema.optional().describe('After so long it halves as quickly. Default: never.'),
      })
      .optional()
      .describe(
        '`rate` until `at`, then doubling with every `doubles` up to `peak`; after `lasts` (default: for ever) it halves as quickly.',
      ),
    points: z
      .array(
        z.strictObject({
          at: drawnDurationSchema.describe('From the start of the source.'),
          rate: rateSchema.describe('Requests a second at that moment.'),
        }),
      )
      .min(1)
      .max(100)
      .optional()
      .describe('Straight lines between points; before the first its rate, after the last its rate.'),
  })
  .refine(exactlyOne('steady', 'noon', 'flashSale', 'viral', 'points'), {
    error: 'expected exactly one of steady, noon, flashSale, viral and points',
  });
export type TrafficProfile = z.infer<typeof trafficProfileSchema>;

/** People or programs that send requests. Arrivals are a Poisson process: each comes on its own. */
export const trafficSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^https?:\/\/[a-z0-9.${}A-Z-]+(:\d+)?(\/\S*)?$/, {
        error: 'expected http://shop.example/path or http://service.namespace.svc/path',
      })
      .optional()
      .describe(
        'Where requests go: `http://shop.example/cart` by the gateway, along the HTTPRoute that fits; `http://web.shop.svc/` to that Service, past the gateway.',
      ),
    queue: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Instead of url: the queue of the world that requests are put into. The answer is there when one was worked off.',
      ),
    profile: trafficProfileSchema.describe('How many requests a second arrive, over the time since the start.'),
    starts: z
      .union([z.literal('on-request'), drawnDurationSchema])
      .optional()
      .describe('When it starts, from the hand-over on (default 0s), or `on-request`: when the learner asks for it.'),
    every: drawnDurationSchema.optional().describe('The profile begins anew after so long.'),
    timeout: drawnDurationSchema.optional().describe('How long one try is waited for. Default 10s.'),
    retries: countSchema(0, 10)
      .optional()
      .describe('Further tries after a failure or a timeout: what makes a retry storm. Default 0.'),
    backoff: drawnDurationSchema
      .optional()
      .describe(
        'Pause before the first retry, doubled with each, drawn between a half and the whole of it. Default 0s.',
      ),
  })
  .refine(exactlyOne('url', 'queue'), { error: 'expected exactly one of url and queue' });
export type TrafficSpec = z.infer<typeof trafficSchema>;

/**
 * Something that services lean on and that the learner does not run: requests wait for one of its `concurrency` connections and
 * then take `latency` on average, so that it carries `concurrency / latency` requests a second.
 */
export const dependencySchema = z.strictObject({
  kind: z
    .enum(['cache', 'database', 'dns', 'queue', 'api'])
    .describe('What it is: decides its usual latency and how it is shown.'),
  latency: drawnDurationSchema
    .optional()
    .describe(
      'Time to answer when nobody waits, on average. Default: cache 0.5ms, dns 1ms, database 5ms, api 50ms, queue 1ms.',
    ),
  variation: amountSchema(0, 4).optional().describe('Coefficient of variation of that time. Default 1.'),
  concurrency: countSchema(1, 10_000).optional().describe('Requests answered at once. Default 64.'),
  backlog: countSchema(0, 1_000_000)
    .optional()
    .describe('Requests that may wait, for a queue: that it holds; more are refused. Default 10000.'),
  errors: shareSchema.optional().describe('Share of requests answered with an error. Default 0.'),
  hits: shareSchema.optional().describe('Of a cache: share of requests that it has the answer to. Default 0.9.'),
  behind: z
    .string()
    .min(1)
    .optional()
    .describe('Of a cache: the dependency that is asked when the cache has no answer or does not answer.'),
  asked: shareSchema
    .optional()
    .describe(
      'Of dns: share of the calls to Services and dependencies that ask it first; the others still know the address. Default 0.05.',
    ),
});
export type DependencySpec = z.infer<typeof dependencySchema>;

/** Something goes wrong for a while. */
export const incidentSchema = z.strictObject({
  name: nameSchema.describe('Names the incident, once in the lab.'),
  on: z.string().min(1).describe('A dependency of the world, or an image of the catalogue with `work`.'),
  at: drawnDurationSchema.describe('From the hand-over on.'),
  lasts: drawnDurationSchema.optional().describe('Default: for ever.'),
  every: drawnDurationSchema.optional().describe('It comes back after so long, from start to start.'),
  slower: amountSchema(0.001, 10_000)
    .optional()
    .describe('Factor on the time of a request: latency of a dependency, CPU time of an image.'),
  errors: shareSchema.optional().describe('Share of requests that fail besides.'),
  down: z.boolean().optional().describe('Nothing is answered at all: callers wait until their timeout.'),
  burns: drawnQuantitySchema.optional().describe('CPU that each container of the image burns besides, in cores.'),
  when: z
    .strictObject({ value: z.string().describe('Usually a variable.'), is: z.string().describe('What it must be.') })
    .optional()
    .describe(
      "It happens only if both texts are the same once the variables are put in: `{value: '${culprit}', is: cache}`.",
    ),
});
export type IncidentSpec = z.infer<typeof incidentSchema>;

/** A kind of machine that can be rented. */
export const nodeTypeSchema = z.strictObject({
  cpu: drawnQuantitySchema.describe('Cores of one machine.'),
  memory: drawnQuantitySchema.describe('Memory of one machine, such as `16Gi`.'),
  gpus: countSchema(0, 16).optional().describe('`nvidia.com/gpu`. Default 0.'),
  pricePerHour: amountSchema(0, 1000).describe('In US dollars; paid by the second from the order to the end.'),
  startsIn: drawnDurationSchema.optional().describe('From the order until the node is Ready. Default 40s.'),
  spot: z
    .strictObject({
      pricePerHour: amountSchema(0, 1000).describe('In US dollars, as above.'),
      interruptedEvery: drawnDurationSchema.describe('Mean time until one is taken back.'),
      notice: drawnDurationSchema.optional().describe('How long before it is told. Default 2m.'),
    })
    .optional()
    .describe('The same machine, cheaper, and taken back at any time.'),
});
export type NodeTypeSpec = z.infer<typeof nodeTypeSchema>;

/** Nodes of one type, `<pool>-1`, `<pool>-2`, …; the cluster autoscaler keeps their number between min and max. */
export const nodePoolSchema = z.strictObject({
  type: z.string().min(1).describe('One of the node types.'),
  size: countSchema(0, 100).describe('Nodes at the start.'),
  min: countSchema(0, 100).optional().describe('Default: size.'),
  max: countSchema(0, 100).optional().describe('Default: size.'),
  spot: z.boolean().optional().describe('Rented as spot machines. Default false.'),
  zones: z.array(nameSchema).min(1).max(6).optional().describe('Zones, in turn. Default: one, `a`.'),
  labels: z.record(z.string(), z.string()).optional().describe('Further labels of its nodes.'),
  taints: z
    .array(
      z.strictObject({
        key: z.string().min(1).describe("The taint's key."),
        value: z.string().optional().describe("The taint's value; none by default."),
        effect: z
          .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
          .describe('What it does to Pods that do not tolerate it.'),
      }),
    )
    .optional()
    .describe('Taints of its nodes.'),
});
export type NodePoolSpec = z.infer<typeof nodePoolSchema>;

/** How the cluster autoscaler decides. */
export const autoscalerSchema = z.strictObject({
  utilization: shareSchema
    .optional()
    .describe(
      'A node is not needed when what its Pods request is below this share of it, CPU and memory, and they fit elsewhere. Default 0.5.',
    ),
  unneededFor: drawnDurationSchema.optional().describe('How long a node must not be needed. Default 10m.'),
  afterAdding: drawnDurationSchema.optional().describe('How long after a node was added none is removed. Default 10m.'),
});
export type AutoscalerSpec = z.infer<typeof autoscalerSchema>;

/** What happens around a lab's cluster: who sends requests, what services lean on, what goes wrong, what nodes cost. */
export const worldSchema = z.strictObject({
  traffic: z.record(nameSchema, trafficSchema).optional().describe('Who sends requests, by name.'),
  dependencies: z
    .record(nameSchema, dependencySchema)
    .optional()
    .describe('What services lean on that the learner does not run, by name.'),
  incidents: z.array(incidentSchema).max(50).optional().describe('What goes wrong, and when.'),
  nodeTypes: z.record(nameSchema, nodeTypeSchema).optional().describe('Machines that can be rented, by name.'),
  nodePools: z.record(nameSchema, nodePoolSchema).optional().describe('Nodes of one type that come and go, by name.'),
  autoscaler: autoscalerSchema.optional().describe('How the cluster autoscaler decides; its defaults when left out.'),
});
export type WorldSpec = z.infer<typeof worldSchema>;
