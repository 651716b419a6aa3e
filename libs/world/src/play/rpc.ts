import type { Deadlines, Waiter } from '../core/deadlines.js';
import { BROKEN_CIRCUIT, NO_ENDPOINT, OK, REFUSED, TIMEOUT, type OutcomeCode, type Series } from '../measure/series.js';
import type { OpenTrace } from '../measure/trace-log.js';
import type { Breaker } from './breaker.js';
import type { Caller, Request } from './roles.js';
import type { Service } from './service.js';

/** One try of a caller at a Service, from the choice of an endpoint to the answer, or until the caller's patience ends. */
class Rpc implements Caller, Waiter, Request {
  token = 0;
  trace: OpenTrace | undefined;
  span = 0;
  #owner: Caller | undefined;
  #ownerToken = 0;
  #series: Series | undefined;
  #breaker: Breaker | undefined;
  #startMs = 0;

  constructor(private readonly pool: Rpc[]) {}

  get caller(): Caller {
    return this;
  }

  begin(nowMs: number, owner: Caller, ownerToken: number, series: Series, breaker: Breaker | undefined): void {
    this.token = (this.token + 1) | 0;
    this.#owner = owner;
    this.#ownerToken = ownerToken;
    this.#series = series;
    this.#breaker = breaker;
    this.#startMs = nowMs;
  }

  answered(nowMs: number, token: number, outcome: OutcomeCode): void {
    if (token === this.token) this.end(nowMs, outcome);
  }

  timedOut(nowMs: number): void {
    this.end(nowMs, TIMEOUT);
  }

  end(nowMs: number, outcome: OutcomeCode): void {
    this.token = (this.token + 1) | 0;
    this.#series?.add(outcome, nowMs - this.#startMs);
    this.#breaker?.answered(nowMs, outcome === OK);
    const owner = this.#owner;
    this.#owner = undefined;
    this.trace = undefined;
    this.pool.push(this);
    owner?.answered(nowMs, this.#ownerToken, outcome);
  }
}

/** Sends requests to Services. */
export class Rpcs {
  readonly #pool: Rpc[] = [];

  constructor(private readonly deadlines: Deadlines) {}

  /**
   * Tries once. The owner is answered in any case, be it at once.
   * @param timeoutMs how long it waits
   * @param span the span that the request belongs to; 0 without a trace
   */
  send(
    nowMs: number,
    service: Service,
    owner: Caller,
    ownerToken: number,
    timeoutMs: number,
    trace: OpenTrace | undefined,
    span: number,
  ): void {
    const { breaker, unreached } = service;
    if (breaker && !breaker.admit(nowMs)) {
      unreached.add(BROKEN_CIRCUIT, 0);
      owner.answered(nowMs, ownerToken, BROKEN_CIRCUIT);
      return;
    }
    const chosen = service.pick();
    const rpc = this.#pool.pop() ?? new Rpc(this.#pool);
    rpc.begin(nowMs, owner, ownerToken, chosen?.series ?? unreached, breaker);
    rpc.trace = trace;
    rpc.span = span;
    const { token } = rpc;
    if (!chosen) rpc.end(nowMs, NO_ENDPOINT);
    else if (!chosen.endpoint.serve(nowMs, rpc)) rpc.answered(nowMs, token, REFUSED);
    else if (rpc.token === token) this.deadlines.add(nowMs, timeoutMs, rpc);
  }
}
