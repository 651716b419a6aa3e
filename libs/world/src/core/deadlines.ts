import type { Actor, Agenda } from './agenda.js';

/** Something that waits for an answer, but not for ever. */
export interface Waiter {
  /** Changes as soon as it waits no more. */
  readonly token: number;
  timedOut(nowMs: number): void;
}

/**
 * All waiters that wait equally long: their deadlines come in the order in which they began, so a plain queue will do, and most
 * have their answer long before they reach its head.
 */
class Lane implements Actor {
  slot = -1;
  #waiters: (Waiter | undefined)[] = Array.from({ length: 64 });
  #tokens = new Int32Array(64);
  #times = new Float64Array(64);
  #head = 0;
  #size = 0;

  constructor(
    private readonly agenda: Agenda,
    private readonly timeoutMs: number,
  ) {}

  add(nowMs: number, waiter: Waiter): void {
    if (this.#size === this.#times.length) this.#makeRoom();
    const at = (this.#head + this.#size) & (this.#times.length - 1);
    this.#waiters[at] = waiter;
    this.#tokens[at] = waiter.token;
    this.#times[at] = nowMs + this.timeoutMs;
    this.#size += 1;
    if (this.#size === 1) this.agenda.set(this, nowMs + this.timeoutMs);
  }

  act(nowMs: number): void {
    while (this.#size > 0) {
      const at = this.#head;
      const waiter = this.#waiters[at] as Waiter;
      const waits = waiter.token === this.#tokens[at];
      if (waits && (this.#times[at] as number) > nowMs) break;
      this.#waiters[at] = undefined;
      this.#head = (at + 1) & (this.#times.length - 1);
      this.#size -= 1;
      if (waits) waiter.timedOut(nowMs);
    }
    this.agenda.set(this, this.#size === 0 ? Infinity : (this.#times[this.#head] as number));
  }

  /** Drops those that wait no more; grows when that is not enough. */
  #makeRoom(): void {
    const { length } = this.#times;
    const kept: number[] = [];
    for (let i = 0; i < this.#size; i += 1) {
      const at = (this.#head + i) & (length - 1);
      if (this.#waiters[at]?.token === this.#tokens[at]) kept.push(at);
    }
    const size = kept.length > length / 2 ? length * 2 : length;
    const waiters: (Waiter | undefined)[] = Array.from({ length: size });
    const tokens = new Int32Array(size);
    const times = new Float64Array(size);
    kept.forEach((at, i) => {
      waiters[i] = this.#waiters[at];
      tokens[i] = this.#tokens[at] as number;
      times[i] = this.#times[at] as number;
    });
    this.#waiters = waiters;
    this.#tokens = tokens;
    this.#times = times;
    this.#head = 0;
    this.#size = kept.length;
  }
}

/** Tells waiters when their time is up. */
export class Deadlines {
  readonly #lanes = new Map<number, Lane>();

  constructor(private readonly agenda: Agenda) {}

  add(nowMs: number, timeoutMs: number, waiter: Waiter): void {
    if (timeoutMs === Infinity) return;
    let lane = this.#lanes.get(timeoutMs);
    if (!lane) this.#lanes.set(timeoutMs, (lane = new Lane(this.agenda, timeoutMs)));
    lane.add(nowMs, waiter);
  }
}
