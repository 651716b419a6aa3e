import { z } from 'zod';
import { localizedTextSchema } from './text.js';
import { checkKinds, skillSchema, tierSchema } from './lab.js';
import { checkVerdictSchema } from './verdict.js';

export const sessionStates = [
  'queued',
  'provisioning',
  'preparing',
  'active',
  'suspended',
  'finished',
  'failed',
] as const;
export const sessionStateSchema = z.enum(sessionStates);
export type SessionState = z.infer<typeof sessionStateSchema>;
export const outcomeSchema = z.enum(['passed', 'submitted', 'expired', 'abandoned']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** A question as the learner sees it: without what is right. */
export const questionViewSchema = z.object({
  question: localizedTextSchema,
  choose: z.enum(['one', 'several']),
  options: z.array(z.object({ id: z.string(), text: localizedTextSchema })),
  answered: z.array(z.string()),
  /** Shown once the question is answered right, or the session is over. */
  explanation: localizedTextSchema.optional(),
});
export const checkViewSchema = z.object({
  id: z.string(),
  title: localizedTextSchema,
  kind: z.enum(checkKinds),
  /** What is asked for it, where no object says so: `GET http://web.shop:80/`, `cat /etc/mode in Pod shop/web`. */
  asks: z.string().optional(),
  points: z.number(),
  always: z.boolean(),
  holds: z.string().optional(),
  question: questionViewSchema.optional(),
});
export const taskViewSchema = z.object({
  id: z.string(),
  title: localizedTextSchema,
  /** How many hints there are; the texts come one by one. */
  hints: z.number(),
  hintsShown: z.array(localizedTextSchema),
  checks: z.array(checkViewSchema),
});
export type TaskView = z.infer<typeof taskViewSchema>;

export const sessionViewSchema = z.object({
  id: z.string(),
  lab: z.object({
    name: z.string(),
    hash: z.string(),
    tier: tierSchema,
    skills: z.array(skillSchema),
    title: localizedTextSchema,
    minutes: z.number(),
  }),
  seed: z.string(),
  state: sessionStateSchema,
  outcome: outcomeSchema.optional(),
  /** Why it failed, for the learner. */
  reason: localizedTextSchema.optional(),
  /** What is going on while it is provisioning or preparing. */
  step: localizedTextSchema.optional(),
  /** What befell its cluster since it was begun or reset. */
  notice: localizedTextSchema.optional(),
  provider: z.string().optional(),
  /** Its cluster has traffic: there is a world to be seen. */
  traffic: z.literal(true).optional(),
  /** Markdown, bound to the seed. */
  text: localizedTextSchema,
  /** Markdown, bound to the seed: why it was so. Once the session is finished, of a lab that has one. */
  debrief: localizedTextSchema.optional(),
  tasks: z.array(taskViewSchema),
  verdicts: z.array(checkVerdictSchema),
  points: z.object({ reached: z.number(), total: z.number() }),
  lastEvent: z.int(),
  createdAt: z.string(),
  expiresAt: z.string(),
  finishedAt: z.string().optional(),
  extensionsLeft: z.int(),
  terminals: z.object({ available: z.boolean(), reason: localizedTextSchema.optional() }),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

export const sessionSummarySchema = sessionViewSchema.pick({
  id: true,
  lab: true,
  seed: true,
  state: true,
  outcome: true,
  points: true,
  createdAt: true,
  expiresAt: true,
});
export type SessionSummary = z.infer<typeof sessionSummarySchema>;

const base = { sessionId: z.string(), /** From 1, without gaps. */ number: z.int().min(1), at: z.string() };
export const sessionEventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('state'),
    state: sessionStateSchema,
    outcome: outcomeSchema.optional(),
    reason: localizedTextSchema.optional(),
  }),
  z.object({ ...base, type: z.literal('step'), step: localizedTextSchema }),
  z.object({
    ...base,
    type: z.literal('verdict'),
    verdict: checkVerdictSchema,
    points: z.object({ reached: z.number(), total: z.number() }),
  }),
  z.object({ ...base, type: z.literal('hint'), taskId: z.string(), index: z.int(), text: localizedTextSchema }),
  z.object({ ...base, type: z.literal('answer'), checkId: z.string(), options: z.array(z.string()) }),
  z.object({ ...base, type: z.literal('expiry'), expiresAt: z.string(), warning: z.boolean() }),
  z.object({ ...base, type: z.literal('reset') }),
  /** What befell the session's cluster. */
  z.object({ ...base, type: z.literal('notice'), notice: localizedTextSchema }),
]);
export type SessionEvent = z.infer<typeof sessionEventSchema>;

/** What the variables of a lab are drawn from. */
export const seedSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'expected 1 to 64 letters, digits and dashes' });
export const createSessionSchema = z.strictObject({
  lab: z.string().min(1).max(63),
  /** Drawn when absent. */
  seed: seedSchema.optional(),
});
export type CreateSession = z.infer<typeof createSessionSchema>;
export const hintRequestSchema = z.strictObject({ taskId: z.string().min(1) });
export const answerRequestSchema = z.strictObject({ checkId: z.string().min(1), options: z.array(z.string()).max(8) });
export const eventsSchema = z.object({ events: z.array(sessionEventSchema), last: z.int() });
