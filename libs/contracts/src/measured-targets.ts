import { z } from 'zod';
import { durationSchema, millisecondsOf } from './duration.js';
import { objectNameSchema, templated } from './templated.js';

/** How far back figures of a world reach. */
const longestWindowMs = 600_000;

const windowSchema = durationSchema
  .refine(
    (text) => {
      if (!durationSchema.safeParse(text).success) return true;
      const ms = millisecondsOf(text);
      return ms >= 1_000 && ms <= longestWindowMs && ms % 1_000 === 0;
    },
    { error: 'expected whole seconds from 1s to 10m, such as 20s or 1m30s' },
  )
  .default('30s')
  .describe('How far to look back, in whole seconds, 1s to 10m; until so long has passed the check is pending.');

const minRequestsSchema = z
  .int()
  .min(1)
  .max(1_000_000)
  .default(20)
  .describe('Fewer requests in the window say nothing: the check fails and says so, a rule (`always`) is not broken.');

const worldNameSchema = templated(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a name of the world');
const namespaceSchema = objectNameSchema
  .optional()
  .describe("Where the Service or HTTPRoute is; the lab's own namespace when left out.");
const versionSchema = templated(
  /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/,
  "expected a version: a Pod's label `version`, or the tag of its image",
);

/** Whose requests an `slo` check measures. */
export const sloTargetSchema = z
  .strictObject({
    source: worldNameSchema
      .optional()
      .describe('One of `spec.world.traffic`: requests as their senders see them, retries counted once.'),
    route: objectNameSchema.optional().describe('An HTTPRoute: tries as the gateway sees them.'),
    service: objectNameSchema.optional().describe('A Service: tries as they reach it.'),
    dependency: worldNameSchema
      .optional()
      .describe('One of `spec.world.dependencies`: calls as their callers see them.'),
    namespace: namespaceSchema,
    version: versionSchema
      .optional()
      .describe(
        'Of a service: only what Pods of this version answered; their label `version`, or the tag of their image.',
      ),
    window: windowSchema,
    minRequests: minRequestsSchema,
  })
  .refine((target) => ['source', 'route', 'service', 'dependency'].filter((key) => key in target).length === 1, {
    error: 'expected exactly one of source, route, service and dependency',
  })
  .refine((target) => target.namespace === undefined || 'service' in target || 'route' in target, {
    error: 'a namespace is that of a service or a route',
    path: ['namespace'],
  })
  .refine((target) => target.version === undefined || 'service' in target, {
    error: 'a version is that of a service',
    path: ['version'],
  })
  .meta({
    description:
      'Measures requests of the world over a window: the expression sees `slo` (p50Ms, p90Ms, p99Ms, meanMs, errorRate, rate, count, outcomes). Times are milliseconds, and absent while nobody worked on a request.',
    oneOf: [{ required: ['source'] }, { required: ['route'] }, { required: ['service'] }, { required: ['dependency'] }],
  });
export type SloTarget = z.infer<typeof sloTargetSchema>;

/** What a `cost` check looks at. */
export const costTargetSchema = z
  .strictObject({
    window: windowSchema,
  })
  .describe(
    'What the nodes of the world cost, in US dollars: the expression sees `cost` (perHour, perHourAtStart, share of the one in the other, total, byType, and perThousandRequests answered well in the window).',
  );
export type CostTarget = z.infer<typeof costTargetSchema>;

/** Which Services a `traffic` check looks at. */
export const trafficTargetSchema = z
  .strictObject({
    service: objectNameSchema.optional().describe('One Service. Either this or `services`.'),
    services: z
      .array(objectNameSchema)
      .min(1)
      .max(10)
      .optional()
      .describe('Several Services that share the traffic, as the backends of a route do; their requests are added up.'),
    namespace: objectNameSchema.optional().describe("Where they are; the lab's own namespace when left out."),
    window: windowSchema,
    minRequests: minRequestsSchema,
  })
  .refine((target) => 'service' in target !== 'services' in target, {
    error: 'expected either a service or services',
  })
  .meta({
    description:
      'Looks at which versions requests reached in the window: the expression sees `traffic` (count, shares and counts by version, and the list versions of service, version, count, share, errorRate).',
    oneOf: [{ required: ['service'] }, { required: ['services'] }],
  });
export type TrafficTarget = z.infer<typeof trafficTargetSchema>;
