import { z } from 'zod';
import { skillSchema, tierSchema } from './lab.js';
import { localizedTextSchema } from './text.js';

/** Whom a question of the self-test can be asked: everyone, or only people who write code or type commands. */
export const audiences = ['everyone', 'coders'] as const;
export const audienceSchema = z.enum(audiences);
export type Audience = z.infer<typeof audienceSchema>;

/** An unfinished test is active; an abandoned one is over without a result. */
export const placementStateSchema = z.enum(['active', 'finished', 'abandoned']);
export type PlacementState = z.infer<typeof placementStateSchema>;

export const createPlacementSchema = z.strictObject({
  /** `coders` are asked everything, `everyone` nothing that needs code. */
  audience: audienceSchema,
});
export type CreatePlacement = z.infer<typeof createPlacementSchema>;

export const answerPlacementSchema = z.strictObject({
  /** The id of the question that is answered: an answer that comes twice or late counts once. */
  question: z.string().min(1).max(63),
  /** The option's place as it was shown, from 0; null: "I do not know". */
  option: z.int().min(0).max(4).nullable(),
});
export type AnswerPlacement = z.infer<typeof answerPlacementSchema>;

/** A question that waits for its answer: nothing in it tells which option is right. */
export const placementQuestionSchema = z.object({
  /** Of this test alone: it says nothing of the question. */
  id: z.string(),
  skill: skillSchema,
  text: localizedTextSchema,
  options: z.array(localizedTextSchema),
});
export type PlacementQuestion = z.infer<typeof placementQuestionSchema>;

/** A question after its answer. */
export const answeredQuestionSchema = placementQuestionSchema.extend({
  tier: tierSchema,
  chosen: z.int().nullable(),
  right: z.int(),
  explanation: localizedTextSchema,
});
export type AnsweredQuestion = z.infer<typeof answeredQuestionSchema>;

export const placementLevelSchema = z.object({
  /** The highest tier that is reached with a probability of a half or more. */
  tier: tierSchema,
  /** Logits: silver begins at -1, gold at 0.3, diamond at 1.6. */
  ability: z.number(),
  /** Standard error of the ability, logits. */
  error: z.number(),
  /** Of each tier; together 1. */
  probabilities: z.record(tierSchema, z.number()),
});
export type PlacementLevel = z.infer<typeof placementLevelSchema>;

/** Where somebody stands: overall, the average over the skills, and in each skill. */
export const placementResultSchema = z.object({
  overall: placementLevelSchema,
  skills: z.record(skillSchema, placementLevelSchema),
});
export type PlacementResult = z.infer<typeof placementResultSchema>;

export const placementSummarySchema = z.object({
  id: z.string(),
  audience: audienceSchema,
  state: placementStateSchema,
  /** How many questions are answered. */
  answers: z.int(),
  createdAt: z.string(),
  finishedAt: z.string().optional(),
  /** Of a finished test. */
  result: placementResultSchema.optional(),
});
export type PlacementSummary = z.infer<typeof placementSummarySchema>;
export const placementListSchema = z.object({ placements: z.array(placementSummarySchema) });
export type PlacementList = z.infer<typeof placementListSchema>;

export const placementViewSchema = placementSummarySchema.extend({
  /** How many questions the test has at most. */
  most: z.int(),
  /** The next question of an active test. */
  question: placementQuestionSchema.optional(),
  /** In the order in which they were asked. */
  answered: z.array(answeredQuestionSchema),
});
export type PlacementView = z.infer<typeof placementViewSchema>;

/** What came of a finished test, and what to do next. */
export const placementReportSchema = z.object({
  placement: placementViewSchema,
  result: placementResultSchema,
  /** The next labs, the weakest skill first. */
  labs: z.array(
    z.object({
      name: z.string(),
      title: localizedTextSchema,
      summary: localizedTextSchema.optional(),
      tier: tierSchema,
      minutes: z.number(),
      /** The skill that it is suggested for. */
      skill: skillSchema,
    }),
  ),
});
export type PlacementReport = z.infer<typeof placementReportSchema>;

/** The newest result, for whoever wants to show where this person stands. */
export const latestPlacementSchema = z.object({ placement: placementSummarySchema.nullable() });
export type LatestPlacement = z.infer<typeof latestPlacementSchema>;
