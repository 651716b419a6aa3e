/** Something that acts at times of its own. */
export interface Actor {
  /** Its place in the agenda; the agenda's business alone. -1 when it is in none. */
  slot: number;
  act(nowMs: number): void;
}

/** Who acts next: a binary heap in which every actor has one time, which it may change. */
export class Agenda {
  #actors: Actor[] = [];
  #times = new Float64Array(64);

  /** @returns when the next one acts; Infinity when nobody will */
  get nextMs(): number {
    return this.#actors.length === 0 ? Infinity : (this.#times[0] ?? Infinity);
  }

  /** @throws RangeError when there is nobody */
  next(): Actor {
    const [first] = this.#actors;
    if (!first) throw new RangeError('nobody is in the agenda');
    return first;
  }

  /** Puts an actor to a time, Infinity for none; one that is not in the agenda yet is taken in. */
  set(actor: Actor, atMs: number): void {
    const { slot } = actor;
    if (slot < 0) {
      const last = this.#actors.length;
      if (last === this.#times.length) {
        const larger = new Float64Array(last * 2);
        larger.set(this.#times);
        this.#times = larger;
      }
      this.#actors.push(actor);
      this.#up(last, actor, atMs);
    } else if (atMs < (this.#times[slot] as number)) this.#up(slot, actor, atMs);
    else this.#down(slot, actor, atMs);
  }

  remove(actor: Actor): void {
    const { slot } = actor;
    if (slot < 0) return;
    actor.slot = -1;
    const moved = this.#actors.pop() as Actor;
    const last = this.#actors.length;
    if (slot === last) return;
    const atMs = this.#times[last] as number;
    const above = (slot - 1) >> 1;
    if (slot > 0 && atMs < (this.#times[above] as number)) this.#up(slot, moved, atMs);
    else this.#down(slot, moved, atMs);
  }

  #up(from: number, actor: Actor, atMs: number): void {
    const actors = this.#actors;
    const times = this.#times;
    let slot = from;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      const time = times[above] as number;
      if (time <= atMs) break;
      const other = actors[above] as Actor;
      actors[slot] = other;
      times[slot] = time;
      other.slot = slot;
      slot = above;
    }
    actors[slot] = actor;
    times[slot] = atMs;
    actor.slot = slot;
  }

  #down(from: number, actor: Actor, atMs: number): void {
    const actors = this.#actors;
    const times = this.#times;
    const { length } = actors;
    let slot = from;
    for (;;) {
      let below = 2 * slot + 1;
      if (below >= length) break;
      let time = times[below] as number;
      if (below + 1 < length && (times[below + 1] as number) < time) {
        below += 1;
        time = times[below] as number;
      }
      if (time >= atMs) break;
      const other = actors[below] as Actor;
      actors[slot] = other;
      times[slot] = time;
      other.slot = slot;
      slot = below;
    }
    actors[slot] = actor;
    times[slot] = atMs;
    actor.slot = slot;
  }
}
