import type { Clock } from '@kubedan/kube';
import { describe, expect, it } from 'vitest';
import { TimerQueue } from './timer-queue.js';

/** Time that stands still until it is moved; one timer at most, as the queue promises. */
class HeldClock implements Clock {
  time = 0;
  armed = 0;
  #next: { at: number; call: () => void } | undefined;
  now = () => this.time;
  after(milliseconds: number, call: () => void): () => void {
    this.armed += 1;
    if (this.#next) throw new Error('A second timer was set.');
    const mine = { at: this.time + milliseconds, call };
    this.#next = mine;
    return () => {
      if (this.#next === mine) this.#next = undefined;
    };
  }
  pass(until: number): void {
    for (let next = this.#next; next && next.at <= until; next = this.#next) {
      this.time = Math.max(this.time, next.at);
      this.#next = undefined;
      next.call();
    }
    this.time = until;
  }
}

describe('a queue of alarms', () => {
  it('rings in the order of time, on one timer', () => {
    const clock = new HeldClock();
    const queue = new TimerQueue(clock);
    const rung: number[] = [];
    const times = Array.from({ length: 500 }, (_, index) => (index * 7919) % 500);
    for (const at of times) queue.schedule(at, () => rung.push(at));
    clock.pass(1_000);
    expect(rung).toEqual(times.toSorted((one, other) => one - other));
  });

  it('does not ring what was cancelled, however much was', () => {
    const clock = new HeldClock();
    const queue = new TimerQueue(clock);
    const rung: number[] = [];
    const alarms = Array.from({ length: 5_000 }, (_, at) => queue.schedule(at, () => rung.push(at)));
    for (const [index, alarm] of alarms.entries()) if (index % 10) queue.cancel(alarm);
    clock.pass(10_000);
    expect(rung).toEqual(Array.from({ length: 500 }, (_, index) => index * 10));
  });

  it('goes on when an alarm throws, and takes alarms set while it rings', () => {
    const clock = new HeldClock();
    const queue = new TimerQueue(clock);
    const rung: string[] = [];
    queue.schedule(1, () => {
      throw new Error('oops');
    });
    queue.schedule(2, () => queue.schedule(3, () => rung.push('later')));
    expect(() => clock.pass(10)).toThrow('oops');
    clock.pass(10);
    expect(rung).toEqual(['later']);
  });
});
