import { describe, expect, it } from 'vitest';
import { evidenceOf, type Pass } from './evidence.js';

const day = 86_400_000;
const pass = (days: number, seed = `seed-${days}`): Pass => ({ lab: 'first-pod', seed, at: days * day });
const on = (days: number, ...passes: Pass[]) => evidenceOf(passes, days * day);

describe('evidenceOf', () => {
  it('is none before the first pass', () => {
    expect(on(0)).toEqual({ state: 'none', shown: 0 });
    expect(on(4, pass(5))).toEqual({ state: 'none', shown: 0 });
  });

  it('counts for a month, is due, and lapses after half as long again', () => {
    expect(on(29, pass(0))).toEqual({ state: 'fresh', shown: 1, dueAt: 30 * day, lapsesAt: 45 * day });
    expect(on(30, pass(0)).state).toBe('due');
    expect(on(44.9, pass(0)).state).toBe('due');
    expect(on(45, pass(0)).state).toBe('lapsed');
  });

  it('counts longer with each time that it is shown again', () => {
    const all = [pass(0), pass(20), pass(70), pass(200)];
    expect(on(20, ...all)).toMatchObject({ shown: 2, dueAt: 110 * day });
    expect(on(70, ...all)).toMatchObject({ shown: 3, dueAt: 250 * day });
    expect(on(200, ...all)).toMatchObject({ shown: 4, dueAt: 565 * day });
    expect(on(400, ...all, pass(399))).toMatchObject({ shown: 5, dueAt: (399 + 365) * day });
  });

  it('takes no second pass on the same seed, and none of the next day', () => {
    expect(on(25, pass(0, 'same'), pass(20, 'same'))).toMatchObject({ shown: 1, dueAt: 30 * day });
    expect(on(25, pass(0), pass(1))).toMatchObject({ shown: 1, dueAt: 30 * day });
    // The early one has spent its seed.
    expect(on(25, pass(0), pass(1, 'early'), pass(20, 'early'))).toMatchObject({ shown: 1 });
  });

  it('begins anew after it has lapsed', () => {
    expect(on(201, pass(0), pass(20), pass(200))).toMatchObject({ state: 'fresh', shown: 1, dueAt: 230 * day });
  });

  it('does not mind the order', () => {
    expect(on(30, pass(20), pass(0))).toEqual(on(30, pass(0), pass(20)));
  });
});
