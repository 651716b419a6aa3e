import { z } from 'zod';
import { sessionViewSchema } from './session.js';

/** One mistake in a lab's folder, where it is, and what would be right. */
export const labIssueSchema = z.object({
  /** Relative to the lab's folder. */
  file: z.string(),
  /** From 1; absent when the mistake has no place in the file, as a file that is missing. */
  line: z.int().optional(),
  column: z.int().optional(),
  /** For example `spec.tasks[0].checks[1].holds`. */
  path: z.string().optional(),
  message: z.string(),
  /** What may stand there. */
  allowed: z.array(z.string()).optional(),
});

/** A lab while it is written, as `kubedan lab preview` serves it. */
export const previewSchema = z.object({
  folder: z.string(),
  /** Another one each time that the folder has changed. */
  version: z.string(),
  /** When the folder was read, ISO 8601. */
  readAt: z.string(),
  /** Why there is nothing to see; empty when there is. */
  issues: z.array(labIssueSchema),
  /** Absent while there are mistakes. */
  lab: z
    .object({
      /** What a learner with this seed sees. */
      session: sessionViewSchema,
      variables: z.record(z.string(), z.union([z.string(), z.number()])),
      hasDebrief: z.boolean(),
    })
    .optional(),
});
export type Preview = z.infer<typeof previewSchema>;

/** The seed that a preview begins with: the first of those that `lab prove` proves a lab for. */
export const firstSeed = 'seed-1';
