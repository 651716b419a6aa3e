/** Hands out the addresses of one node's pod range (a /24), the lowest free one that was not just given back. */
export class PodAddresses {
  readonly #used = new Set<string>();
  readonly #prefix: string;
  #last = 1;

  /** @param cidr such as 10.244.3.0/24 */
  constructor(cidr: string) {
    this.#prefix = cidr.split('.').slice(0, 3).join('.');
  }

  /** @throws RangeError when all 253 addresses are in use */
  allocate(): string {
    for (let tried = 0; tried < 253; tried++) {
      this.#last = this.#last >= 254 ? 2 : this.#last + 1;
      const address = `${this.#prefix}.${this.#last}`;
      if (!this.#used.has(address)) {
        this.#used.add(address);
        return address;
      }
    }
    throw new RangeError(`All addresses of ${this.#prefix}.0/24 are in use; let fewer pods run on the node.`);
  }

  take(address: string): void {
    this.#used.add(address);
    const [, last] = /^(?:\d+\.){3}(\d+)$/.exec(address) ?? [];
    if (last && address.startsWith(`${this.#prefix}.`)) this.#last = Math.max(this.#last, Number(last));
  }

  release(address: string): void {
    this.#used.delete(address);
  }
}
