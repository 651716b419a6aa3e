import { describe, expect, it } from 'vitest';
import { information, knowing, outcomes, withoutKnowing } from './response-model.js';

const item = { difficulty: 0.4, discrimination: 1.3 };
/** P: of somebody who guesses among four options. */
const right = (ability: number): number => 0.25 + 0.75 * knowing(item, ability);

describe('the response model', () => {
  it('gives even odds of knowing at the difficulty, and e to the a one logit above', () => {
    expect(knowing(item, 0.4)).toBe(0.5);
    expect(knowing(item, 1.4) / (1 - knowing(item, 1.4))).toBeCloseTo(Math.exp(1.3), 10);
  });

  it('leaves no probability over for somebody who does not know', () => {
    for (const candour of [0, 0.3, 1]) {
      const sum = outcomes.reduce((total, outcome) => total + withoutKnowing(outcome, 0.25, candour), 0);
      expect(sum).toBeCloseTo(1, 12);
    }
  });

  it('is Birnbaum’s for people who always guess, and knows no luck of people who never do', () => {
    expect(withoutKnowing('right', 0.25, 0)).toBe(0.25);
    expect(withoutKnowing('right', 0.25, 1)).toBe(0);
  });

  it('tells as much of the ability as the definition of Fisher information says: P′² / (P Q)', () => {
    for (const ability of [-2, 0, 0.4, 1, 3]) {
      const slope = (right(ability + 1e-5) - right(ability - 1e-5)) / 2e-5;
      const expected = slope ** 2 / (right(ability) * (1 - right(ability)));
      expect(information(item.discrimination, knowing(item, ability), 0.25)).toBeCloseTo(expected, 8);
    }
  });
});
