import type { EvidenceState } from '@kubedan/contracts';

/** A lab that somebody passed. */
export interface Pass {
  lab: string;
  seed: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** What the passes of one lab are worth at a moment; times are milliseconds since 1970. */
export interface Evidence {
  state: EvidenceState;
  /** Passes that count, the first included: each later one on a seed of its own and with time in between. */
  shown: number;
  dueAt?: number;
  lapsesAt?: number;
}

const day = 86_400_000;

/**
 * Days for which a lab counts after it was shown once, twice, … The gap grows with each time that the skill was still there after
 * the last one: spaced practice (Cepeda et al. 2006, Psychological Bulletin 132(3), 354–380), as in Leitner's boxes.
 */
export const validDays = [30, 90, 180, 365] as const;
/** A pass renews once this share of the time is over: passing again the next day shows nothing new. */
export const renewsFrom = 0.5;
/** After it is due a lab counts for this share of the time more. */
export const grace = 0.5;

/** @returns milliseconds for which a lab counts that was shown so often */
const validFor = (shown: number): number => (validDays[Math.min(shown, validDays.length) - 1] ?? 0) * day;

/**
 * @param passes of one lab, in any order
 * @param now milliseconds since 1970; later passes are not there yet
 */
export function evidenceOf(passes: readonly Pass[], now: number): Evidence {
  const seeds = new Set<string>();
  let shown = 0;
  let since = 0;
  for (const { seed, at } of passes.filter((pass) => pass.at <= now).toSorted((a, b) => a.at - b.at)) {
    const valid = validFor(shown);
    const isNew = !seeds.has(seed);
    seeds.add(seed);
    // The same seed again is the same task again: it shows a memory, not a skill.
    if (shown > 0 && (!isNew || at < since + valid * renewsFrom)) continue;
    // What has lapsed is learned anew.
    shown = shown > 0 && at >= since + valid * (1 + grace) ? 1 : shown + 1;
    since = at;
  }
  if (shown === 0) return { state: 'none', shown };
  const dueAt = since + validFor(shown);
  const lapsesAt = since + validFor(shown) * (1 + grace);
  return { state: now < dueAt ? 'fresh' : now < lapsesAt ? 'due' : 'lapsed', shown, dueAt, lapsesAt };
}
