/**
 * Pseudo-random numbers: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state, seeded from a text. One stream for each
 * thing that draws, so that one more Pod does not change what the others draw.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  /** @param seed any text; the same text gives the same numbers */
  constructor(seed: string) {
    [this.#a, this.#b, this.#c] = hash(seed);
    for (let i = 0; i < 12; i += 1) this.next();
  }

  /** @returns 0 (included) to 1 (excluded), 32 bits of it */
  next(): number {
    const sum = (this.#a + this.#b + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** @returns 0 to count - 1 */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** @returns exponentially distributed */
  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }

  /**
   * A positive time with a given mean and coefficient of variation: always the same (0); a fixed part and an exponential one
   * (below 1); exponential (1); hyperexponential with balanced means (above 1), see Allen, Probability, Statistics and Queueing
   * Theory, 2nd ed., 3.2.9.
   * @param variation standard deviation over mean, at least 0
   */
  varied(mean: number, variation: number): number {
    if (variation === 0) return mean;
    if (variation <= 1) return mean * (1 - variation) + this.exponential(mean * variation);
    const square = variation * variation;
    const share = (1 + Math.sqrt((square - 1) / (square + 1))) / 2;
    return this.next() < share ? this.exponential(mean / (2 * share)) : this.exponential(mean / (2 * (1 - share)));
  }
}

/** Three words of 32 bits from a text: FNV-1a with three offsets, each mixed once more (murmur3's finalizer). */
function hash(text: string): [number, number, number] {
  const words: [number, number, number] = [0x811c9dc5, 0x1b873593, 0x9e3779b9];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    words[0] = Math.imul(words[0] ^ code, 0x01000193);
    words[1] = Math.imul(words[1] ^ (code + i), 0x85ebca6b);
    words[2] = Math.imul(words[2] ^ (code * 31 + i), 0xc2b2ae35);
  }
  return [mix(words[0]), mix(words[1]), mix(words[2])];
}

function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
