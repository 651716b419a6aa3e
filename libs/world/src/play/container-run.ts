import type { Agenda } from '../core/agenda.js';
import type { Random } from '../core/random.js';
import { Ring } from '../core/ring.js';
import type { Timers } from '../core/timers.js';
import type { ContainerFact } from '../facts.js';
import type { ContainerUsage } from '../figures.js';
import { FAILED, OK, REFUSED, Series, type OutcomeCode } from '../measure/series.js';
import type { Place } from '../measure/trace-log.js';
import type { WorkPlan } from '../plan.js';
import { Batcher } from './batcher.js';
import { Cpu, periodMs } from './cpu.js';
import type { Dependency } from './dependency.js';
import type { Endpoint, Request } from './roles.js';
import type { Service } from './service.js';
import type { Message, Worker, WorkQueue } from './work-queue.js';

/** Whom a call of the plan goes to. */
export interface Callee {
  dependency: Dependency | undefined;
  service: Service | undefined;
}

/** A request inside a container. */
export interface Job {
  /** Neighbours in the list of all jobs of the run; the run's business alone. */
  previous: Job | undefined;
  next: Job | undefined;
  readonly arrivedMs: number;
  /** What it came as from a queue. */
  readonly message: Message | undefined;
  /** A thread takes it up. */
  start(nowMs: number): void;
  /** Its container ended. */
  abort(nowMs: number): void;
}

/** Makes jobs; see job.ts. */
export interface Jobs {
  make(run: ContainerRun, nowMs: number, request: Request, message: Message | undefined): Job;
}

/** What incidents do to all containers of an image. */
export interface ImageEffects {
  slower: number;
  errors: number;
  down: boolean;
  burns: number;
}

/** What the run of a container needs around it. */
export interface Surroundings {
  agenda: Agenda;
  timers: Timers;
  jobs: Jobs;
  dns: Dependency | undefined;
}

export interface RunOptions {
  fact: ContainerFact;
  plan: WorkPlan;
  effects: ImageEffects;
  place: Place;
  callees: readonly Callee[];
  /** The queue that it works off. */
  queue: WorkQueue | undefined;
  random: Random;
}

/** Seconds over which usage is averaged: the window of metrics-server with its default resolution. */
const usageSeconds = 15;

/** One run of a container: threads that work on requests, a backlog before them, memory, CPU, GPUs. */
export class ContainerRun implements Endpoint, Worker {
  readonly cpu: Cpu;
  readonly batcher: Batcher | undefined;
  /** What became of requests as it saw them. */
  readonly series = new Series(60);
  fact: ContainerFact;
  readonly #backlog = new Ring<Job>();
  readonly #hanging: Job[] = [];
  #jobs: Job | undefined;
  #active = 0;
  #ended = false;
  #takingUp = false;
  /** Of the last full second and those before it. */
  readonly #usedMs: number[] = [];
  readonly #finished: number[] = [];
  #finishedTotal = 0;
  /** CPU used by its background load, milliseconds. */
  #backgroundMs = 0;
  #demandSeenMs = 0;
  #demand = 0;

  constructor(
    readonly options: RunOptions,
    readonly around: Surroundings,
    readonly startedMs: number,
    nowMs: number,
    cores: number,
  ) {
    const { plan, fact } = options;
    this.fact = fact;
    this.cpu = new Cpu(around.agenda, nowMs, cores);
    if (plan.batch && (fact.gpus ?? 0) > 0) this.batcher = new Batcher(plan.batch, fact.gpus ?? 0, around.timers);
  }

  get plan(): WorkPlan {
    return this.options.plan;
  }
  get ended(): boolean {
    return this.#ended;
  }
  get version(): string {
    return this.options.place.version;
  }
  get active(): number {
    return this.#active;
  }
  get waiting(): number {
    return this.#backlog.size;
  }
  get free(): boolean {
    return this.#answers && this.#active < this.plan.concurrency;
  }

  serve(nowMs: number, request: Request): boolean {
    if (!this.#answers) return false;
    const mayStart = this.#active < this.plan.concurrency;
    if (!mayStart && this.#backlog.size >= this.plan.backlog) {
      this.series.add(REFUSED, 0);
      return false;
    }
    const job = this.#enter(nowMs, request, undefined);
    if (mayStart) this.#begin(nowMs, job);
    else this.#backlog.push(job);
    return true;
  }

  take(nowMs: number, message: Message): void {
    this.#begin(nowMs, this.#enter(nowMs, message, message));
  }

  /** A job is done: its thread takes the next. */
  left(nowMs: number, job: Job, outcome: OutcomeCode): void {
    this.#unlink(job);
    this.#active -= 1;
    this.#finishedTotal += 1;
    this.series.add(outcome, nowMs - job.arrivedMs);
    this.#takeUp(nowMs);
  }

  /** Free threads take what waits. Jobs that are done at once come back here: one loop does for all of them. */
  #takeUp(nowMs: number): void {
    if (this.#takingUp) return;
    this.#takingUp = true;
    while (this.#active < this.plan.concurrency) {
      const next = this.#backlog.shift();
      if (next) {
        this.#begin(nowMs, next);
        continue;
      }
      const message = this.free ? this.options.queue?.next() : undefined;
      if (!message) break;
      this.take(nowMs, message);
    }
    this.#takingUp = false;
  }

  /** The container ends: everybody who waits for it is told. */
  end(nowMs: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.cpu.stop(nowMs);
    this.batcher?.stop();
    while (this.#backlog.shift());
    const jobs: Job[] = [];
    for (let job = this.#jobs; job; job = job.next) jobs.push(job);
    this.#jobs = undefined;
    this.#hanging.length = 0;
    this.#active = 0;
    for (const job of jobs) {
      const { message } = job;
      if (message && this.options.queue) this.options.queue.giveBack(message);
      else this.series.add(REFUSED, nowMs - job.arrivedMs);
      job.abort(nowMs);
    }
  }

  /** Keeps a job until the incident is over that keeps it from being worked on. */
  hang(job: Job): void {
    this.#hanging.push(job);
  }

  /** That incident is over. */
  resume(nowMs: number): void {
    for (const job of this.#hanging.splice(0)) job.start(nowMs);
  }

  /** Cores that it would use now if it could, smoothed over some tenths of a second; without its background load. */
  demand(nowMs: number): number {
    this.cpu.sync(nowMs);
    const mean = (this.cpu.demandMs - this.#demandSeenMs) / periodMs;
    this.#demandSeenMs = this.cpu.demandMs;
    this.#demand = (this.#demand + mean) / 2;
    return this.#demand;
  }

  /** Cores that its background load wants now. */
  background(nowMs: number): number {
    const { cores, everyMs, lastsMs } = this.plan.background;
    const sinceMs = nowMs - this.startedMs;
    const on = everyMs === Infinity || sinceMs % everyMs < lastsMs;
    return (on ? cores : 0) + this.options.effects.burns;
  }

  /** Its background load ran for so long. */
  burnt(cpuMs: number): void {
    this.#backgroundMs += cpuMs;
  }

  /** Bytes in use. */
  memory(nowMs: number): number {
    const { baseMemory, memoryPerRequest, leakPerSecond } = this.plan;
    const ageSeconds = Math.max(0, nowMs - this.startedMs) / 1000;
    return baseMemory + memoryPerRequest * (this.#active + this.#backlog.size) + leakPerSecond * ageSeconds;
  }

  /** Ends a second of all that is kept by seconds. */
  closeSecond(nowMs: number, second: number): void {
    this.cpu.sync(nowMs);
    this.series.close(second);
    keep(this.#usedMs, this.#usedTotal());
    keep(this.#finished, this.#finishedTotal);
  }

  /** As of the last step: asking changes nothing. */
  usage(nowMs: number): ContainerUsage {
    return {
      cpu: this.usedCores() * 1000,
      memory: this.memory(nowMs),
      cpuSeconds: this.#usedTotal() / 1000,
      periods: this.cpu.periods,
      throttledPeriods: this.cpu.throttledPeriods,
      inProgress: this.#active,
      waiting: this.#backlog.size,
      gpuSeconds: (this.batcher?.usedMs ?? 0) / 1000,
    };
  }

  /** Mean of the last seconds. */
  usedCores(): number {
    return perSecond(this.#usedMs) / 1000;
  }

  /** How long a request that costs nothing would take; Infinity when it would be refused or for ever. */
  probeMs(nowMs: number): number {
    if (!this.#answers || this.options.effects.down) return Infinity;
    const { concurrency, backlog } = this.plan;
    const standsStill = this.cpu.standsStillFor(nowMs);
    if (this.#active < concurrency) return standsStill;
    if (this.#backlog.size >= backlog) return Infinity;
    const finishedPerMs =
      this.#finished.length < 2
        ? this.#finishedTotal / (nowMs - this.startedMs)
        : perSecond(this.#finished.slice(-6)) / 1000;
    return finishedPerMs === 0 ? Infinity : (this.#backlog.size + 1) / finishedPerMs;
  }

  get #answers(): boolean {
    return this.fact.serving && !this.#ended;
  }

  #usedTotal(): number {
    return this.cpu.usedMs + this.#backgroundMs;
  }

  #enter(nowMs: number, request: Request, message: Message | undefined): Job {
    const job = this.around.jobs.make(this, nowMs, request, message);
    job.previous = undefined;
    job.next = this.#jobs;
    if (this.#jobs) this.#jobs.previous = job;
    this.#jobs = job;
    return job;
  }

  #begin(nowMs: number, job: Job): void {
    this.#active += 1;
    job.start(nowMs);
  }

  #unlink(job: Job): void {
    if (job.previous) job.previous.next = job.next;
    else this.#jobs = job.next;
    if (job.next) job.next.previous = job.previous;
    job.previous = undefined;
    job.next = undefined;
  }
}

/** Keeps totals of the last seconds, oldest first. */
function keep(totals: number[], total: number): void {
  totals.push(total);
  if (totals.length > usageSeconds + 1) totals.shift();
}

/** @returns growth per second over the totals; 0 before there are two */
function perSecond(totals: readonly number[]): number {
  const [first] = totals;
  const last = totals.at(-1);
  return first === undefined || last === undefined || totals.length < 2 ? 0 : (last - first) / (totals.length - 1);
}

/** How a request of an image ends when nothing else went wrong. */
export function ownOutcome({ options: { plan, effects, random } }: ContainerRun): OutcomeCode {
  const share = plan.errors + effects.errors;
  return share > 0 && random.next() < share ? FAILED : OK;
}
