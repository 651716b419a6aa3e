import { PromqlError } from './errors.js';

/** How much a query may look at: series that it goes through and points that it takes. */
export class Budget {
  #used = 0;

  constructor(private readonly most = 200_000) {}

  get used(): number {
    return this.#used;
  }

  /** @throws PromqlError when it is used up */
  spend(amount: number): void {
    this.#used += amount;
    if (this.#used > this.most)
      throw new PromqlError('the query looks at too much; select fewer series, or shorter ranges');
  }
}
