import { type PlacementLevel, type Tier, tiers } from '@kubedan/contracts';

/** How sure a level is, for words: `between` when the next most probable tier is nearly as probable. */
export interface Certainty {
  degree: 'sure' | 'probable' | 'between';
  /** Of the level's own tier, whole percent. */
  percent: number;
  /** The next most probable tier, and its probability in whole percent. */
  other: Tier;
  otherPercent: number;
}

export function certaintyOf({ tier, probabilities }: Pick<PlacementLevel, 'tier' | 'probabilities'>): Certainty {
  const own = probabilities[tier];
  const [other = tier] = tiers.filter((one) => one !== tier).sort((a, b) => probabilities[b] - probabilities[a]);
  return {
    degree: own >= 0.8 ? 'sure' : own >= 0.6 ? 'probable' : 'between',
    percent: Math.round(own * 100),
    other,
    otherPercent: Math.round(probabilities[other] * 100),
  };
}
