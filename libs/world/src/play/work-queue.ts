import { Ring } from '../core/ring.js';
import type { QueueLength } from '../figures.js';
import type { Request } from './roles.js';

/** What waits in a queue. */
export interface Message extends Request {
  putMs: number;
}

/** A container that works off a queue. */
export interface Worker {
  /** @returns whether it has a thread for one more */
  readonly free: boolean;
  /** Messages that it has in hand. */
  readonly active: number;
  take(nowMs: number, message: Message): void;
}

/** Messages in order; whoever is free takes the oldest. */
export class WorkQueue {
  readonly #messages = new Ring<Message>();
  #workers: Worker[] = [];
  #turn = 0;
  /** Messages put and taken since the start. */
  put = 0;
  taken = 0;

  /** @param capacity messages that it holds */
  constructor(
    readonly name: string,
    private readonly capacity: number,
  ) {}

  length(nowMs: number): QueueLength {
    const oldest = this.#messages.peek();
    const inWork = this.#workers.reduce((sum, { active }) => sum + active, 0);
    return { waiting: this.#messages.size, inWork, oldestMs: oldest ? nowMs - oldest.putMs : 0 };
  }

  /** @returns false when it is full */
  add(nowMs: number, { caller, token, trace, span }: Request): boolean {
    if (this.#messages.size >= this.capacity) return false;
    this.put += 1;
    this.#messages.push({ caller, token, trace, span, putMs: nowMs });
    this.#handOut(nowMs);
    return true;
  }

  /** A message whose worker died comes back as the next. */
  giveBack(message: Message): void {
    this.taken -= 1;
    this.#messages.unshift(message);
  }

  /** @returns the oldest */
  next(): Message | undefined {
    const message = this.#messages.shift();
    if (message) this.taken += 1;
    return message;
  }

  /** From now on these work it off. */
  setWorkers(nowMs: number, workers: Worker[]): void {
    this.#workers = workers;
    this.#handOut(nowMs);
  }

  #handOut(nowMs: number): void {
    while (this.#messages.size > 0) {
      const worker = this.#freeWorker();
      const message = worker && this.next();
      if (!message) return;
      worker.take(nowMs, message);
    }
  }

  /** The next one in turn, so that equal workers get equal work. */
  #freeWorker(): Worker | undefined {
    const { length } = this.#workers;
    for (let i = 0; i < length; i += 1) {
      const worker = this.#workers[(this.#turn + i) % length];
      if (worker?.free) {
        this.#turn = (this.#turn + i + 1) % length;
        return worker;
      }
    }
    return undefined;
  }
}
