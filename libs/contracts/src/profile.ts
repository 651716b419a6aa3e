import { z } from 'zod';
import { skillSchema, tierSchema } from './lab.js';
import { localizedTextSchema } from './text.js';

/**
 * What a passed lab is worth today: `fresh` counts, `due` counts and wants to be shown again, `lapsed` counts no more, `none` was
 * never passed.
 */
export const evidenceStates = ['none', 'fresh', 'due', 'lapsed'] as const;
export const evidenceStateSchema = z.enum(evidenceStates);
export type EvidenceState = z.infer<typeof evidenceStateSchema>;

export const labEvidenceSchema = z.object({
  name: z.string(),
  title: localizedTextSchema,
  tier: tierSchema,
  skills: z.array(skillSchema),
  minutes: z.number(),
  state: evidenceStateSchema,
  /** How often it was shown with time in between, the first pass included. */
  shown: z.int().min(0),
  /** From then on it is due. ISO 8601; absent when it was never passed. */
  dueAt: z.string().optional(),
  /** From then on it has lapsed. */
  lapsesAt: z.string().optional(),
});
export type LabEvidence = z.infer<typeof labEvidenceSchema>;

export const skillRankSchema = z.object({
  skill: skillSchema,
  /** The highest tier held; absent below bronze. */
  tier: tierSchema.optional(),
  /** Without the labs that are due it would be a lower one. */
  isDue: z.boolean(),
  /** What is still to be passed for the next tier that has labs; absent at the top. */
  next: z
    .object({
      tier: tierSchema,
      passed: z.int(),
      needed: z.int(),
      /** Names, the shortest lab first. */ labs: z.array(z.string()),
    })
    .optional(),
});
export type SkillRank = z.infer<typeof skillRankSchema>;

/** A person's ranks, from the labs that they passed and nothing else. */
export const profileSchema = z.object({
  /** Held in half of the skills; absent below bronze. */
  tier: tierSchema.optional(),
  /** In the order of the catalogue of skills. */
  skills: z.array(skillRankSchema),
  /** All labs of the catalogue, by tier. */
  labs: z.array(labEvidenceSchema),
  /** Names of labs to show again, the most urgent first. */
  retests: z.array(z.string()),
});
export type Profile = z.infer<typeof profileSchema>;
