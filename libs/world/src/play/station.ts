import type { Random } from '../core/random.js';

/**
 * A queue before several servers, first come, first served. When an arrival and its service time are known, so is its end: the
 * server that is free first takes it (Kiefer and Wolfowitz, On the theory of queues with many servers, 1955). So nothing has to
 * be simulated between arrival and answer.
 */
export class Station {
  /** When each server is free, a heap with the first on top. */
  readonly #freeMs: Float64Array;
  /** When those that wait will begin, in the order in which they came; older ones are dropped as time passes. */
  #begins = new Float64Array(64);
  #head = 0;
  #waiting = 0;

  /** @param servers at least 1 @param backlog how many may wait */
  constructor(
    servers: number,
    private readonly backlog: number,
    private readonly random: Random,
  ) {
    this.#freeMs = new Float64Array(servers).fill(-Infinity);
  }

  /** @returns how many wait now */
  waiting(nowMs: number): number {
    while (this.#waiting > 0 && (this.#begins[this.#head] as number) <= nowMs) {
      this.#head = (this.#head + 1) & (this.#begins.length - 1);
      this.#waiting -= 1;
    }
    return this.#waiting;
  }

  /** @returns how many are being served now */
  busy(nowMs: number): number {
    return this.#freeMs.reduce((count, free) => count + (free > nowMs ? 1 : 0), 0);
  }

  /**
   * Takes in a request.
   * @param meanMs mean service time @param variation its coefficient of variation
   * @returns when it is answered; NaN when the backlog is full
   */
  serve(nowMs: number, meanMs: number, variation: number): number {
    const freeMs = this.#freeMs;
    let beginsMs = freeMs[0] as number;
    if (beginsMs > nowMs) {
      if (this.waiting(nowMs) >= this.backlog) return Number.NaN;
      this.#wait(beginsMs);
    } else beginsMs = nowMs;
    const endsMs = beginsMs + this.random.varied(meanMs, variation);
    let slot = 0;
    for (;;) {
      let below = 2 * slot + 1;
      if (below >= freeMs.length) break;
      if (below + 1 < freeMs.length && (freeMs[below + 1] as number) < (freeMs[below] as number)) below += 1;
      if ((freeMs[below] as number) >= endsMs) break;
      freeMs[slot] = freeMs[below] as number;
      slot = below;
    }
    freeMs[slot] = endsMs;
    return endsMs;
  }

  #wait(beginsMs: number): void {
    if (this.#waiting === this.#begins.length) {
      const larger = new Float64Array(this.#waiting * 2);
      for (let i = 0; i < this.#waiting; i += 1)
        larger[i] = this.#begins[(this.#head + i) & (this.#begins.length - 1)] as number;
      this.#begins = larger;
      this.#head = 0;
    }
    this.#begins[(this.#head + this.#waiting) & (this.#begins.length - 1)] = beginsMs;
    this.#waiting += 1;
  }
}
