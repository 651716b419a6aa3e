import { outcomes, type Figures, type Outcome } from '../figures.js';
import { bucketCount, bucketOf, quantileOf } from './histogram.js';

/** Outcomes by number, as they are counted. */
export const OK = 0;
export const FAILED = 1;
export const TIMEOUT = 2;
export const REFUSED = 3;
export const NO_ENDPOINT = 4;
export const RATE_LIMITED = 5;
export const BROKEN_CIRCUIT = 6;
export type OutcomeCode = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export const outcomeOf = (code: OutcomeCode): Outcome => outcomes[code] as Outcome;

/** One second of a series. */
interface Cell {
  second: number;
  ended: Float64Array;
  sumMs: number;
  /** The bucket that the first of `counts` belongs to. */
  low: number;
  counts: Uint32Array;
}

/**
 * What became of the requests of one scope, second by second. Times are counted of requests that somebody worked on (ok, failed,
 * timeout): those turned away at the door are quick, and would make a broken service look fast.
 */
export class Series {
  readonly #cells: Cell[] = [];
  readonly #counts = new Uint32Array(bucketCount);
  #ended = new Float64Array(outcomes.length);
  #sumMs = 0;
  #low = bucketCount;
  #high = -1;
  #any = false;
  /** Since the start, by outcome, with the sum of their times in milliseconds: what counters show. */
  readonly totals = new Float64Array(outcomes.length);
  totalMs = 0;
  /** Since the start, by bucket of `bucketCount`. */
  readonly #totalCounts = new Float64Array(bucketCount);

  /** @param keptSeconds how far back windows reach */
  constructor(private readonly keptSeconds = 600) {}

  add(outcome: OutcomeCode, ms: number): void {
    this.#any = true;
    this.#ended[outcome] = (this.#ended[outcome] as number) + 1;
    if (outcome > TIMEOUT) return;
    const bucket = bucketOf(ms);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sumMs += ms;
    if (bucket < this.#low) this.#low = bucket;
    if (bucket > this.#high) this.#high = bucket;
  }

  /** Nothing was counted in all the time that is kept. */
  get idle(): boolean {
    return !this.#any && this.#cells.length === 0;
  }

  /** Ends the second of that number. */
  close(second: number): void {
    const cells = this.#cells;
    while (cells[0] && cells[0].second <= second - this.keptSeconds) cells.shift();
    if (!this.#any) return;
    const low = this.#low;
    const counts = this.#counts.slice(low, this.#high + 1);
    cells.push({ second, ended: this.#ended, sumMs: this.#sumMs, low, counts });
    for (let i = 0; i < this.totals.length; i += 1) {
      this.totals[i] = (this.totals[i] as number) + (this.#ended[i] as number);
    }
    for (let i = 0; i < counts.length; i += 1) {
      this.#totalCounts[low + i] = (this.#totalCounts[low + i] as number) + (counts[i] as number);
    }
    this.totalMs += this.#sumMs;
    this.#counts.fill(0, low, this.#high + 1);
    this.#ended = new Float64Array(outcomes.length);
    this.#sumMs = 0;
    this.#low = bucketCount;
    this.#high = -1;
    this.#any = false;
  }

  /** @returns how many requests since the start took at most so long */
  totalUpTo(ms: number): number {
    const last = bucketOf(ms);
    let sum = 0;
    for (let i = 0; i < last; i += 1) sum += this.#totalCounts[i] as number;
    return sum;
  }

  /** @returns the sums of the seconds from (included) to (excluded) */
  window(fromSecond: number, toSecond: number): Figures {
    return figuresOf([this], fromSecond, toSecond);
  }

  /** Adds up the seconds from (included) to (excluded). */
  sumInto(sum: Sum, fromSecond: number, toSecond: number): void {
    for (const { second, ended, sumMs, low, counts } of this.#cells) {
      if (second < fromSecond || second >= toSecond) continue;
      for (let i = 0; i < ended.length; i += 1) sum.ended[i] = (sum.ended[i] as number) + (ended[i] as number);
      for (let i = 0; i < counts.length; i += 1) {
        sum.counts[low + i] = (sum.counts[low + i] as number) + (counts[i] as number);
      }
      sum.sumMs += sumMs;
    }
  }
}

export interface Sum {
  ended: Float64Array;
  counts: Float64Array;
  sumMs: number;
}

/** @returns the figures of several series together over the seconds from (included) to (excluded) */
export function figuresOf(series: Iterable<Series>, fromSecond: number, toSecond: number): Figures {
  const sum: Sum = {
    ended: new Float64Array(outcomes.length),
    counts: new Float64Array(bucketCount),
    sumMs: 0,
  };
  for (const one of series) one.sumInto(sum, fromSecond, toSecond);
  const count = sum.ended.reduce((total, one) => total + one, 0);
  const timed = sum.counts.reduce((total, one) => total + one, 0);
  const seconds = Math.max(1, toSecond - fromSecond);
  return {
    fromMs: fromSecond * 1000,
    toMs: toSecond * 1000,
    outcomes: Object.fromEntries(outcomes.map((name, i) => [name, sum.ended[i] ?? 0])) as Record<Outcome, number>,
    count,
    rate: count / seconds,
    errorRate: count === 0 ? 0 : 1 - (sum.ended[OK] ?? 0) / count,
    meanMs: timed === 0 ? Number.NaN : sum.sumMs / timed,
    p50Ms: quantileOf(sum.counts, 0.5),
    p90Ms: quantileOf(sum.counts, 0.9),
    p99Ms: quantileOf(sum.counts, 0.99),
  };
}
