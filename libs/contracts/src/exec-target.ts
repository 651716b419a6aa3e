import { z } from 'zod';
import { shortDurationSchema } from './duration.js';
import { objectNameSchema } from './templated.js';

const mostCharacters = 8_192;

/** What an `exec` check runs, and where. */
export const execTargetSchema = z
  .strictObject({
    namespace: objectNameSchema.optional().describe("Where the Pod is; the lab's own namespace when left out."),
    pod: objectNameSchema.optional().describe('One Pod. Either this or `labels`.'),
    labels: z
      .record(z.string().min(1), z.string())
      .refine((labels) => Object.keys(labels).length > 0, { error: 'expected at least one label' })
      .optional()
      .describe('The newest ready Pod that has all of these labels. Either this or `pod`.'),
    container: objectNameSchema.optional().describe("Which of its containers; the Pod's first when left out."),
    command: z
      .array(z.string().max(4_096))
      .min(1)
      .max(32)
      .refine((command) => command[0] !== '' && command.join('').length <= mostCharacters, {
        error: `expected a program and its arguments, of at most ${mostCharacters} characters`,
      })
      .describe('A program and its arguments, as a list: no shell comes between. It runs again and again.'),
    timeout: shortDurationSchema.default('5s').describe('How long it may take, 100ms to 10s.'),
    secret: z.boolean().default(false).describe('What it writes is never shown to the learner.'),
  })
  .refine(({ pod, labels }) => (pod === undefined) !== (labels === undefined), {
    error: 'expected either a pod or labels',
  })
  .meta({
    description:
      'Runs a command in a Pod: the expression sees `exec` (ran, absent, exitCode, stdout, stderr, truncated, pod, why). It fails while it does not run.',
    oneOf: [{ required: ['pod'] }, { required: ['labels'] }],
  });
export type ExecTarget = z.infer<typeof execTargetSchema>;
