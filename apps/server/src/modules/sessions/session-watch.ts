import type { SessionEvent } from '@kubedan/contracts';

/** Events read at once from the log. */
const page = 500;

/** One browser's view of one session's log: from the number that it saw last, each event once and in order. */
export class SessionWatch {
  #sent: number;
  #isWanted = false;
  #isRunning = false;
  #isOver = false;

  /**
   * @param after the last number that the browser has
   * @param read events above a number, in order, at most `limit`; may throw when the database is gone
   */
  constructor(
    after: number,
    private readonly read: (after: number, limit: number) => Promise<SessionEvent[]>,
    private readonly send: (event: SessionEvent) => void,
  ) {
    this.#sent = after;
  }

  /**
   * Something up to this number was written: sends what is missing.
   * @param events the last ones themselves, in order, when they are at hand: then nothing is read
   */
  hear(number: number, events: readonly SessionEvent[] = []): void {
    if (number <= this.#sent || this.#isOver) return;
    const first = events[0]?.number ?? Infinity;
    // While the log is read, what it gives comes first.
    if (this.#isRunning || first > this.#sent + 1) this.pump();
    else this.#sendAll(events);
  }

  /** Reads the log until nothing is missing; calls while it reads make it look once more. */
  pump(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  stop(): void {
    this.#isOver = true;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWanted && !this.#isOver) {
      this.#isWanted = false;
      let events: SessionEvent[];
      try {
        events = await this.read(this.#sent, page);
      } catch {
        // The database is gone; the announcer says when it is back, and then everybody looks again.
        break;
      }
      this.#sendAll(events);
      if (events.length === page) this.#isWanted = true;
    }
    // Not in a later turn: whoever wants more from now on has to start a new run.
    this.#isRunning = false;
  }

  #sendAll(events: readonly SessionEvent[]): void {
    for (const event of events) {
      if (this.#isOver || event.number <= this.#sent) continue;
      this.send(event);
      this.#sent = event.number;
    }
  }
}
