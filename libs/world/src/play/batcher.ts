import { Ring } from '../core/ring.js';
import type { Sleeper, Timers } from '../core/timers.js';
import type { WorkPlan } from '../plan.js';

/** A request that needs a GPU. */
export interface GpuUser {
  gpuDone(nowMs: number): void;
}

interface Waiting {
  user: GpuUser;
  sinceMs: number;
}

/** A batch on a GPU. */
class Batch implements Sleeper {
  constructor(
    private readonly users: readonly GpuUser[],
    private readonly done: (nowMs: number) => void,
    private readonly valid: () => boolean,
  ) {}

  wake(nowMs: number): void {
    if (!this.valid()) return;
    for (const user of this.users) user.gpuDone(nowMs);
    this.done(nowMs);
  }
}

/**
 * The GPUs of one container. Those that wait are taken together, at most `max`, as soon as a GPU is free and either as many are
 * there or the first has waited long enough: what inference servers call dynamic batching.
 */
export class Batcher implements Sleeper {
  readonly #waiting = new Ring<Waiting>();
  #free: number;
  #generation = 0;
  /** GPU time used since the start, milliseconds. */
  usedMs = 0;
  /** Batches since the start, and the requests in them. */
  batches = 0;
  requests = 0;

  /** @param gpus whole ones, or a share of one below 1, above 0; a share is slower in proportion */
  constructor(
    private readonly plan: NonNullable<WorkPlan['batch']>,
    private readonly gpus: number,
    private readonly timers: Timers,
  ) {
    this.#free = Math.max(1, Math.floor(gpus));
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  add(nowMs: number, user: GpuUser): void {
    this.#waiting.push({ user, sinceMs: nowMs });
    this.#start(nowMs);
  }

  /** The first has waited long enough. */
  wake(nowMs: number, token: number): void {
    if (token === this.#generation) this.#start(nowMs);
  }

  /** The container ended: nobody is told. */
  stop(): void {
    this.#generation += 1;
    while (this.#waiting.shift());
  }

  #start(nowMs: number): void {
    const { max, waitMs, baseMs, perItemMs } = this.plan;
    while (this.#free > 0) {
      const first = this.#waiting.peek();
      if (!first) return;
      if (this.#waiting.size < max && nowMs < first.sinceMs + waitMs) {
        // Somebody else may have been first when the timer was set.
        this.timers.add(first.sinceMs + waitMs, this, this.#generation);
        return;
      }
      const users: GpuUser[] = [];
      while (users.length < max) {
        const next = this.#waiting.shift();
        if (!next) break;
        users.push(next.user);
      }
      const lastsMs = (baseMs + perItemMs * users.length) / Math.min(1, this.gpus);
      this.#free -= 1;
      this.usedMs += lastsMs * Math.min(1, this.gpus);
      this.batches += 1;
      this.requests += users.length;
      const generation = this.#generation;
      const done = (at: number): void => {
        this.#free += 1;
        this.#start(at);
      };
      this.timers.add(nowMs + lastsMs, new Batch(users, done, () => generation === this.#generation), 0);
    }
  }
}
