import type { Skill, Tier } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import type { Evidence } from './evidence.js';
import { overallTier, type RankedLab, retests, standings } from './ranks.js';

const lab = (name: string, tier: Tier, trains: Skill[] = ['heal'], minutes = 10): RankedLab => ({
  name,
  tier,
  skills: trains,
  minutes,
});
const known = (states: Record<string, Evidence['state']>): Map<string, Evidence> =>
  new Map(Object.entries(states).map(([name, state]) => [name, { state, shown: 1, dueAt: 1, lapsesAt: 2 }]));
const catalogue = [
  lab('b1', 'bronze'),
  lab('b2', 'bronze', ['heal'], 5),
  lab('b3', 'bronze'),
  lab('s1', 'silver'),
  lab('g1', 'gold'),
  lab('g2', 'gold'),
];
const heal = (states: Record<string, Evidence['state']>, labs = catalogue) =>
  standings(labs, known(states)).find(({ skill }) => skill === 'heal');

describe('standings', () => {
  it('asks for two labs, and says which are left, the shortest first', () => {
    expect(heal({})).toEqual({
      skill: 'heal',
      isDue: false,
      next: { tier: 'bronze', passed: 0, needed: 2, labs: ['b2', 'b1', 'b3'] },
    });
    expect(heal({ b1: 'fresh' })).toMatchObject({ next: { passed: 1, needed: 2, labs: ['b2', 'b3'] } });
    expect(heal({ b1: 'fresh', b2: 'fresh' })).toMatchObject({ tier: 'bronze', next: { tier: 'silver', needed: 1 } });
  });

  it('asks for one where a tier has only one', () => {
    expect(heal({ b1: 'fresh', b2: 'fresh', s1: 'fresh' })).toMatchObject({ tier: 'silver', next: { tier: 'gold' } });
  });

  it('takes a higher lab for a lower tier too', () => {
    expect(heal({ g1: 'fresh' })).toMatchObject({ tier: 'silver', next: { tier: 'gold', passed: 1, needed: 2 } });
    expect(heal({ g1: 'fresh', g2: 'fresh' })).toEqual({ skill: 'heal', tier: 'gold', isDue: false });
  });

  it('passes over a tier that has no labs', () => {
    const gap = [lab('b1', 'bronze'), lab('d1', 'diamond')];
    expect(heal({ b1: 'fresh' }, gap)).toMatchObject({ tier: 'bronze', next: { tier: 'diamond', labs: ['d1'] } });
    expect(heal({ d1: 'fresh' }, gap)).toEqual({ skill: 'heal', tier: 'diamond', isDue: false });
  });

  it('counts what is due, says so, and counts no more what has lapsed', () => {
    expect(heal({ b1: 'fresh', b2: 'due' })).toMatchObject({ tier: 'bronze', isDue: true });
    expect(heal({ b1: 'fresh', b2: 'fresh', b3: 'due' })).toMatchObject({ tier: 'bronze', isDue: false });
    expect(heal({ b1: 'fresh', b2: 'lapsed' })).toMatchObject({ next: { tier: 'bronze', labs: ['b2', 'b3'] } });
    expect(heal({ b1: 'fresh', b2: 'lapsed' })?.tier).toBeUndefined();
  });

  it('holds nothing of a skill without labs', () => {
    expect(standings([], new Map())).toHaveLength(6);
    expect(standings([], new Map())[0]).toEqual({ skill: 'containerize', isDue: false });
  });
});

describe('overallTier', () => {
  const held = (...all: (Tier | undefined)[]) =>
    overallTier(all.map((tier) => ({ skill: 'heal' as const, isDue: false, ...(tier === undefined ? {} : { tier }) })));

  it('is what half of the skills reach', () => {
    expect(held('gold', 'gold', 'gold', undefined, undefined, undefined)).toBe('gold');
    expect(held('gold', 'gold', 'silver', 'bronze', undefined, undefined)).toBe('silver');
    expect(held('diamond', undefined, undefined, undefined, undefined, undefined)).toBeUndefined();
    expect(overallTier([])).toBeUndefined();
  });
});

describe('retests', () => {
  it('names what is due before what has lapsed, the most urgent first', () => {
    const evidence = new Map<string, Evidence>([
      ['lapsed', { state: 'lapsed', shown: 1, dueAt: 1, lapsesAt: 2 }],
      ['later', { state: 'due', shown: 1, dueAt: 5, lapsesAt: 9 }],
      ['soon', { state: 'due', shown: 1, dueAt: 5, lapsesAt: 7 }],
      ['fresh', { state: 'fresh', shown: 1, dueAt: 9, lapsesAt: 12 }],
    ]);
    expect(retests(evidence)).toEqual(['soon', 'later', 'lapsed']);
  });
});
