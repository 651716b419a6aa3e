import { parseQuantity } from '@kubedan/contracts';

/** The text is no Kubernetes quantity. */
export class QuantityInvalidError extends Error {
  override readonly name = 'QuantityInvalidError';
}

/** A Kubernetes quantity as expressions compare it; exact up to 2^53 units. */
export class Quantity {
  constructor(
    readonly value: number,
    readonly text: string,
  ) {}

  /** @throws QuantityInvalidError when the text is no quantity such as 64Mi, 250m, 2 or 1e3 */
  static parse(text: string): Quantity {
    const value = parseQuantity(text);
    if (value === undefined) throw new QuantityInvalidError(`"${text}" is no quantity; write it as 64Mi, 250m or 2`);
    return new Quantity(value, text);
  }

  /** @returns negative, 0 or positive, as this is less than, equal to or greater than the other */
  compare(other: Quantity): number {
    // 0.1 and 100m differ in the last bit as doubles.
    const difference = this.value - other.value;
    const scale = Math.max(Math.abs(this.value), Math.abs(other.value));
    return Math.abs(difference) <= scale * 1e-12 ? 0 : difference;
  }

  toString(): string {
    return this.text;
  }
}
