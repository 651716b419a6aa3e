import type { Skill } from '@kubedan/contracts';

/**
 * A question as item response theory sees it: the three-parameter logistic model (A. Birnbaum, "Some latent trait models", in
 * Lord & Novick, Statistical Theories of Mental Test Scores, 1968, ch. 17-20), without the constant 1.7.
 */
export interface ItemParameters {
  skill: Skill;
  /** b, logits. */
  difficulty: number;
  /** a, per logit. */
  discrimination: number;
  /** c: the probability that a guess hits the right option, 1 / number of options. */
  guessing: number;
}

/** What came of a question; `unknown`: "I do not know" was chosen. */
export const outcomes = ['right', 'wrong', 'unknown'] as const;
export type Outcome = (typeof outcomes)[number];

export interface ItemResponse extends ItemParameters {
  outcome: Outcome;
}

/** @returns L, the probability of knowing the answer, without luck: 1 / (1 + exp(-a (θ - b))) */
export function knowing(
  { difficulty, discrimination }: Pick<ItemParameters, 'difficulty' | 'discrimination'>,
  ability: number,
): number {
  return 1 / (1 + Math.exp(-discrimination * (ability - difficulty)));
}

/**
 * The probability of an outcome of somebody who does not know the answer. Birnbaum's model is that of people who guess whenever
 * they do not know: a right answer then has the probability c + (1 - c) L, that is L + (1 - L) c. Here they may say so instead,
 * and do with the probability d, their candour:
 *
 *     right      L + (1 - L) (1 - d) c
 *     wrong          (1 - L) (1 - d) (1 - c)
 *     unknown        (1 - L) d
 *
 * As functions of the ability, wrong and unknown are the same, 1 - L: to admit it costs no more than to guess wrong. But where
 * c stands in Birnbaum's model, (1 - d) c stands here: who admits what they do not know is believed more in what they answer
 * right, and loses nothing against those who guess.
 * @param guessing c
 * @param candour d
 * @returns what stands behind (1 - L)
 */
export function withoutKnowing(outcome: Outcome, guessing: number, candour: number): number {
  if (outcome === 'unknown') return candour;
  return (1 - candour) * (outcome === 'right' ? guessing : 1 - guessing);
}

/**
 * Fisher information of a question about an ability, per logit² (Birnbaum 1968, for the three-parameter model):
 * a² · (1 - P) / P · ((P - c) / (1 - c))², where P = c + (1 - c) L, so that (P - c) / (1 - c) is L.
 * @param known L at the ability
 * @param guessing the probability of a lucky right answer of somebody who does not know it
 */
export function information(discrimination: number, known: number, guessing: number): number {
  const right = guessing + (1 - guessing) * known;
  return (discrimination ** 2 * (1 - right) * known ** 2) / right;
}
