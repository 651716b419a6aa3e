import { z } from 'zod';
import { durationSchema, millisecondsOf } from './duration.js';
import { objectNameSchema, templated } from './templated.js';

/** How often one look may ask. */
export const mostTimes = 50;

/** Headers that are the API server's own business, on the way or for saying who asks. */
const reservedHeader =
  /^(host|connection|upgrade|te|trailer|transfer-encoding|content-length|keep-alive|expect|authorization|cookie|proxy-.*|impersonate-.*|x-remote-.*|x-forwarded-.*|forwarded|audit-id)$/i;

/**
 * A path with its query, as it is sent. Nothing in it may lead out of the proxied service: no `.` and `..` segments, plain or
 * encoded, no encoded slashes.
 */
export const httpPathSchema = templated(
  /^(?!.*(?:\/\.{1,2}(?:[/?]|$)|%2e|%2f|%5c))\/[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]{0,511}$/i,
  'expected a path such as /healthz or /cart?item=1, of up to 512 plain characters, without . and .. segments',
);

const headersSchema = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'expected the name of a header' })
      .refine((name) => !reservedHeader.test(name), { error: 'this header is not for a check to set' }),
    templated(/^[\x20-\x7e]{0,256}$/, 'expected up to 256 plain characters'),
  )
  .refine((headers) => Object.keys(headers).length <= 8, { error: 'at most 8 headers' });

/** What an `http` check asks, through the API server's proxy. */
export const httpTargetSchema = z
  .strictObject({
    /** The lab's own when absent. */
    namespace: objectNameSchema.optional(),
    /** One of both: a Service, of which any endpoint may answer, or one Pod. */
    service: objectNameSchema.optional(),
    pod: objectNameSchema.optional(),
    /** A number, or a port's name; of a Service, the port of the Service itself. */
    port: z.union([
      z.int().min(1).max(65_535),
      templated(/^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/, "expected a port's number or name"),
    ]),
    scheme: z.enum(['http', 'https']).default('http'),
    method: z.enum(['GET', 'HEAD']).default('GET'),
    path: httpPathSchema.default('/'),
    headers: headersSchema.default({}),
    /** How often it is asked for one look. */
    times: z.int().min(1).max(mostTimes).default(1),
    /** For one answer, from 100ms to 10s. */
    timeout: durationSchema.refine(isShort, { error: 'expected at least 100ms and at most 10s' }).default('5s'),
    /** Bodies and headers are not shown to the learner. */
    secret: z.boolean().default(false),
  })
  .refine(({ service, pod }) => (service === undefined) !== (pod === undefined), {
    error: 'name either a service or a pod',
  });
export type HttpTarget = z.infer<typeof httpTargetSchema>;

/** @param duration as durationSchema has it @returns true from 100 ms to 10 s */
export function isShort(duration: string): boolean {
  try {
    const milliseconds = millisecondsOf(duration);
    return milliseconds >= 100 && milliseconds <= 10_000;
  } catch {
    // What is no duration is complained of as such.
    return true;
  }
}
