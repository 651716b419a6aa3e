import { type SkillRank, tiers } from '@kubedan/contracts';

/**
 * @returns how far a skill is on the way to the top, from 0 to 1: a quarter for each tier held, and of the way to the next one the
 *   part that is passed
 */
export function reachOf({ tier, next }: Pick<SkillRank, 'tier' | 'next'>): number {
  const held = tier === undefined ? 0 : tiers.indexOf(tier) + 1;
  if (next === undefined) return held / tiers.length;
  const way = tiers.indexOf(next.tier) + 1 - held;
  return (held + (way * next.passed) / next.needed) / tiers.length;
}
