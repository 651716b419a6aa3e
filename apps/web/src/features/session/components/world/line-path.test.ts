import { expect, it } from 'vitest';
import { linePath } from './line-path';

const frame = { from: 0, to: 10, top: 20 };

it('draws lines and steps', () => {
  expect(linePath([0, 1, 2], [0, 10, 40], frame)).toBe('M0 100L10 50L20 0');
  expect(linePath([0, 1], [0, 10], frame, true)).toBe('M0 100H10V50');
});

it('leaves out what is not known or not in the frame', () => {
  expect(linePath([0, 1, 2], [10, null, 10], frame)).toBe('M0 50M20 50');
  expect(linePath([0, 5, 20], [10, 10, 10], frame)).toBe('M0 50M50 50');
});
