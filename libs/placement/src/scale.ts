import { type Tier, tiers } from '@kubedan/contracts';

/**
 * Ability and difficulty share one scale, in logits: who has an ability one logit above a question's difficulty knows the
 * answer with the odds e : 1 (at a discrimination of 1).
 */

/** Where silver, gold and diamond begin. The bank's authors wrote each tier's questions for the band in between. */
export const cutPoints: Readonly<Record<Exclude<Tier, 'bronze'>, number>> = { silver: -1, gold: 0.3, diamond: 1.6 };

/**
 * What is believed of somebody before the first answer: little. An ability in a skill is g + s: g, the same for all skills, and
 * s, the skill's own, independent and normal. So abilities in two skills correlate by 1.5² / (1.5² + 0.7²) = 0.82, and an
 * answer on one skill says something of the others. Bronze, silver, gold and diamond begin with 27, 30, 26 and 17 %.
 */
export const prior = {
  /** Mean of g, logits. */
  mean: 0,
  /** Standard deviation of g, logits. */
  general: 1.5,
  /** Standard deviation of each s, logits. */
  specific: 0.7,
} as const;

/** @returns the tier whose band holds this ability (logits); a cut point belongs to the tier above it */
export function tierAt(ability: number): Tier {
  if (ability < cutPoints.silver) return 'bronze';
  if (ability < cutPoints.gold) return 'silver';
  return ability < cutPoints.diamond ? 'gold' : 'diamond';
}

/**
 * @param probabilities of the four tiers, together 1
 * @returns the highest tier that is reached with a probability of a half or more (the median): of all choices the one that is
 *   expected to be the fewest tiers away from the truth
 */
export function medianTier(probabilities: Readonly<Record<Tier, number>>): Tier {
  let reached = 1;
  let median: Tier = 'bronze';
  for (const tier of tiers) {
    if (reached >= 0.5) median = tier;
    reached -= probabilities[tier];
  }
  return median;
}
