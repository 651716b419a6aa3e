import type { RateLimitFact } from '../facts.js';

/** A token bucket: it fills at the limit's rate up to its burst, and every request takes one. */
export class RateLimiter {
  #tokens: number;
  #lastMs: number;
  #fact: RateLimitFact;

  constructor(fact: RateLimitFact, nowMs: number) {
    this.#fact = fact;
    this.#lastMs = nowMs;
    this.#tokens = burstOf(fact);
  }

  get route(): string | undefined {
    return this.#fact.route;
  }

  /** Changes the limit; what is in the bucket stays, as far as it fits. */
  become(fact: RateLimitFact, nowMs: number): void {
    this.#fill(nowMs);
    this.#fact = fact;
    this.#tokens = Math.min(this.#tokens, burstOf(fact));
  }

  admit(nowMs: number): boolean {
    this.#fill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(nowMs: number): void {
    this.#tokens = Math.min(burstOf(this.#fact), this.#tokens + ((nowMs - this.#lastMs) * this.#fact.rate) / 1000);
    this.#lastMs = nowMs;
  }
}

const burstOf = ({ burst, rate }: RateLimitFact): number => Math.max(1, burst ?? rate);
