import type { BreakerFact } from '../facts.js';
import type { BreakerState } from '../figures.js';

/** Of those that come while it is half open, one in so many is let through. */
const probing = 10;

/**
 * A circuit breaker as callers have it: closed it counts, open it refuses, half open it lets one in ten through; the first
 * answer then decides. (M. Nygard, Release It!, "Circuit Breaker"; the limit on requests under way is Envoy's.)
 */
export class Breaker {
  #state: BreakerState = 'closed';
  #underWay = 0;
  #reopensMs = Infinity;
  #arrivals = 0;
  /** Answers and failures by tenths of the window, newest last. */
  readonly #answers = new Float64Array(10);
  readonly #failures = new Float64Array(10);
  #tenth = 0;

  constructor(
    public fact: BreakerFact,
    private readonly changed: (nowMs: number, state: BreakerState) => void,
  ) {}

  get state(): BreakerState {
    return this.#state;
  }

  /** @returns whether a request may go through; one that did must be told of by answered() */
  admit(nowMs: number): boolean {
    const { maxRequests = Infinity } = this.fact;
    if (this.#state === 'open' && nowMs >= this.#reopensMs) {
      this.#arrivals = 0;
      this.#become('half-open', nowMs);
    }
    if (this.#state === 'open' || this.#underWay >= maxRequests) return false;
    if (this.#state === 'half-open') {
      this.#arrivals += 1;
      if (this.#arrivals % probing !== 1) return false;
    }
    this.#underWay += 1;
    return true;
  }

  answered(nowMs: number, ok: boolean): void {
    this.#underWay = Math.max(0, this.#underWay - 1);
    const { errorShare, minRequests = 20 } = this.fact;
    if (errorShare === undefined || this.#state === 'open') return;
    if (this.#state === 'half-open') {
      this.#forget();
      if (ok) this.#become('closed', nowMs);
      else this.#open(nowMs);
      return;
    }
    this.#roll(nowMs);
    const now = this.#tenth % 10;
    this.#answers[now] = (this.#answers[now] as number) + 1;
    if (ok) return;
    this.#failures[now] = (this.#failures[now] as number) + 1;
    const answers = this.#answers.reduce((sum, one) => sum + one, 0);
    const failures = this.#failures.reduce((sum, one) => sum + one, 0);
    if (answers >= minRequests && failures >= errorShare * answers) this.#open(nowMs);
  }

  /** Who was admitted is gone without having been answered: that says nothing of the target. */
  gaveUp(): void {
    this.#underWay = Math.max(0, this.#underWay - 1);
  }

  #open(nowMs: number): void {
    this.#reopensMs = nowMs + (this.fact.openMs ?? 5000);
    this.#forget();
    this.#become('open', nowMs);
  }

  #become(state: BreakerState, nowMs: number): void {
    this.#state = state;
    this.changed(nowMs, state);
  }

  #forget(): void {
    this.#answers.fill(0);
    this.#failures.fill(0);
  }

  #roll(nowMs: number): void {
    const tenth = Math.floor((nowMs * 10) / (this.fact.windowMs ?? 10_000));
    const passed = Math.min(10, tenth - this.#tenth);
    for (let i = 1; i <= passed; i += 1) {
      this.#answers[(tenth - passed + i) % 10] = 0;
      this.#failures[(tenth - passed + i) % 10] = 0;
    }
    this.#tenth = Math.max(tenth, this.#tenth);
  }
}
