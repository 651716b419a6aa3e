import { describe, expect, it } from 'vitest';
import { parseQuantity, quantityOf } from './quantity.js';

describe('parseQuantity', () => {
  it('reads decimal and binary suffixes and exponents', () => {
    expect(['2', '250m', '64Mi', '1.5Gi', '1e3', '.5', '-1k'].map(parseQuantity)).toEqual([
      2,
      0.25,
      64 * 2 ** 20,
      1.5 * 2 ** 30,
      1000,
      0.5,
      -1000,
    ]);
  });

  it('knows what is no quantity', () => {
    expect(['', 'Mi', '64MB', '1ki', 'two', '1e'].map(parseQuantity)).toEqual(Array(6).fill(undefined));
  });
});

describe('quantityOf', () => {
  it('takes numbers as they are and what cannot be read for nothing', () => {
    expect([quantityOf(3), quantityOf('3'), quantityOf(undefined), quantityOf('much')]).toEqual([3, 3, 0, 0]);
  });
});
