import { z } from 'zod';
import { skillSchema, tierSchema } from './lab.js';
import { localizedTextSchema } from './text.js';

export const labSummarySchema = z.object({
  name: z.string(),
  /** Content hash, sha256 in hex: a lab's version. */
  hash: z.string(),
  tier: tierSchema,
  skills: z.array(skillSchema),
  title: localizedTextSchema,
  summary: localizedTextSchema.optional(),
  minutes: z.number(),
  tasks: z.number(),
  points: z.number(),
  /** The best that this person has reached. */
  best: z.object({
    state: z.enum(['none', 'started', 'passed']),
    points: z.number(),
    sessionId: z.string().optional(),
  }),
});
export type LabSummary = z.infer<typeof labSummarySchema>;
export const labListSchema = z.object({
  labs: z.array(labSummarySchema),
  invalid: z.array(z.object({ folder: z.string(), message: z.string() })),
});
export type LabList = z.infer<typeof labListSchema>;
