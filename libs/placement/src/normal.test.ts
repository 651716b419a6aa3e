import { expect, it } from 'vitest';
import { normalCumulative } from './normal.js';

it('knows the normal distribution as tables do', () => {
  for (const [z, p] of [
    [-3, 0.001_349_9],
    [-1.959_964, 0.025],
    [0, 0.5],
    [1, 0.841_344_7],
    [2.326_348, 0.99],
  ] as const) {
    expect(Math.abs(normalCumulative(z) - p)).toBeLessThan(2e-7);
  }
});
