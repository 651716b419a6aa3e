import { audienceSchema, localizedTextSchema, skillSchema, tierSchema, type Tier } from '@kubedan/contracts';
import { z } from 'zod';

/**
 * Where the difficulties of a tier's questions may lie, in logits. The tiers' own bands meet at -1, 0.3 and 1.6 (see
 * scale.ts); a question may stick out of its band by 0.3, for no author guesses difficulty to the tenth.
 */
export const difficultyBands: Readonly<Record<Tier, readonly [number, number]>> = {
  bronze: [-2.8, -0.7],
  silver: [-1.3, 0.6],
  gold: [0, 1.9],
  diamond: [1.3, 3.3],
};

const text = (longest: number) =>
  localizedTextSchema.refine(({ en, zh }) => en.length <= longest && zh.length <= longest, {
    error: `longer than the ${longest} characters that are read at a glance`,
  });

const optionSchema = z.strictObject({ text: text(240), correct: z.boolean().default(false) });

/** One question of the bank. Texts may hold `code` in backquotes, nothing else of Markdown. */
export const bankItemSchema = z
  .strictObject({
    /** Unique in the whole bank and never given to another question: finished tests name it. */
    id: z
      .string()
      .max(63)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'expected lower-case letters, digits and single dashes' }),
    /** The tier whose level it measures. */
    tier: tierSchema,
    skill: skillSchema,
    audience: audienceSchema,
    /** IRT b, in logits: who has this ability answers right half of the times that are not guesses. */
    difficulty: z.number().min(-3).max(3.5),
    /** IRT a, per logit: how sharply it tells those above b from those below. */
    discrimination: z.number().min(0.6).max(2),
    question: text(700),
    /** Shown in an order drawn for each person: none may speak of the others' places ("all of the above"). */
    options: z.array(optionSchema).min(3).max(5),
    /** Shown after the answer, right or wrong: why. */
    explanation: text(900),
  })
  .superRefine(({ tier, difficulty, options }, context) => {
    const [from, to] = difficultyBands[tier];
    if (difficulty < from || difficulty > to) {
      context.addIssue({
        code: 'custom',
        path: ['difficulty'],
        message: `a ${tier} question has a difficulty from ${from} to ${to}, not ${difficulty}`,
      });
    }
    const correct = options.filter((option) => option.correct).length;
    if (correct !== 1) {
      context.addIssue({
        code: 'custom',
        path: ['options'],
        message: `exactly one option is correct, not ${correct}`,
      });
    }
    for (const language of ['en', 'zh'] as const) {
      const texts = options.map((option) => option.text[language].trim());
      if (new Set(texts).size < texts.length) {
        context.addIssue({
          code: 'custom',
          path: ['options'],
          message: `two options read the same (${language})`,
        });
      }
    }
  });
export type BankItem = z.infer<typeof bankItemSchema>;
