import {
  millisecondsOf,
  type CheckSpec,
  type LocalizedText,
  type Mismatch,
  type VerdictState,
} from '@kubedan/contracts';
import type { Judgement } from './judge.js';
import { messages } from './messages.js';
import type { CheckMemory } from './state.js';

/** A judgement with time taken into account. */
export interface Timed {
  state: VerdictState;
  message?: LocalizedText;
  mismatches: Mismatch[];
  /** ISO 8601. */
  holdsUntil?: string;
  /** Milliseconds after which to judge again, although nothing changes. */
  wakeIn?: number;
  memory: CheckMemory;
}

/**
 * Plain: as it is now. `holds`: true without a break for so long; a break or an error begins anew. `latched`: once is enough.
 * `always`: passes until it is broken once, then fails for good; errors do not break it.
 * @param now milliseconds since 1970
 */
export function applyTiming(check: CheckSpec, judgement: Judgement, memory: CheckMemory, now: number): Timed {
  const { holds, latched, always } = 'ask' in check ? {} : check;
  if (latched && memory.latchedAt !== undefined) return { state: 'pass', mismatches: [], memory };
  if (always) return rule(judgement, memory, now);
  if (judgement.state !== 'pass') {
    const { heldSince: _, ...rest } = memory;
    return { ...judgement, memory: rest };
  }
  const at = new Date(now).toISOString();
  if (holds !== undefined) {
    const heldSince = memory.heldSince ?? at;
    const until = Date.parse(heldSince) + millisecondsOf(holds);
    if (now < until) {
      return {
        state: 'pending',
        message: messages.holding(holds),
        mismatches: [],
        holdsUntil: new Date(until).toISOString(),
        wakeIn: until - now,
        memory: { ...memory, heldSince },
      };
    }
    memory = { ...memory, heldSince };
  }
  return { ...judgement, memory: latched ? { ...memory, latchedAt: at } : memory };
}

function rule(judgement: Judgement, memory: CheckMemory, now: number): Timed {
  // What nothing is known of yet has broken nothing.
  if (memory.broken === undefined && judgement.state === 'pending') return { state: 'pass', mismatches: [], memory };
  if (memory.broken === undefined && judgement.state !== 'fail') return { ...judgement, memory };
  const broken = memory.broken ?? {
    at: new Date(now).toISOString(),
    ...(judgement.message ? { message: judgement.message } : {}),
    mismatches: judgement.mismatches,
  };
  return {
    state: 'fail',
    message: messages.broken(broken.message),
    mismatches: broken.mismatches,
    memory: { ...memory, broken },
  };
}
