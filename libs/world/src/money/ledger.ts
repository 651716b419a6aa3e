import type { NodeFact } from '../facts.js';
import type { Bill } from '../figures.js';
import type { NodeTypePlan } from '../plan.js';

const hourMs = 3_600_000;

/** Adds up what nodes cost, from the moment that they are told of until they are removed. */
export class Ledger {
  #total: number;
  /** Total at the end of each of the last seconds, oldest first. */
  readonly #seconds: number[];

  /** @param spent before */
  constructor(
    private readonly types: Readonly<Record<string, NodeTypePlan>>,
    spent: number,
    private perHourAtStart: number | undefined,
    private readonly keptSeconds = 600,
  ) {
    this.#total = spent;
    this.#seconds = [spent];
  }

  /** Since the start. */
  get total(): number {
    return this.#total;
  }

  /** These nodes were there for so long. */
  pay(nodes: Iterable<NodeFact>, forMs: number): void {
    let perHour = 0;
    for (const node of nodes) perHour += this.priceOf(node);
    this.perHourAtStart ??= perHour;
    this.#total += (perHour * forMs) / hourMs;
  }

  closeSecond(): void {
    this.#seconds.push(this.#total);
    if (this.#seconds.length > this.keptSeconds + 1) this.#seconds.shift();
  }

  /** @returns per hour; 0 for a node of no known type */
  priceOf({ type, spot }: NodeFact): number {
    const plan = type === undefined ? undefined : this.types[type];
    if (!plan) return 0;
    return spot && plan.spot ? plan.spot.pricePerHour : plan.pricePerHour;
  }

  /** @param seconds length of the window @param answeredWell requests in it */
  bill(nodes: Iterable<NodeFact>, seconds: number, answeredWell: number): Bill {
    const byType: Record<string, number> = {};
    let perHour = 0;
    for (const node of nodes) {
      const price = this.priceOf(node);
      perHour += price;
      if (node.type !== undefined) byType[node.type] = (byType[node.type] ?? 0) + price;
    }
    const last = this.#seconds.at(-1) ?? 0;
    const first = this.#seconds[Math.max(0, this.#seconds.length - 1 - seconds)] ?? 0;
    return {
      total: this.#total,
      perHour,
      perHourAtStart: this.perHourAtStart ?? perHour,
      perThousandRequests: answeredWell === 0 ? Infinity : ((last - first) * 1000) / answeredWell,
      byType,
    };
  }
}
