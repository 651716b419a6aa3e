import { z } from 'zod';
import { localizedTextSchema } from './text.js';

/** Progress of what must be there before the first cluster: programs, the prepared plane. */
export const setupItemSchema = z.object({
  name: z.string(),
  phase: z.enum(['waiting', 'looking', 'downloading', 'building', 'preparing', 'ready', 'failed']),
  done: z.number().optional(),
  total: z.number().optional(),
  unit: z.enum(['bytes', 'packages']).optional(),
  secondsLeft: z.number().optional(),
  message: z.string().optional(),
});
export type SetupItem = z.infer<typeof setupItemSchema>;
export const setupViewSchema = z.object({
  ready: z.boolean(),
  failed: localizedTextSchema.optional(),
  items: z.array(setupItemSchema),
  secondsLeft: z.number().optional(),
});
export type SetupView = z.infer<typeof setupViewSchema>;
