import { z } from 'zod';

/** The stable codes of problem documents; the sentence may change, the code does not. */
export const problemCodes = [
  'invalid-request',
  'body-too-large',
  'unauthorized',
  'not-found',
  'lab-not-found',
  'lab-invalid',
  'session-not-found',
  'session-not-active',
  'session-limit',
  'event-unknown',
  'hint-unknown',
  'check-unknown',
  'world-not-found',
  'trace-not-found',
  'placement-not-found',
  'placement-open',
  'placement-over',
  'placement-unfinished',
  'placement-limit',
  'question-not-asked',
  'file-not-found',
  'file-refused',
  'file-too-large',
  'no-provider',
  'programs-missing',
  'sandbox-missing',
  'terminal-not-found',
  'terminal-limit',
  'forbidden-origin',
  'conflict',
  'disk-full',
  'database-unavailable',
  'unavailable',
  'internal',
] as const;
export const problemCodeSchema = z.enum(problemCodes);
export type ProblemCode = z.infer<typeof problemCodeSchema>;

/** RFC 9457, media type application/problem+json. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: problemCodeSchema,
  /** What happened and what to do, one or two sentences, in English; the page translates by code. */
  detail: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
