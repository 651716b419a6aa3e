import { describe, expect, it } from 'vitest';
import { bucketOf, lowerMs, quantileOf } from '../measure/histogram.js';
import { FAILED, OK, RATE_LIMITED, Series } from '../measure/series.js';
import { Agenda, type Actor } from './agenda.js';
import { Deadlines } from './deadlines.js';
import { Random } from './random.js';
import { Ring } from './ring.js';
import { Timers } from './timers.js';

describe('Random', () => {
  it('draws the same from the same seed and other numbers from another', () => {
    const draw = (seed: string): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    expect(new Set(['run/1', 'run/2', 'run/12', 'run/21'].map((seed) => draw(seed)[0])).size).toBe(4);
  });
  it('is spread evenly', () => {
    const random = new Random('even');
    const buckets = Array.from({ length: 20 }, () => 0);
    for (let i = 0; i < 200_000; i += 1) buckets[random.below(20)]! += 1;
    // χ² with 19 degrees of freedom is below 43.8 in 999 of 1000 cases.
    expect(buckets.reduce((sum, seen) => sum + (seen - 10_000) ** 2 / 10_000, 0)).toBeLessThan(43.8);
  });
  it.each([0, 0.3, 1, 2.5])('has the mean and the variation that were asked for: %d', (variation) => {
    const random = new Random('varied');
    const draws = Array.from({ length: 400_000 }, () => random.varied(7, variation));
    const mean = draws.reduce((sum, one) => sum + one, 0) / draws.length;
    const variance = draws.reduce((sum, one) => sum + (one - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(7, 0);
    expect(Math.sqrt(variance) / mean).toBeCloseTo(variation, 1);
  });
});

describe('Agenda and Timers', () => {
  it('act in order of time, however times change', () => {
    const random = new Random('agenda');
    const agenda = new Agenda();
    const acted: number[] = [];
    const actors: Actor[] = Array.from({ length: 300 }, () => ({ slot: -1, act: (nowMs) => acted.push(nowMs) }));
    for (const actor of actors) agenda.set(actor, random.below(1000));
    for (let i = 0; i < 2000; i += 1) {
      const actor = actors[random.below(300)] as Actor;
      if (random.next() < 0.1) agenda.remove(actor);
      else agenda.set(actor, random.below(1000));
    }
    while (agenda.nextMs < Infinity) {
      const { nextMs } = agenda;
      const next = agenda.next();
      next.act(nextMs);
      agenda.remove(next);
    }
    expect(acted.length).toBeGreaterThan(200);
    expect(acted).toEqual(acted.toSorted((a, b) => a - b));
  });
  it('wake in order of time', () => {
    const random = new Random('timers');
    const timers = new Timers();
    const woken: [number, number][] = [];
    const sleeper = { wake: (nowMs: number, token: number) => woken.push([nowMs, token]) };
    const expected: [number, number][] = [];
    for (let i = 0; i < 1000; i += 1) {
      const atMs = random.next();
      timers.add(atMs, sleeper, i);
      expected.push([atMs, i]);
    }
    while (timers.nextMs < Infinity) timers.wakeNext();
    expect(woken).toEqual(expected.toSorted(([a], [b]) => a - b));
  });
});

describe('Deadlines', () => {
  it('tell those that still wait, in time, and only those', () => {
    const agenda = new Agenda();
    const deadlines = new Deadlines(agenda);
    const told: string[] = [];
    const waiters = Array.from({ length: 20_000 }, (_, i) => ({
      token: 0,
      timedOut: (nowMs: number) => told.push(`${i} ${nowMs}`),
    }));
    waiters.forEach((waiter, i) => {
      deadlines.add(i, i % 2 === 0 ? 30_000 : 60_000, waiter);
      // Those that have their answer soon make room for others.
      if (i % 10 === 1) waiter.token = 1;
    });
    waiters.forEach((waiter, i) => {
      if (i % 10 !== 0 && i % 10 !== 7) waiter.token = 1;
    });
    while (agenda.nextMs < Infinity) {
      const { nextMs } = agenda;
      agenda.next().act(nextMs);
    }
    const expected = waiters.flatMap((_, i) => (i % 10 === 0 ? [`${i} ${i + 30_000}`] : []));
    const others = waiters.flatMap((_, i) => (i % 10 === 7 ? [`${i} ${i + 60_000}`] : []));
    expect(told).toEqual([...expected, ...others]);
  });
});

describe('Ring', () => {
  it('is first in, first out, over and over', () => {
    const ring = new Ring<number>();
    const out: (number | undefined)[] = [];
    for (let i = 0; i < 100; i += 1) {
      ring.push(i);
      if (i % 3 === 0) out.push(ring.shift());
    }
    ring.unshift(-1);
    expect(ring.peek()).toBe(-1);
    expect(ring.shift()).toBe(-1);
    while (ring.size > 0) out.push(ring.shift());
    expect(out).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(ring.shift()).toBeUndefined();
  });
});

describe('histograms and series', () => {
  it('find quantiles within five per cent', () => {
    const counts = new Uint32Array(370);
    const random = new Random('h');
    const times = Array.from({ length: 20_000 }, () => random.exponential(80));
    for (const ms of times) counts[bucketOf(ms)]! += 1;
    times.sort((a, b) => a - b);
    for (const quantile of [0.01, 0.5, 0.9, 0.99]) {
      const exact = times[Math.floor(quantile * times.length)] ?? 0;
      expect(Math.abs(quantileOf(counts, quantile) / exact - 1)).toBeLessThan(0.05);
    }
    expect(quantileOf(new Uint32Array(370), 0.5)).toBeNaN();
    expect([bucketOf(0), bucketOf(1e9)]).toEqual([0, 369]);
    for (const ms of [0.02, 1, 77, 5000]) {
      expect(lowerMs(bucketOf(ms))).toBeLessThanOrEqual(ms);
      expect(lowerMs(bucketOf(ms) + 1)).toBeGreaterThan(ms);
    }
  });
  it('count by seconds, forget what is old, and leave the turned away out of the times', () => {
    const series = new Series(10);
    for (let second = 0; second < 30; second += 1) {
      series.add(OK, 100);
      if (second % 2 === 0) series.add(FAILED, 300);
      series.add(RATE_LIMITED, 0);
      series.close(second);
    }
    const figures = series.window(20, 30);
    expect(figures.outcomes).toMatchObject({ ok: 10, failed: 5, 'rate-limited': 10 });
    expect(figures).toMatchObject({ count: 25, rate: 2.5, errorRate: 0.6, fromMs: 20_000, toMs: 30_000 });
    expect(figures.meanMs).toBeCloseTo(500 / 3);
    expect(series.window(0, 30).count).toBe(25);
    expect([...series.totals].slice(0, 2)).toEqual([30, 15]);
    expect([series.totalUpTo(200), series.totalUpTo(1000)]).toEqual([30, 45]);
  });
});
