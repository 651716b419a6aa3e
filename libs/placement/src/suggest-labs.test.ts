import { type Skill, skills, type Tier } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import type { Level } from './beliefs.js';
import { type SuggestibleLab, suggestLabs } from './suggest-labs.js';

const lab = (name: string, tier: Tier, trains: Skill[], more: Partial<SuggestibleLab> = {}): SuggestibleLab => ({
  name,
  tier,
  skills: trains,
  minutes: 10,
  isQuestionsOnly: false,
  ...more,
});
/** Silver everywhere, but for what is given. */
const placed = (levels: Partial<Record<Skill, [Tier, number]>>) => ({
  skills: Object.fromEntries(
    skills.map((skill) => {
      const [tier, ability] = levels[skill] ?? ['silver', 0];
      return [skill, { tier, ability } as Level];
    }),
  ) as Record<Skill, Level>,
});
const names = (suggestions: { lab: SuggestibleLab; skill: Skill }[]): string[] =>
  suggestions.map((one) => `${one.lab.name} for ${one.skill}`);

describe('suggestLabs', () => {
  it('begins with the weakest skill, at the tier reached in it', () => {
    const labs = [
      lab('heal-bronze', 'bronze', ['heal']),
      lab('heal-silver', 'silver', ['heal']),
      lab('scale-silver', 'silver', ['scale']),
      lab('scale-gold', 'gold', ['scale']),
      lab('configure-gold', 'gold', ['configure']),
    ];
    const placement = placed({ heal: ['bronze', -2], scale: ['silver', -0.5], configure: ['gold', 1] });
    expect(names(suggestLabs(placement, 'coders', labs, 2))).toEqual([
      'heal-bronze for heal',
      'scale-silver for scale',
    ]);
  });

  it('goes to the nearest tier where there is none at the tier, rather up than down', () => {
    const labs = [
      lab('a-bronze', 'bronze', ['heal']),
      lab('a-gold', 'gold', ['heal']),
      lab('b-diamond', 'diamond', ['scale']),
      lab('b-bronze', 'bronze', ['scale']),
    ];
    const placement = placed({ heal: ['silver', -0.9], scale: ['silver', -0.5] });
    expect(names(suggestLabs(placement, 'coders', labs, 2))).toEqual(['a-gold for heal', 'b-bronze for scale']);
  });

  it('rather suggests two labs for one skill than one far above or below', () => {
    const labs = [lab('far', 'diamond', ['scale']), lab('near', 'silver', ['heal']), lab('next', 'gold', ['heal'])];
    const placement = placed({ scale: ['silver', -0.9], heal: ['silver', -0.5] });
    expect(names(suggestLabs(placement, 'coders', labs, 2))).toEqual(['near for heal', 'next for heal']);
    expect(names(suggestLabs(placement, 'coders', labs, 3)).at(-1)).toBe('far for scale');
  });

  it('suggests a lab of two skills once, and fills up from a small catalogue', () => {
    const labs = [lab('both', 'silver', ['heal', 'scale']), lab('more', 'gold', ['heal'])];
    const placement = placed({ heal: ['bronze', -2], scale: ['bronze', -1.5] });
    expect(names(suggestLabs(placement, 'coders', labs, 3))).toEqual(['both for heal', 'more for heal']);
    expect(suggestLabs(placement, 'coders', [], 3)).toEqual([]);
  });

  it('gives people who do not code the labs without commands first', () => {
    const labs = [
      lab('typing', 'silver', ['heal'], { minutes: 5 }),
      lab('asking', 'silver', ['heal'], { isQuestionsOnly: true }),
    ];
    const placement = placed({ heal: ['silver', -0.9] });
    expect(names(suggestLabs(placement, 'everyone', labs, 1))).toEqual(['asking for heal']);
    expect(names(suggestLabs(placement, 'coders', labs, 1))).toEqual(['typing for heal']);
  });
});
