import { z } from 'zod';
import { shortDurationSchema } from './duration.js';
import { objectNameSchema, templated } from './templated.js';

/** How often one look may ask. */
const mostTimes = 50;

/** Headers that are the API server's own business, on the way or for saying who asks. */
const reservedHeader =
  /^(host|connection|upgrade|te|trailer|transfer-encoding|content-length|keep-alive|expect|authorization|cookie|proxy-.*|impersonate-.*|x-remote-.*|x-forwarded-.*|forwarded|audit-id)$/i;

/**
 * A path with its query, as it is sent. Nothing in it may lead out of the proxied service: no `.` and `..` segments, plain or
 * encoded, no encoded slashes.
 */
const httpPathSchema = templated(
  /^(?!.*(?:\/\.{1,2}(?:\/|\?|$)|%2(?:e|E|f|F)|%5(?:c|C)))\/[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]{0,511}$/,
  'expected a path such as /healthz or /cart?item=1, of up to 512 plain characters, without . and .. segments',
);

const headersSchema = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'expected the name of a header' })
      .refine((name) => !reservedHeader.test(name), {
        error: 'expected the name of a header that is not between the API server and its clients',
      }),
    templated(/^[ -~]{0,256}$/, 'expected up to 256 plain characters'),
  )
  .refine((headers) => Object.keys(headers).length <= 8, { error: 'expected at most 8 headers' });

/** What an `http` check asks, through the API server's proxy. */
export const httpTargetSchema = z
  .strictObject({
    namespace: objectNameSchema.optional().describe("Where it is; the lab's own namespace when left out."),
    service: objectNameSchema
      .optional()
      .describe('A Service, of which any ready endpoint may answer. Either this or `pod`.'),
    pod: objectNameSchema.optional().describe('One Pod. Either this or `service`.'),
    port: z
      .union([
        z.int().min(1).max(65_535),
        templated(/^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/, "expected a port's number or name"),
      ])
      .describe("A port's number or name; of a Service, its own port and not that of its Pods."),
    scheme: z.enum(['http', 'https']).default('http').describe('What is spoken at that port.'),
    method: z.enum(['GET', 'HEAD']).default('GET').describe('It is asked again and again, so it changes nothing.'),
    path: httpPathSchema.default('/').describe('Path and query, from the slash on.'),
    headers: headersSchema.default({}).describe('Sent along: up to 8 by name.'),
    times: z
      .int()
      .min(1)
      .max(mostTimes)
      .default(1)
      .describe(`How often it is asked for one look, 1 to ${mostTimes}: to see who else answers.`),
    timeout: shortDurationSchema.default('5s').describe('How long each answer may take, 100ms to 10s.'),
    secret: z.boolean().default(false).describe('Bodies and headers are never shown to the learner.'),
  })
  .refine(({ service, pod }) => (service === undefined) !== (pod === undefined), {
    error: 'expected either a service or a pod',
  })
  .meta({
    description:
      'Asks a Service or a Pod over HTTP, through the API server: the expression sees `response` (reached, absent, status, headers, body, json, truncated, why) and the list `responses`. It fails while nobody answers.',
    oneOf: [{ required: ['service'] }, { required: ['pod'] }],
  });
export type HttpTarget = z.infer<typeof httpTargetSchema>;
