import { skills, tiers } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { believe } from './beliefs.js';
import { type ItemResponse, knowing, type Outcome, withoutKnowing } from './response-model.js';
import { medianTier, prior, tierAt } from './scale.js';
import { SeededRandom } from './seeded-random.js';

const response = (skill: ItemResponse['skill'], difficulty: number, outcome: Outcome): ItemResponse => ({
  skill,
  difficulty,
  discrimination: 1.2,
  guessing: 0.25,
  outcome,
});
const some: ItemResponse[] = [
  response('heal', -0.5, 'right'),
  response('heal', 0.8, 'right'),
  response('heal', 1.9, 'wrong'),
  response('scale', -1.5, 'right'),
  response('scale', 0.2, 'unknown'),
  response('economize', -0.5, 'unknown'),
  response('economize', -1.2, 'wrong'),
];
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe('what answers make one believe', () => {
  it('is the prior before the first of them', () => {
    const { overall, skills: bySkill, candour } = believe([]);
    expect(bySkill.heal.ability).toBeCloseTo(prior.mean, 2);
    expect(bySkill.heal.error).toBeCloseTo(Math.hypot(prior.general, prior.specific), 2);
    expect(overall.error).toBeCloseTo(Math.hypot(prior.general, prior.specific / Math.sqrt(6)), 2);
    expect(candour).toBeCloseTo(0.5, 6);
  });

  it('agrees with the plain way: drawing people from the prior and weighing each by how likely these answers are of them', () => {
    const random = new SeededRandom('plain');
    let weights = 0;
    const weighted = {
      overall: 0,
      overallSquare: 0,
      heal: 0,
      healSquare: 0,
      observe: 0,
      candour: 0,
      overallGold: 0,
      healGold: 0,
    };
    for (let person = 0; person < 300_000; person += 1) {
      const g = prior.mean + prior.general * random.normal();
      const abilities = Object.fromEntries(skills.map((skill) => [skill, g + prior.specific * random.normal()]));
      const candour = random.next();
      const weight = some.reduce((product, one) => {
        const known = knowing(one, abilities[one.skill]!);
        const luck = withoutKnowing(one.outcome, one.guessing, candour);
        return product * ((one.outcome === 'right' ? known : 0) + (1 - known) * luck);
      }, 1);
      const overall = sum(Object.values(abilities)) / skills.length;
      weights += weight;
      weighted.overall += weight * overall;
      weighted.overallSquare += weight * overall ** 2;
      weighted.heal += weight * abilities['heal']!;
      weighted.healSquare += weight * abilities['heal']! ** 2;
      weighted.observe += weight * abilities['observe']!;
      weighted.candour += weight * candour;
      if (tierAt(overall) === 'gold') weighted.overallGold += weight;
      if (tierAt(abilities['heal']!) === 'gold') weighted.healGold += weight;
    }
    const plain = Object.fromEntries(Object.entries(weighted).map(([name, value]) => [name, value / weights]));
    const { overall, skills: bySkill, candour } = believe(some);
    for (const [found, expected] of [
      [overall.ability, plain['overall']!],
      [overall.error, Math.sqrt(plain['overallSquare']! - plain['overall']! ** 2)],
      [overall.probabilities.gold, plain['overallGold']!],
      [bySkill.heal.ability, plain['heal']!],
      [bySkill.heal.error, Math.sqrt(plain['healSquare']! - plain['heal']! ** 2)],
      [bySkill.heal.probabilities.gold, plain['healGold']!],
      [bySkill.observe.ability, plain['observe']!],
      [candour, plain['candour']!],
    ] as const) {
      expect(Math.abs(found - expected)).toBeLessThan(0.01);
    }
  });

  it('does not depend on the order of the answers', () => {
    const one = believe(some);
    const other = believe(some.toReversed());
    for (const skill of skills) expect(other.skills[skill].ability).toBeCloseTo(one.skills[skill].ability, 10);
  });

  it('gives each level probabilities that sum to 1', () => {
    const { overall, skills: bySkill } = believe(some);
    for (const { probabilities } of [overall, ...Object.values(bySkill)]) {
      expect(sum(Object.values(probabilities))).toBeCloseTo(1, 6);
    }
  });

  it('takes an answer on one skill for a weaker sign of the others', () => {
    const { skills: bySkill } = believe([response('heal', 1, 'right')]);
    expect(bySkill.heal.ability).toBeGreaterThan(bySkill.scale.ability);
    expect(bySkill.scale.ability).toBeGreaterThan(prior.mean);
  });

  it('holds it against nobody that they admit what they do not know', () => {
    const rest = [response('heal', -1, 'right'), response('scale', 0, 'right')];
    const admitted = believe([...rest, response('observe', 1, 'unknown'), response('configure', 1, 'unknown')]);
    const guessed = believe([...rest, response('observe', 1, 'wrong'), response('configure', 1, 'wrong')]);
    expect(admitted.candour).toBeGreaterThan(guessed.candour);
    expect(admitted.overall.ability).toBeGreaterThan(guessed.overall.ability);
  });

  it('stays sane for people who know everything, or nothing', () => {
    for (const [outcome, tier] of [
      ['right', 'diamond'],
      ['unknown', 'bronze'],
    ] as const) {
      const { overall } = believe(skills.flatMap((skill) => [-1, 0.5, 2].map((b) => response(skill, b, outcome))));
      expect(overall.tier).toBe(tier);
      expect(Math.abs(overall.ability)).toBeLessThan(4);
      expect(overall.error).toBeGreaterThan(0.2);
    }
  });
});

describe('tiers on the scale', () => {
  it('begin at their cut points', () => {
    expect([-1.01, -1, 0.29, 0.3, 1.59, 1.6].map(tierAt)).toEqual([
      'bronze',
      'silver',
      'silver',
      'gold',
      'gold',
      'diamond',
    ]);
  });

  it('are reached with a probability of a half', () => {
    expect(medianTier({ bronze: 0.51, silver: 0.49, gold: 0, diamond: 0 })).toBe('bronze');
    expect(medianTier({ bronze: 0.4, silver: 0.2, gold: 0.2, diamond: 0.2 })).toBe('silver');
    expect(medianTier({ bronze: 0.2, silver: 0.2, gold: 0.2, diamond: 0.4 })).toBe('gold');
    for (const tier of tiers) {
      const sure = { bronze: 0, silver: 0, gold: 0, diamond: 0, [tier]: 1 };
      expect(medianTier(sure)).toBe(tier);
    }
  });
});
