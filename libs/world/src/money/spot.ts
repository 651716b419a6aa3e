import { Random } from '../core/random.js';
import type { NodeFact } from '../facts.js';
import type { WorldEvent } from '../figures.js';
import type { NodeTypePlan } from '../plan.js';

interface Lease {
  noticeMs: number;
  endsMs: number;
  told: boolean;
  taken: boolean;
}

/** When the provider takes spot nodes back: after an exponentially distributed time, and never before it has given notice. */
export class SpotMarket {
  readonly #leases = new Map<string, Lease>();
  readonly #random: Random;

  constructor(
    private readonly types: Readonly<Record<string, NodeTypePlan>>,
    seed: string,
  ) {
    this.#random = new Random(`${seed}/spot`);
  }

  /** A node is there; only the first telling counts. */
  rented(nowMs: number, { name, type, spot }: NodeFact): void {
    const terms = type === undefined ? undefined : this.types[type]?.spot;
    if (!spot || !terms || this.#leases.has(name)) return;
    const endsMs = nowMs + terms.noticeMs + this.#random.exponential(terms.interruptedEveryMs);
    this.#leases.set(name, { noticeMs: endsMs - terms.noticeMs, endsMs, told: false, taken: false });
  }

  returned(name: string): void {
    this.#leases.delete(name);
  }

  step(nowMs: number): WorldEvent[] {
    const events: WorldEvent[] = [];
    for (const [node, lease] of this.#leases) {
      if (!lease.told && nowMs >= lease.noticeMs) {
        lease.told = true;
        events.push({ kind: 'spot-notice', atMs: nowMs, node, endsAtMs: lease.endsMs });
      }
      if (!lease.taken && nowMs >= lease.endsMs) {
        lease.taken = true;
        events.push({ kind: 'spot-taken', atMs: nowMs, node });
      }
    }
    return events;
  }
}
