import { type Skill, skills, type Tier, tiers } from '@kubedan/contracts';
import type { Evidence } from './evidence.js';

/** What ranks need to know of a lab. */
export interface RankedLab {
  name: string;
  tier: Tier;
  skills: readonly Skill[];
  minutes: number;
}

export interface SkillStanding {
  skill: Skill;
  /** The highest tier held. */
  tier?: Tier;
  /** Without the labs that are due it would be a lower one. */
  isDue: boolean;
  /** What is missing for the next tier that can be reached: labs not yet passed, the shortest first. */
  next?: { tier: Tier; passed: number; needed: number; labs: string[] };
}

/** Labs of a tier that must be passed for it: one may be luck. */
export const labsNeeded = 2;
/** Share of the skills in which a tier must be held for the person to be of that tier. */
export const skillsNeeded = 0.5;

/**
 * A tier in a skill is held by whoever has passed two labs of that tier or above that train it, or one where the tier has only one.
 * @param labs the whole catalogue
 * @param evidence lab's name → what its passes are worth; labs that are not in it were never passed
 * @returns each skill in the order of `skills`
 */
export function standings(labs: readonly RankedLab[], evidence: ReadonlyMap<string, Evidence>): SkillStanding[] {
  const stateOf = (lab: RankedLab): Evidence['state'] => evidence.get(lab.name)?.state ?? 'none';
  return skills.map((skill) => {
    const ofSkill = labs.filter((lab) => lab.skills.includes(skill));
    const atOrAbove = (tier: Tier): RankedLab[] =>
      ofSkill.filter((lab) => tiers.indexOf(lab.tier) >= tiers.indexOf(tier));
    const needed = (tier: Tier): number =>
      Math.max(1, Math.min(labsNeeded, ofSkill.filter((lab) => lab.tier === tier).length));
    const counting = (tier: Tier, ...states: Evidence['state'][]): number =>
      atOrAbove(tier).filter((lab) => states.includes(stateOf(lab))).length;
    const highest = (...states: Evidence['state'][]): Tier | undefined =>
      tiers.findLast((tier) => counting(tier, ...states) >= needed(tier));
    const tier = highest('fresh', 'due');
    const nextTier = tiers
      .slice(tier === undefined ? 0 : tiers.indexOf(tier) + 1)
      .find((candidate) => ofSkill.some((lab) => lab.tier === candidate));
    return {
      skill,
      ...(tier === undefined ? {} : { tier }),
      isDue: tier !== highest('fresh'),
      ...(nextTier === undefined
        ? {}
        : {
            next: {
              tier: nextTier,
              passed: Math.min(needed(nextTier), counting(nextTier, 'fresh', 'due')),
              needed: needed(nextTier),
              labs: ofSkill
                .filter((lab) => lab.tier === nextTier && ['none', 'lapsed'].includes(stateOf(lab)))
                .toSorted((a, b) => a.minutes - b.minutes || a.name.localeCompare(b.name, 'en'))
                .map(({ name }) => name),
            },
          }),
    };
  });
}

/** @returns the highest tier that is held in half of the skills; undefined below bronze */
export function overallTier(all: readonly SkillStanding[]): Tier | undefined {
  return tiers.findLast((tier) => {
    const holders = all.filter((one) => one.tier !== undefined && tiers.indexOf(one.tier) >= tiers.indexOf(tier));
    return all.length > 0 && holders.length >= all.length * skillsNeeded;
  });
}

/** @returns names of labs that are due or have lapsed, the one that lapses first at the front */
export function retests(evidence: ReadonlyMap<string, Evidence>): string[] {
  return [...evidence]
    .filter(([, { state }]) => state === 'due' || state === 'lapsed')
    .toSorted(([a, one], [b, other]) => {
      // What still counts can still be saved.
      if (one.state !== other.state) return one.state === 'due' ? -1 : 1;
      return (one.lapsesAt ?? 0) - (other.lapsesAt ?? 0) || a.localeCompare(b, 'en');
    })
    .map(([name]) => name);
}
