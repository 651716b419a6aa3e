import { z } from 'zod';
import { durationSchema } from './duration.js';
import { isShort } from './http-target.js';
import { objectNameSchema } from './templated.js';

const mostCharacters = 8_192;

/** What an `exec` check runs, and where. */
export const execTargetSchema = z
  .strictObject({
    /** The lab's own when absent. */
    namespace: objectNameSchema.optional(),
    /** One of both: a Pod, or the newest ready one with these labels. */
    pod: objectNameSchema.optional(),
    labels: z
      .record(z.string().min(1), z.string())
      .refine((labels) => Object.keys(labels).length > 0, { error: 'expected at least one label' })
      .optional(),
    /** The Pod's first when absent. */
    container: objectNameSchema.optional(),
    /** A program and its arguments; there is no shell but the one that is named. */
    command: z
      .array(z.string().max(4_096))
      .min(1)
      .max(32)
      .refine((command) => command[0] !== '' && command.join('').length <= mostCharacters, {
        error: `expected a program and its arguments, of at most ${mostCharacters} characters`,
      }),
    /** From 100ms to 10s. */
    timeout: durationSchema.refine(isShort, { error: 'expected at least 100ms and at most 10s' }).default('5s'),
    /** What it writes is not shown to the learner. */
    secret: z.boolean().default(false),
  })
  .refine(({ pod, labels }) => (pod === undefined) !== (labels === undefined), {
    error: 'name either a pod or labels',
  });
export type ExecTarget = z.infer<typeof execTargetSchema>;
