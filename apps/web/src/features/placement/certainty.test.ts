import { describe, expect, it } from 'vitest';
import { certaintyOf } from './certainty';

describe('certaintyOf', () => {
  it('names the next most probable tier', () => {
    const level = { tier: 'silver', probabilities: { bronze: 0.1, silver: 0.62, gold: 0.27, diamond: 0.01 } } as const;
    expect(certaintyOf(level)).toEqual({ degree: 'probable', percent: 62, other: 'gold', otherPercent: 27 });
  });

  it('is sure from four in five, and between two tiers below three in five', () => {
    const at = (own: number) =>
      certaintyOf({ tier: 'gold', probabilities: { bronze: 0, silver: 1 - own, gold: own, diamond: 0 } }).degree;
    expect([0.8, 0.79, 0.6, 0.59].map(at)).toEqual(['sure', 'probable', 'probable', 'between']);
  });
});
