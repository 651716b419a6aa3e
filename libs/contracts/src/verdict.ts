import { z } from 'zod';
import { localizedTextSchema } from './text.js';

/** `pending`: not decided yet; `error`: the grader could not tell, never held against the learner. */
export const verdictStates = ['pass', 'fail', 'pending', 'error'] as const;
export const verdictStateSchema = z.enum(verdictStates);
export type VerdictState = z.infer<typeof verdictStateSchema>;

/** One mismatch, down to the field. */
export const mismatchSchema = z.object({
  /** For example `Deployment shop/web: status.readyReplicas`. */
  field: z.string(),
  seen: z.string(),
  expected: z.string(),
});
export type Mismatch = z.infer<typeof mismatchSchema>;

export const checkVerdictSchema = z.object({
  checkId: z.string(),
  taskId: z.string(),
  state: verdictStateSchema,
  points: z.number(),
  /** A sentence for the learner; absent while there is nothing to say. */
  message: localizedTextSchema.optional(),
  mismatches: z.array(mismatchSchema).default([]),
  /** For `holds`: until when it must stay true, ISO 8601. */
  holdsUntil: z.string().optional(),
  /** ISO 8601. */
  at: z.string(),
});
export type CheckVerdict = z.infer<typeof checkVerdictSchema>;
