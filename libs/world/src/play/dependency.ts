import type { Random } from '../core/random.js';
import { FAILED, OK, Series, TIMEOUT, type OutcomeCode } from '../measure/series.js';
import type { DependencyPlan } from '../plan.js';
import type { Breaker } from './breaker.js';
import { Station } from './station.js';
import type { WorkQueue } from './work-queue.js';

/** Something that services lean on. What incidents do to it is set from outside. */
export class Dependency {
  readonly series = new Series();
  breaker: Breaker | undefined;
  /** What a cache asks when it has no answer. */
  behind: Dependency | undefined;
  /** What is put into a queue. */
  queue: WorkQueue | undefined;
  /** Factor on its latency. */
  slower = 1;
  /** Share of requests that fail besides. */
  errors = 0;
  down = false;
  readonly #station: Station;

  constructor(
    readonly plan: DependencyPlan,
    private readonly random: Random,
  ) {
    this.#station = new Station(plan.concurrency, plan.backlog, random);
  }

  /** @returns when a request that comes now is answered: Infinity never, NaN refused at once */
  ask(nowMs: number): number {
    return this.down ? Infinity : this.#station.serve(nowMs, this.plan.latencyMs * this.slower, this.plan.variation);
  }

  /** What the answer says, given whether the caller still waits; counted. */
  outcome(nowMs: number, askedMs: number, waits: boolean): OutcomeCode {
    const outcome = !waits ? TIMEOUT : this.#fails() ? FAILED : OK;
    this.series.add(outcome, nowMs - askedMs);
    return outcome;
  }

  /** Of a cache: whether it has the answer. */
  has(): boolean {
    return this.plan.hits >= 1 || this.random.next() < this.plan.hits;
  }

  /** @returns requests that wait for a connection, and that are being answered */
  load(nowMs: number): { waiting: number; busy: number } {
    return { waiting: this.#station.waiting(nowMs), busy: this.#station.busy(nowMs) };
  }

  #fails(): boolean {
    const share = this.plan.errors + this.errors;
    return share > 0 && this.random.next() < share;
  }
}
