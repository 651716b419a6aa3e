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
  #waiters: (Waiter | undefined)[] = Array.from({ length: 1024 });
  #tokens = new Int32Array(1024);
  #times = new Float64Array(1024);
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

  /** Drops those that wait no more, nearly all as a rule; grows when that does not make much room. */
  #makeRoom(): void {
    const mask = this.#times.length - 1;
    let kept = 0;
    for (let i = 0; i < this.#size; i += 1) {
      const from = (this.#head + i) & mask;
      const waiter = this.#waiters[from];
      if (waiter?.token !== this.#tokens[from]) continue;
      const to = (this.#head + kept) & mask;
      this.#waiters[to] = waiter;
      this.#tokens[to] = this.#tokens[from] as number;
      this.#times[to] = this.#times[from] as number;
      kept += 1;
    }
    for (let i = kept; i < this.#size; i += 1) this.#waiters[(this.#head + i) & mask] = undefined;
    this.#size = kept;
    if (kept > mask / 2) this.#grow();
  }

  #grow(): void {
    const { length } = this.#times;
    const waiters: (Waiter | undefined)[] = Array.from({ length: length * 2 });
    const tokens = new Int32Array(length * 2);
    const times = new Float64Array(length * 2);
    for (let i = 0; i < this.#size; i += 1) {
      const from = (this.#head + i) & (length - 1);
      waiters[i] = this.#waiters[from];
      tokens[i] = this.#tokens[from] as number;
      times[i] = this.#times[from] as number;
    }
    this.#waiters = waiters;
    this.#tokens = tokens;
    this.#times = times;
    this.#head = 0;
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
