/** What there was at the end of a second. */
export interface Count {
  second: number;
  pods: number;
  nodes: number;
  perHour: number;
}

/** Counts of the last seconds, the oldest first. */
export class Census {
  readonly #counts: Count[] = [];

  /** @param keptSeconds how many are kept */
  constructor(private readonly keptSeconds = 600) {}

  close(count: Count): void {
    this.#counts.push(count);
    if (this.#counts.length > this.keptSeconds) this.#counts.shift();
  }

  /** @param second the first that is wanted */
  from(second: number): readonly Count[] {
    return this.#counts.filter((count) => count.second >= second);
  }
}
