import { describe, expect, it } from 'vitest';
import { reachOf } from './reach';

describe('reachOf', () => {
  it('counts tiers held, and of the next one what is passed', () => {
    expect(reachOf({})).toBe(0);
    expect(reachOf({ next: { tier: 'bronze', passed: 1, needed: 2, labs: [] } })).toBe(0.125);
    expect(reachOf({ tier: 'silver', next: { tier: 'gold', passed: 0, needed: 2, labs: [] } })).toBe(0.5);
    expect(reachOf({ tier: 'bronze', next: { tier: 'diamond', passed: 1, needed: 2, labs: [] } })).toBe(0.625);
    expect(reachOf({ tier: 'diamond' })).toBe(1);
  });
});
