/**
 * Exponential back-off with jitter: 1st wait between half and all of `firstMs`, each next one doubled, up to `maxMs`.
 */
export class Backoff {
  #attempt = 0;
  constructor(
    private readonly options: { firstMs: number; maxMs: number; random?: () => number } = {
      firstMs: 100,
      maxMs: 10_000,
    },
  ) {}

  /** @returns milliseconds to wait before the next attempt */
  next(): number {
    const full = Math.min(this.options.maxMs, this.options.firstMs * 2 ** Math.min(this.#attempt++, 20));
    return full / 2 + ((this.options.random ?? Math.random)() * full) / 2;
  }

  /** Says that it worked: the next wait is the first again. */
  reset(): void {
    this.#attempt = 0;
  }
}
