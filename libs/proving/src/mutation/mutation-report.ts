import type { JudgedCheck } from '@kubedan/grading';
import { mutantsOf, type Mutant } from './mutants.js';
import type { Recording } from './recording.js';
import { replay } from './replay.js';

export interface MutationReport {
  lab: string;
  /** How many mistakes were put into its checks, and how many of them a proof noticed. */
  mutants: number;
  noticed: number;
  survivors: { checkId: string; change: string }[];
}

/**
 * Puts mistakes into the checks of a lab and sees whether its proofs would have noticed, from what was recorded while they
 * ran: no cluster is needed.
 * @param recordings of proofs that hold, of one lab with any seeds; a mistake counts as noticed when one seed notices it
 */
export function mutateChecks(recordings: readonly Recording[]): MutationReport | undefined {
  const [first] = recordings;
  if (first === undefined) return undefined;
  const noticed = new Set<string>();
  const all = new Map<string, Mutant>();
  const mutants = new Map<string, Mutant[]>();
  const originals = new Map<string, JudgedCheck>();
  for (const { bound } of recordings) {
    if (mutants.has(bound.seed)) continue;
    const own = bound.checks.flatMap(({ check }) => mutantsOf(check));
    mutants.set(bound.seed, own);
    for (const mutant of own) if (!all.has(mutant.key)) all.set(mutant.key, mutant);
    for (const { check } of bound.checks) if (!('ask' in check)) originals.set(`${bound.seed}/${check.id}`, check);
  }
  for (const recording of recordings) {
    const { seed } = recording.bound;
    for (const mutant of mutants.get(seed) ?? []) {
      if (noticed.has(mutant.key)) continue;
      if (notices(recording, mutant, originals.get(`${seed}/${mutant.checkId}`))) noticed.add(mutant.key);
    }
  }
  return {
    lab: first.bound.lab.name,
    mutants: all.size,
    noticed: noticed.size,
    survivors: [...all.values()]
      .filter(({ key }) => !noticed.has(key))
      .map(({ checkId, change }) => ({ checkId, change })),
  };
}

/** Whether a proof that holds with the check as it is would not hold with the mistake in it. */
function notices(recording: Recording, mutant: Mutant, original: JudgedCheck | undefined): boolean {
  const { wrong } = recording;
  const isNamed = wrong?.fails.includes(mutant.checkId) === true;
  if (mutant.check === undefined) return isNamed;
  if (wrong !== undefined) return isNamed && original !== undefined && misses(recording, mutant.check, original);
  const looks = recording.looksOf(mutant.checkId);
  const atStart = replay(mutant.check, looks.slice(0, recording.startOf(mutant.checkId))).last;
  const isTrue = atStart?.state === 'pass' || atStart?.holdsUntil !== undefined;
  const startHolds = original?.always ? atStart?.state === 'pass' : atStart?.state !== 'error' && !isTrue;
  return !startHolds || replay(mutant.check, looks).last?.state !== 'pass';
}

/** A wrong answer is missed when the check does not fail in the end, or passes for a moment and never did before. */
function misses(recording: Recording, mutated: JudgedCheck, original: JudgedCheck): boolean {
  const looks = recording.looksOf(mutated.id);
  const now = replay(mutated, looks);
  return now.last?.state !== 'fail' || (now.everPassed && !replay(original, looks).everPassed);
}
