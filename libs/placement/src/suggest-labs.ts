import { type Audience, type Skill, skills, type Tier, tiers } from '@kubedan/contracts';
import type { Placement } from './self-test.js';

/** What a suggestion needs to know of a lab. */
export interface SuggestibleLab {
  name: string;
  tier: Tier;
  skills: readonly Skill[];
  minutes: number;
  /** It asks questions only: nobody types a command. */
  isQuestionsOnly: boolean;
}

/** A lab, and the skill that it is suggested for. */
export interface Suggestion<Lab extends SuggestibleLab> {
  lab: Lab;
  skill: Skill;
}

/**
 * What to do next: for each skill, the weakest first, the lab at the tier reached in it, or else the nearest above or below.
 * People who do not code get labs without commands first.
 * @param labs those that the person has not passed
 * @param count how many suggestions at most
 */
export function suggestLabs<Lab extends SuggestibleLab>(
  placement: Pick<Placement, 'skills'>,
  audience: Audience,
  labs: readonly Lab[],
  count: number,
): Suggestion<Lab>[] {
  const chosen: Suggestion<Lab>[] = [];
  const weakestFirst = skills.toSorted((a, b) => placement.skills[a].ability - placement.skills[b].ability);
  // At first none more than a tier away. Then a second lab for a skill, then any: catalogues may be small.
  const rounds = [1, 1, tiers.length].flatMap((reach) => weakestFirst.map((skill) => ({ skill, reach })));
  for (const { skill, reach } of rounds) {
    if (chosen.length >= count) break;
    const rank = tiers.indexOf(placement.skills[skill].tier);
    const [best] = labs
      .filter(
        (lab) =>
          lab.skills.includes(skill) &&
          Math.abs(tiers.indexOf(lab.tier) - rank) <= reach &&
          !chosen.some((other) => other.lab === lab),
      )
      .map((lab) => ({
        lab,
        // The tier above comes before the one below: it teaches something new.
        distance: 2 * Math.abs(tiers.indexOf(lab.tier) - rank) - (tiers.indexOf(lab.tier) > rank ? 1 : 0),
        effort: audience === 'everyone' && !lab.isQuestionsOnly ? 1 : 0,
      }))
      .sort(
        (a, b) =>
          a.distance - b.distance ||
          a.effort - b.effort ||
          a.lab.minutes - b.lab.minutes ||
          a.lab.name.localeCompare(b.lab.name, 'en'),
      );
    if (best !== undefined) chosen.push({ lab: best.lab, skill });
  }
  return chosen;
}
