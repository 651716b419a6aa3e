import type { Actor, Agenda } from '../core/agenda.js';
import type { Random } from '../core/random.js';
import { Series } from '../measure/series.js';
import type { SourcePlan } from '../plan.js';
import { rateAt } from '../profile.js';
import type { Gateway, Way } from './gateway.js';
import type { Service } from './service.js';
import type { Origin, Visits } from './visit.js';
import type { WorkQueue } from './work-queue.js';

/** Requests of one source that are traced, per second, when there are more. */
const tracedPerSecond = 10;

/** A source of traffic: arrivals are a Poisson process whose rate is that of the profile, looked up at every step. */
export class Source implements Actor, Origin {
  slot = -1;
  readonly series = new Series();
  service: Service | undefined;
  queue: WorkQueue | undefined;
  /** Requests sent since the start, without further tries. */
  sent = 0;
  #startedMs: number | undefined;
  #rate = 0;
  #untilMs = 0;
  #wayVersion = -1;
  #way: Way | undefined;

  constructor(
    readonly plan: SourcePlan,
    readonly random: Random,
    private readonly agenda: Agenda,
    private readonly gateway: Gateway,
    private readonly visits: Visits,
  ) {
    this.#startedMs = plan.startsMs;
  }

  /** Requests a second now. */
  get rate(): number {
    return this.#rate;
  }

  /** Begins the profile at a time, or ends it. */
  start(atMs: number | undefined): void {
    this.#startedMs = atMs;
  }

  way(): Way | undefined {
    const { target } = this.plan;
    if (this.#wayVersion !== this.gateway.version && target.kind === 'gateway') {
      this.#way = this.gateway.find(target.host, target.path);
      this.#wayVersion = this.gateway.version;
    }
    return this.#way;
  }

  /** Takes the rate in the middle of a step for all of it. */
  step(nowMs: number, stepMs: number): void {
    const middleMs = nowMs + stepMs / 2 - (this.#startedMs ?? Infinity);
    const { profile, everyMs } = this.plan;
    const sinceMs = everyMs === Infinity ? middleMs : middleMs % everyMs;
    this.#rate = middleMs < 0 ? 0 : Math.max(0, rateAt(profile, sinceMs));
    this.#untilMs = nowMs + stepMs;
    this.#next(nowMs);
  }

  act(nowMs: number): void {
    const every = Math.ceil(this.#rate / tracedPerSecond);
    const sampled = every <= 1 || this.sent % every === 0;
    this.sent += 1;
    this.#next(nowMs);
    this.visits.begin(nowMs, this, sampled);
  }

  /** The exponential distribution has no memory: where a step ends the next one may begin anew. */
  #next(nowMs: number): void {
    const atMs = this.#rate > 0 ? nowMs + this.random.exponential(1000 / this.#rate) : Infinity;
    this.agenda.set(this, atMs < this.#untilMs ? atMs : Infinity);
  }
}
