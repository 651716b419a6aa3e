import { describe, expect, it } from 'vitest';
import { SeededRandom } from './seeded-random.js';

const many = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe('SeededRandom', () => {
  it('draws the same from the same seed, and something else from another', () => {
    const [first, again, other] = ['a', 'a', 'b'].map((seed) => {
      const random = new SeededRandom(seed);
      return many(5, () => random.next());
    });
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
  });

  it('draws evenly from 0 to 1, and normally', () => {
    const random = new SeededRandom('even');
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const value of many(20_000, () => random.next())) tenths[Math.floor(value * 10)]! += 1;
    // Five standard deviations of a binomial of 20 000 and 0.1.
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.09));
    const normal = many(20_000, () => random.normal());
    const mean = normal.reduce((sum, value) => sum + value, 0) / normal.length;
    const variance = normal.reduce((sum, value) => sum + value ** 2, 0) / normal.length;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
  });

  it('shuffles into each order as often', () => {
    const random = new SeededRandom('orders');
    const counts = new Map<string, number>();
    for (const order of many(6000, () => random.shuffled(['a', 'b', 'c']).join(''))) {
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(6000 * (5 / 36)));
  });

  it('has nothing to draw from nothing', () => {
    expect(new SeededRandom('').oneOf([])).toBeUndefined();
  });
});
