import { describe, expect, it } from 'vitest';
import { Agenda } from '../core/agenda.js';
import { Cpu } from './cpu.js';

/** A CPU with threads whose ends are written down. */
function cpuOf(cores: number, limit = Infinity) {
  const agenda = new Agenda();
  const cpu = new Cpu(agenda, 0, cores);
  cpu.setShares(0, cores, limit, cores);
  const ends: Record<string, number> = {};
  const until = (ms: number): void => {
    while (agenda.nextMs < ms) {
      const { nextMs } = agenda;
      agenda.next().act(nextMs);
    }
    cpu.sync(ms);
  };
  return {
    cpu,
    ends,
    until,
    run: (atMs: number, name: string, cpuMs: number): void => {
      until(atMs);
      cpu.run(atMs, { cpuDone: (nowMs) => (ends[name] = nowMs) }, cpuMs);
    },
  };
}

describe('Cpu', () => {
  it('gives a thread one core and shares when there are more threads', () => {
    const { run, until, ends, cpu } = cpuOf(2);
    run(0, 'a', 30);
    run(10, 'b', 30);
    run(20, 'c', 30);
    until(1000);
    // Alone or in two until 20; then two thirds of a core each until a has its last 10 ms at 35.
    expect(ends['a']).toBeCloseTo(35);
    expect(ends['b']).toBeCloseTo(45);
    expect(ends['c']).toBeCloseTo(55);
    expect(cpu.usedMs).toBeCloseTo(90);
  });

  it('goes on with what is left when the cores change', () => {
    const { run, until, ends, cpu } = cpuOf(1);
    run(0, 'a', 40);
    until(10);
    cpu.setShares(10, 0.5, Infinity, 1);
    until(1000);
    expect(ends['a']).toBeCloseTo(70);
  });

  // At 50 ms a period: run 50, stand still 50, and so on.
  it.each([
    ['at the start of a period', 0, 220],
    ['late in a period, of which it uses what is left', 60, 230],
    ['at the very end of a period', 90, 310],
  ])('makes a burst of 120 ms wait for its periods: begun %s', (_, beginsMs, endsMs) => {
    const { run, until, ends, cpu } = cpuOf(4, 0.5);
    run(beginsMs, 'a', 120);
    until(1000);
    expect(ends['a']).toBeCloseTo(endsMs);
    expect(cpu.throttledPeriods).toBe(beginsMs === 60 ? 1 : 2);
    expect(cpu.usedMs).toBeCloseTo(120);
  });

  it('lets many threads use up a period at once', () => {
    const { run, until, ends, cpu } = cpuOf(4, 1);
    for (const name of ['a', 'b', 'c', 'd']) run(0, name, 30);
    until(1000);
    // 4 cores use 100 ms of CPU in 25 ms; the last 5 ms of each come in the next period.
    expect(ends['a']).toBeCloseTo(105);
    expect([cpu.periods, cpu.throttledPeriods]).toEqual([2, 1]);
    expect(cpu.standsStillFor(1000)).toBe(0);
  });

  it('says how long it stands still', () => {
    const { run, until, cpu } = cpuOf(4, 0.5);
    run(0, 'a', 500);
    until(70);
    expect(cpu.standsStillFor(70)).toBeCloseTo(30);
  });

  it('counts periods in which nothing ran as none', () => {
    const { run, until, cpu } = cpuOf(1, 0.5);
    run(0, 'a', 10);
    run(950, 'b', 10);
    until(2000);
    expect([cpu.periods, cpu.throttledPeriods]).toEqual([2, 0]);
  });

  it('ends everything that is due, also where sums of fractions fall short', () => {
    const { run, until, ends } = cpuOf(0.1);
    for (let i = 0; i < 300; i += 1) run(i * 0.1, String(i), 0.1);
    until(1_000_000);
    expect(Object.keys(ends)).toHaveLength(300);
  });
});
