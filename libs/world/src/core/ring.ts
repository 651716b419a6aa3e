/** A first-in, first-out queue in an array that is used round and round. */
export class Ring<T> {
  #items: (T | undefined)[] = Array.from({ length: 16 });
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#size === this.#items.length) this.#grow();
    this.#items[(this.#head + this.#size) & (this.#items.length - 1)] = item;
    this.#size += 1;
  }

  /** Puts an item before all others. */
  unshift(item: T): void {
    if (this.#size === this.#items.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#items.length - 1);
    this.#items[this.#head] = item;
    this.#size += 1;
  }

  /** @returns the oldest, which stays */
  peek(): T | undefined {
    return this.#size === 0 ? undefined : this.#items[this.#head];
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#size -= 1;
    return item;
  }

  #grow(): void {
    const larger: (T | undefined)[] = Array.from({ length: this.#items.length * 2 });
    for (let i = 0; i < this.#size; i += 1) larger[i] = this.#items[(this.#head + i) & (this.#items.length - 1)];
    this.#items = larger;
    this.#head = 0;
  }
}
