import type { Deadlines, Waiter } from '../core/deadlines.js';
import type { Random } from '../core/random.js';
import type { Sleeper, Timers } from '../core/timers.js';
import {
  FAILED,
  NO_ENDPOINT,
  OK,
  RATE_LIMITED,
  REFUSED,
  TIMEOUT,
  type OutcomeCode,
  type Series,
} from '../measure/series.js';
import type { OpenTrace, TraceLog } from '../measure/trace-log.js';
import type { SourcePlan } from '../plan.js';
import type { Gateway, Way } from './gateway.js';
import type { Caller } from './roles.js';
import type { Rpcs } from './rpc.js';
import type { Service } from './service.js';
import type { WorkQueue } from './work-queue.js';

/** What visits of one source have in common. */
export interface Origin {
  readonly plan: SourcePlan;
  readonly series: Series;
  readonly random: Random;
  /** The way through the gateway that is right now; undefined when there is none. */
  way(): Way | undefined;
  readonly service: Service | undefined;
  readonly queue: WorkQueue | undefined;
}

export interface VisitSurroundings {
  gateway: Gateway;
  rpcs: Rpcs;
  timers: Timers;
  deadlines: Deadlines;
  traces: TraceLog;
}

/** One request of a source, with all its tries, until its sender has an answer or gives up. */
class Visit implements Caller, Sleeper, Waiter {
  /** Another one with every wait. */
  token = 0;
  #origin!: Origin;
  #startMs = 0;
  #tryMs = 0;
  #tries = 0;
  #gatewayTries = 0;
  #way: Way | undefined;
  #trace: OpenTrace | undefined;
  #span = 0;
  #trySpan = 0;

  constructor(
    private readonly pool: Visit[],
    private readonly around: VisitSurroundings,
  ) {}

  begin(nowMs: number, origin: Origin, sampled: boolean): void {
    this.#origin = origin;
    this.#startMs = nowMs;
    this.#tries = 0;
    this.#trace = sampled ? this.around.traces.open(origin.plan.name, nowMs) : undefined;
    this.#span = this.#trace?.begin(0, 'client', origin.plan.name, nowMs) ?? 0;
    this.#try(nowMs);
  }

  wake(nowMs: number, token: number): void {
    if (token === this.token) this.#try(nowMs);
  }

  #try(nowMs: number): void {
    const { target } = this.#origin.plan;
    this.token = (this.token + 1) | 0;
    this.#tryMs = nowMs;
    switch (target.kind) {
      case 'gateway':
        this.#enterGateway(nowMs);
        break;
      case 'service':
        this.#beginSpan(nowMs, 'client', `GET ${target.path}`);
        if (this.#origin.service) this.#send(nowMs, this.#origin.service, Infinity);
        break;
      case 'queue':
        this.#beginSpan(nowMs, target.name, 'put');
        this.#put(nowMs);
        break;
    }
  }

  #beginSpan(nowMs: number, service: string, name: string): void {
    if (this.#trace) this.#trySpan = this.#trace.begin(this.#span, service, name, nowMs);
  }

  #enterGateway(nowMs: number): void {
    const { gateway } = this.around;
    const { target } = this.#origin.plan;
    this.#beginSpan(nowMs, 'gateway', `GET ${target.kind === 'gateway' ? target.path : ''}`);
    const way = this.#origin.way();
    this.#way = way;
    this.#gatewayTries = 0;
    if (!way) this.#tryEnded(nowMs, NO_ENDPOINT);
    else if (!gateway.admit(nowMs, way.route)) this.#tryEnded(nowMs, RATE_LIMITED);
    else this.#sendAlong(nowMs, way);
  }

  #sendAlong(nowMs: number, way: Way): void {
    const service = this.around.gateway.pick(way);
    if (service) this.#send(nowMs, service, way.rule.timeoutMs ?? Infinity);
    else this.#tryEnded(nowMs, FAILED);
  }

  #send(nowMs: number, service: Service, timeoutMs: number): void {
    const patienceMs = Math.min(timeoutMs, this.#origin.plan.timeoutMs);
    this.around.rpcs.send(nowMs, service, this, this.token, patienceMs, this.#trace, this.#trySpan);
  }

  #put(nowMs: number): void {
    const { queue, plan } = this.#origin;
    const { token } = this;
    const request = { caller: this, token, trace: this.#trace, span: this.#trySpan };
    if (!queue?.add(nowMs, request)) this.#tryEnded(nowMs, REFUSED);
    else if (token === this.token) this.around.deadlines.add(nowMs, plan.timeoutMs, this);
  }

  /** A message was not worked off in time. */
  timedOut(nowMs: number): void {
    this.#tryEnded(nowMs, TIMEOUT);
  }

  answered(nowMs: number, token: number, outcome: OutcomeCode): void {
    if (token !== this.token) return;
    const way = this.#way;
    const mayHelp = outcome === FAILED || outcome === REFUSED || outcome === NO_ENDPOINT;
    if (way && mayHelp && this.#gatewayTries < (way.rule.retries ?? 0)) {
      this.#gatewayTries += 1;
      this.token = (this.token + 1) | 0;
      this.#sendAlong(nowMs, way);
    } else this.#tryEnded(nowMs, outcome);
  }

  #tryEnded(nowMs: number, outcome: OutcomeCode): void {
    const { plan, random } = this.#origin;
    this.token = (this.token + 1) | 0;
    this.#way?.series.add(outcome, nowMs - this.#tryMs);
    this.#way = undefined;
    this.#trace?.end(this.#trySpan, nowMs, outcome);
    if (outcome === OK || this.#tries >= plan.retries) {
      this.#settle(nowMs, outcome);
      return;
    }
    const pauseMs = plan.backoffMs * 2 ** this.#tries * (0.5 + random.next() / 2);
    this.#tries += 1;
    this.around.timers.add(nowMs + pauseMs, this, this.token);
  }

  #settle(nowMs: number, outcome: OutcomeCode): void {
    this.#origin.series.add(outcome, nowMs - this.#startMs);
    if (this.#trace) this.around.traces.add(this.#trace.close(nowMs, outcome));
    this.#trace = undefined;
    this.pool.push(this);
  }
}

/** Visits that are used again and again. */
export class Visits {
  readonly #pool: Visit[] = [];

  constructor(private readonly around: VisitSurroundings) {}

  begin(nowMs: number, origin: Origin, sampled: boolean): void {
    (this.#pool.pop() ?? new Visit(this.#pool, this.around)).begin(nowMs, origin, sampled);
  }
}
