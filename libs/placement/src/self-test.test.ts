import { type Audience, skills } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { Bank } from './bank.js';
import { drawnBank } from './bank.fixture.js';
import type { Outcome } from './response-model.js';
import { parametersOf } from './select-item.js';
import { type Answered, fewestQuestions, mostQuestions, nextItem, optionOrder } from './self-test.js';

const bank = drawnBank();

/** Takes a test in which every answer comes out alike. @returns the questions asked */
function take(seed: string, outcome: Outcome, audience: Audience = 'coders', from: Bank = bank): Answered[] {
  const answered: Answered[] = [];
  for (;;) {
    const item = nextItem(from, audience, answered, seed);
    if (item === undefined) return answered;
    answered.push({ ...parametersOf(item), id: item.id, outcome });
  }
}
/** @returns the mean difficulty of the last five questions of such a test */
function lastDifficulties(outcome: Outcome): number {
  return take('a', outcome)
    .slice(-5)
    .reduce((sum, { difficulty }) => sum + difficulty / 5, 0);
}
const ids = (answered: readonly Answered[]): string[] => answered.map(({ id }) => id);

describe('a self-test', () => {
  it('asks each question once, at most 15, and each skill at least twice', () => {
    for (const outcome of ['right', 'wrong', 'unknown'] as const) {
      const asked = take('a', outcome);
      expect(new Set(ids(asked)).size).toBe(asked.length);
      expect(asked.length).toBeLessThanOrEqual(mostQuestions);
      expect(asked.length).toBeGreaterThanOrEqual(fewestQuestions);
      for (const skill of skills) {
        const times = asked.filter((one) => one.skill === skill).length;
        expect(times).toBeGreaterThanOrEqual(2);
        expect(times).toBeLessThanOrEqual(3);
      }
    }
  });

  it('asks harder questions after right answers, easier ones after wrong ones', () => {
    expect(lastDifficulties('right')).toBeGreaterThan(1);
    expect(lastDifficulties('wrong')).toBeLessThan(-1);
  });

  it('asks people who do not code nothing that needs code', () => {
    for (const outcome of ['right', 'wrong'] as const) {
      for (const id of ids(take('a', outcome, 'everyone'))) expect(bank.find(id)?.audience).toBe('everyone');
    }
  });

  it('is the same for the same seed and different for another', () => {
    expect(ids(take('a', 'right'))).toEqual(ids(take('a', 'right')));
    expect(ids(take('a', 'right'))).not.toEqual(ids(take('b', 'right')));
  });

  it('draws among the best questions, so that people who answer alike see different tests', () => {
    const shown = new Map<string, number>();
    const people = 60;
    for (let person = 0; person < people; person += 1) {
      for (const id of ids(take(`person ${person}`, 'right'))) shown.set(id, (shown.get(id) ?? 0) + 1);
    }
    // Two or three questions of a skill, each drawn among four.
    expect(Math.max(...shown.values()) / people).toBeLessThan(0.85);
    expect(shown.size).toBeGreaterThan(2 * mostQuestions);
  });

  it('ends early when the bank has no more', () => {
    const small = new Bank(bank.items.slice(0, 5));
    expect(take('a', 'right', 'coders', small)).toHaveLength(5);
    expect(take('a', 'right', 'coders', new Bank([]))).toEqual([]);
  });

  it('shows all options, in an order that depends on the seed', () => {
    const item = bank.items[0]!;
    const orders = Array.from({ length: 30 }, (_, number) => optionOrder(item, `seed ${number}`));
    for (const order of orders) expect(order.toSorted()).toEqual([0, 1, 2, 3]);
    expect(new Set(orders.map(([first]) => first)).size).toBe(4);
    expect(optionOrder(item, 'seed 3')).toEqual(orders[3]);
  });
});
