import type { Actor, Agenda } from '../core/agenda.js';

/** A thread that needs CPU. */
export interface Thread {
  /** It has had the CPU time that it asked for. */
  cpuDone(nowMs: number): void;
}

/** Period of the CFS bandwidth controller: Linux' default, which kubelets keep. */
export const periodMs = 100;

/**
 * The CPU of one container. Its runnable threads share what the node has for it equally, a thread using one core at most
 * (processor sharing). With a limit they may use `limit * 100 ms` of CPU time in each period of 100 ms, as fast as they can,
 * and then stand still until the next one (CFS bandwidth control, Linux' Documentation/scheduler/sched-bwc.rst).
 *
 * Progress is kept as virtual time: how much CPU time a thread that was runnable since the start would have had. A thread is
 * done at a virtual time that does not change any more, whoever joins or leaves; a heap knows the next.
 */
export class Cpu implements Actor {
  slot = -1;
  #threads: Thread[] = [];
  #finish = new Float64Array(8);
  #size = 0;
  #virtual = 0;
  #lastMs: number;
  #cores: number;
  #quotaMs = Infinity;
  #leftMs = Infinity;
  #periodEndMs: number;
  #throttled = false;
  /** Something ran in the current period. */
  #ran = false;
  /** When, as things are, the next thread is done, and when the limit is used up. */
  #doneMs = Infinity;
  #usedUpMs = Infinity;
  #acting = false;
  /** CPU time used since the start, milliseconds. */
  usedMs = 0;
  /** CPU time that its threads would have used if they had had all cores of the node to themselves, milliseconds. */
  demandMs = 0;
  /** Periods in which something ran, and those that came to the limit. */
  periods = 0;
  throttledPeriods = 0;

  /** All that the node has. */
  #nodeCores: number;

  /** @param nodeCores all that the node has; it may use them at once until setShares() says otherwise */
  constructor(
    private readonly agenda: Agenda,
    nowMs: number,
    nodeCores: number,
  ) {
    this.#nodeCores = nodeCores;
    this.#lastMs = nowMs;
    this.#periodEndMs = nowMs + periodMs;
    this.#cores = nodeCores;
  }

  get runnable(): number {
    return this.#size;
  }

  /** How many milliseconds of this period it still has to stand still; 0 when it need not. */
  standsStillFor(nowMs: number): number {
    return this.#throttled ? Math.max(0, this.#periodEndMs - nowMs) : 0;
  }

  /**
   * @param cores what the node has for it at once, above 0
   * @param limit cores on average; Infinity without one
   * @param nodeCores all that the node has
   */
  setShares(nowMs: number, cores: number, limit: number, nodeCores: number): void {
    const quotaMs = limit === Infinity ? Infinity : limit * periodMs;
    if (cores === this.#cores && quotaMs === this.#quotaMs && nodeCores === this.#nodeCores) return;
    this.sync(nowMs);
    this.#nodeCores = nodeCores;
    if (quotaMs !== this.#quotaMs) {
      this.#leftMs = this.#quotaMs === Infinity ? quotaMs : this.#leftMs + quotaMs - this.#quotaMs;
      this.#quotaMs = quotaMs;
      this.#throttled = this.#leftMs <= 0;
    }
    this.#cores = cores;
    this.#plan(nowMs);
  }

  /** Lets a thread run for so much CPU time, above 0 milliseconds. */
  run(nowMs: number, thread: Thread, cpuMs: number): void {
    this.sync(nowMs);
    this.#push(this.#virtual + cpuMs, thread);
    if (!this.#acting) this.#plan(nowMs);
  }

  /** Ends all threads without telling them. */
  stop(nowMs: number): void {
    this.sync(nowMs);
    this.#size = 0;
    this.#threads = [];
    this.agenda.remove(this);
  }

  act(nowMs: number): void {
    this.sync(nowMs);
    // What is due is due: sums of fractions may fall short of it by the last bit.
    if (nowMs >= this.#doneMs) this.#virtual = Math.max(this.#virtual, this.#finish[0] as number);
    if (nowMs >= this.#usedUpMs && !this.#throttled) {
      this.#throttled = true;
      this.throttledPeriods += 1;
    }
    this.#acting = true;
    // Whoever is done may run again at once; those that began now are not done now.
    while (this.#size > 0 && (this.#finish[0] as number) <= this.#virtual) this.#pop().cpuDone(nowMs);
    this.#acting = false;
    if (this.#size === 0) this.#virtual = 0;
    this.#plan(nowMs);
  }

  /** Brings virtual time and the period up to now. */
  sync(nowMs: number): void {
    if (this.#size === 0 || this.#quotaMs === Infinity) this.#syncFreely(nowMs);
    else while (this.#lastMs < nowMs) this.#syncWithin(Math.min(nowMs, this.#periodEndMs));
  }

  #syncFreely(nowMs: number): void {
    const size = this.#size;
    const passedMs = nowMs - this.#lastMs;
    if (size > 0 && passedMs > 0) {
      const used = Math.min(size, this.#cores) * passedMs;
      this.#virtual += used / size;
      this.usedMs += used;
      this.demandMs += Math.min(size, this.#nodeCores) * passedMs;
      this.#ran = true;
    }
    this.#lastMs = nowMs;
    if (nowMs >= this.#periodEndMs) this.#nextPeriod(nowMs);
  }

  #syncWithin(untilMs: number): void {
    const passedMs = untilMs - this.#lastMs;
    this.demandMs += Math.min(this.#size, this.#nodeCores) * passedMs;
    if (!this.#throttled) {
      const used = Math.min(this.#size, this.#cores) * passedMs;
      this.#virtual += used / this.#size;
      this.usedMs += used;
      this.#leftMs -= used;
    }
    this.#ran = true;
    this.#lastMs = untilMs;
    if (untilMs >= this.#periodEndMs) this.#nextPeriod(untilMs);
  }

  #nextPeriod(nowMs: number): void {
    const passed = 1 + Math.floor((nowMs - this.#periodEndMs) / periodMs);
    if (this.#ran) this.periods += this.#size > 0 ? passed : 1;
    this.#ran = false;
    this.#periodEndMs += passed * periodMs;
    this.#leftMs = this.#quotaMs;
    this.#throttled = false;
  }

  /** Puts itself into the agenda for the next thing to happen. */
  #plan(nowMs: number): void {
    const size = this.#size;
    this.#doneMs = Infinity;
    this.#usedUpMs = Infinity;
    let nextMs = Infinity;
    if (size > 0 && this.#throttled) nextMs = this.#periodEndMs;
    else if (size > 0) {
      const used = Math.min(size, this.#cores);
      this.#doneMs = nowMs + Math.max(0, ((this.#finish[0] as number) - this.#virtual) * (size / used));
      if (this.#quotaMs !== Infinity) this.#usedUpMs = this.#whenUsedUp(nowMs, used);
      nextMs = Math.min(this.#doneMs, this.#usedUpMs);
    }
    this.agenda.set(this, nextMs);
  }

  #whenUsedUp(nowMs: number, used: number): number {
    const thisPeriodMs = nowMs + Math.max(0, this.#leftMs / used);
    if (thisPeriodMs < this.#periodEndMs) return thisPeriodMs;
    return used * periodMs > this.#quotaMs ? this.#periodEndMs + this.#quotaMs / used : Infinity;
  }

  #push(finish: number, thread: Thread): void {
    if (this.#size === this.#finish.length) {
      const larger = new Float64Array(this.#size * 2);
      larger.set(this.#finish);
      this.#finish = larger;
    }
    let slot = this.#size;
    this.#size += 1;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      if ((this.#finish[above] as number) <= finish) break;
      this.#finish[slot] = this.#finish[above] as number;
      this.#threads[slot] = this.#threads[above] as Thread;
      slot = above;
    }
    this.#finish[slot] = finish;
    this.#threads[slot] = thread;
  }

  #pop(): Thread {
    const first = this.#threads[0] as Thread;
    this.#size -= 1;
    const size = this.#size;
    const finish = this.#finish[size] as number;
    const last = this.#threads[size] as Thread;
    let slot = 0;
    for (;;) {
      let below = 2 * slot + 1;
      if (below >= size) break;
      if (below + 1 < size && (this.#finish[below + 1] as number) < (this.#finish[below] as number)) below += 1;
      if ((this.#finish[below] as number) >= finish) break;
      this.#finish[slot] = this.#finish[below] as number;
      this.#threads[slot] = this.#threads[below] as Thread;
      slot = below;
    }
    this.#finish[slot] = finish;
    this.#threads[slot] = last;
    return first;
  }
}
