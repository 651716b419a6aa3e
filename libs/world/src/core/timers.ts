/** Something that sleeps until it is woken. */
export interface Sleeper {
  /** @param token the one that it went to sleep with; when it has another one now, it was woken by something else before */
  wake(nowMs: number, token: number): void;
}

/** Who is woken next: a binary heap. Nothing is ever taken out of it; tokens tell who need not be woken any more. */
export class Timers {
  readonly #sleepers: Sleeper[] = [];
  #times = new Float64Array(256);
  #tokens = new Int32Array(256);
  #size = 0;

  /** @returns when the next one is woken; Infinity when nobody sleeps */
  get nextMs(): number {
    return this.#size === 0 ? Infinity : (this.#times[0] as number);
  }

  add(atMs: number, sleeper: Sleeper, token: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const sleepers = this.#sleepers;
    const times = this.#times;
    const tokens = this.#tokens;
    let slot = this.#size;
    this.#size += 1;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      const time = times[above] as number;
      if (time <= atMs) break;
      times[slot] = time;
      tokens[slot] = tokens[above] as number;
      sleepers[slot] = sleepers[above] as Sleeper;
      slot = above;
    }
    times[slot] = atMs;
    tokens[slot] = token;
    sleepers[slot] = sleeper;
  }

  /** Wakes the next one, which there must be. */
  wakeNext(): void {
    const nowMs = this.#times[0] as number;
    const token = this.#tokens[0] as number;
    const [first] = this.#sleepers;
    this.#size -= 1;
    if (this.#size > 0) this.#sink();
    this.#sleepers.length = this.#size;
    first?.wake(nowMs, token);
  }

  /** Puts the last one where the first was, and down to where it belongs. */
  #sink(): void {
    const sleepers = this.#sleepers;
    const times = this.#times;
    const tokens = this.#tokens;
    const size = this.#size;
    const atMs = times[size] as number;
    let slot = 0;
    for (;;) {
      let below = 2 * slot + 1;
      if (below >= size) break;
      if (below + 1 < size && (times[below + 1] as number) < (times[below] as number)) below += 1;
      const time = times[below] as number;
      if (time >= atMs) break;
      times[slot] = time;
      tokens[slot] = tokens[below] as number;
      sleepers[slot] = sleepers[below] as Sleeper;
      slot = below;
    }
    times[slot] = atMs;
    tokens[slot] = tokens[size] as number;
    sleepers[slot] = sleepers[size] as Sleeper;
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    times.set(this.#times);
    this.#times = times;
    const tokens = new Int32Array(this.#tokens.length * 2);
    tokens.set(this.#tokens);
    this.#tokens = tokens;
  }
}
