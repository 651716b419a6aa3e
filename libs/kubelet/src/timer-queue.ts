import type { Clock } from '@kubedan/kube';

export interface Alarm {
  at: number;
  call: (() => void) | undefined;
}

/** Many alarms on one timer: a binary heap ordered by time. Cancelled alarms are dropped when they come up. */
export class TimerQueue {
  readonly #heap: Alarm[] = [];
  #cancelled = 0;
  #cancel: (() => void) | undefined;
  #armedFor = Infinity;

  constructor(private readonly clock: Clock) {}

  /** @param at milliseconds since 1970; past times come at once, never within this call */
  schedule(at: number, call: () => void): Alarm {
    const alarm = { at, call };
    this.#heap.push(alarm);
    this.#up(this.#heap.length - 1);
    this.#arm();
    return alarm;
  }

  cancel(alarm: Alarm | undefined): void {
    if (!alarm?.call) return;
    alarm.call = undefined;
    this.#cancelled += 1;
    if (this.#cancelled < 1_000 || this.#cancelled < this.#heap.length / 2) return;
    // Alarms far ahead that were cancelled would stay for long: what is left is a heap again when sorted.
    const left = this.#heap.filter((one) => one.call).sort((one, other) => one.at - other.at);
    this.#heap.splice(0, this.#heap.length, ...left);
    this.#cancelled = 0;
  }

  /** Forgets all alarms. */
  close(): void {
    this.#heap.length = 0;
    this.#cancel?.();
    this.#armedFor = Infinity;
  }

  #arm(): void {
    while (this.#heap[0] && !this.#heap[0].call) this.#pop();
    const at = this.#heap[0]?.at ?? Infinity;
    if (at === this.#armedFor) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#armedFor = at;
    if (at < Infinity) this.#cancel = this.clock.after(Math.max(0, at - this.clock.now()), () => this.#fire());
  }

  #fire(): void {
    this.#armedFor = Infinity;
    this.#cancel = undefined;
    const now = this.clock.now();
    const due: Alarm[] = [];
    while (this.#heap[0] && (this.#heap[0].at <= now || !this.#heap[0].call)) due.push(this.#pop());
    try {
      for (const alarm of due) {
        const { call } = alarm;
        alarm.call = undefined;
        call?.();
      }
    } finally {
      this.#arm();
    }
  }

  #pop(): Alarm {
    const heap = this.#heap;
    const first = heap[0] as Alarm;
    if (!first.call) this.#cancelled -= 1;
    const last = heap.pop() as Alarm;
    if (heap.length) {
      heap[0] = last;
      for (let i = 0; ;) {
        const left = 2 * i + 1;
        const right = left + 1;
        let least = i;
        if (left < heap.length && (heap[left] as Alarm).at < (heap[least] as Alarm).at) least = left;
        if (right < heap.length && (heap[right] as Alarm).at < (heap[least] as Alarm).at) least = right;
        if (least === i) break;
        [heap[i], heap[least]] = [heap[least] as Alarm, heap[i] as Alarm];
        i = least;
      }
    }
    return first;
  }

  #up(index: number): void {
    const heap = this.#heap;
    for (let i = index; i > 0;) {
      const parent = (i - 1) >> 1;
      if ((heap[parent] as Alarm).at <= (heap[i] as Alarm).at) break;
      [heap[i], heap[parent]] = [heap[parent] as Alarm, heap[i] as Alarm];
      i = parent;
    }
  }
}
