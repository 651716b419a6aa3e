import { expect, it } from 'vitest';
import { amountText, moneyText, niceTop, timeText } from './figures';

it('writes figures shortly', () => {
  expect([0, 9, 9.04, 280.4, 12_500].map(amountText)).toEqual(['0', '9', '9.0', '280', '13k']);
  expect([null, 0.4, 25, 999, 1_000, 12_345].map(timeText)).toEqual([
    '–',
    '0.4 ms',
    '25 ms',
    '999 ms',
    '1.0 s',
    '12 s',
  ]);
  expect([0, 0.096, 4.2].map(moneyText)).toEqual(['$0.00', '$0.096', '$4.20']);
});

it('ends an axis at a round number', () => {
  expect([0, 3, 9, 11, 260, 501].map((value) => niceTop(value, 1))).toEqual([1, 5, 10, 20, 500, 1000]);
});
