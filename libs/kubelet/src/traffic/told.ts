/** What somebody was told, so that they are told again only what has changed. */
export class Told<T> {
  readonly #known = new Map<string, string>();

  constructor(
    private readonly set: (fact: T) => void,
    private readonly remove: (key: string) => void,
  ) {}

  /** What they know of. */
  get keys(): IterableIterator<string> {
    return this.#known.keys();
  }

  /** @param facts all that there are; those that were told before and are not among them are removed */
  tell(facts: readonly T[], keyOf: (fact: T) => string): void {
    const left = new Set(this.#known.keys());
    for (const fact of facts) {
      const key = keyOf(fact);
      const text = JSON.stringify(fact);
      left.delete(key);
      if (this.#known.get(key) === text) continue;
      this.#known.set(key, text);
      this.set(fact);
    }
    for (const key of left) {
      this.#known.delete(key);
      this.remove(key);
    }
  }
}
