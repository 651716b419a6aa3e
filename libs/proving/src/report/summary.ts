import type { MutationReport } from '../mutation/mutation-report.js';
import type { Proof } from '../proof.js';

/** How many of the mistakes put into checks a proof notices. */
export interface MutationScore {
  mutants: number;
  noticed: number;
  /** Whole percent, rounded down: 100 only when all are noticed. */
  percent: number;
}

/** What the proofs of one lab, or of all of them, come to. */
export interface ProofTotals {
  seeds: number;
  proofs: number;
  /** How many of them do not hold. */
  failed: number;
  /** What the proofs took, one after the other: several run at a time. */
  seconds: number;
  /** The same for one seed. */
  secondsPerSeed: number;
  /** Absent where no mistakes were put in: not asked for, or a proof does not hold. */
  mutation?: MutationScore;
}

export interface ProvingSummary {
  /** In the order in which they were proved. */
  labs: ({ lab: string } & ProofTotals)[];
  total: ProofTotals;
  /** Those that took longest, the slowest first. */
  slowest: Proof[];
}

/** @param mutation of each lab whose proofs hold; empty when no mistakes were put in */
export function summarize(
  proofs: readonly Proof[],
  mutation: readonly MutationReport[],
  { slowest = 5 }: { slowest?: number } = {},
): ProvingSummary {
  const names = [...new Set(proofs.map(({ lab }) => lab))];
  return {
    labs: names.map((lab) => ({
      lab,
      ...totalsOf(
        proofs.filter((proof) => proof.lab === lab),
        mutation.filter((report) => report.lab === lab),
      ),
    })),
    total: totalsOf(proofs, mutation),
    slowest: proofs.toSorted((a, b) => b.seconds - a.seconds).slice(0, slowest),
  };
}

function totalsOf(proofs: readonly Proof[], mutation: readonly MutationReport[]): ProofTotals {
  const seeds = new Set(proofs.map(({ seed }) => seed)).size;
  const seconds = proofs.reduce((sum, proof) => sum + proof.seconds, 0);
  return {
    seeds,
    proofs: proofs.length,
    failed: proofs.filter(({ ok }) => !ok).length,
    seconds,
    secondsPerSeed: seeds === 0 ? 0 : seconds / seeds,
    ...(mutation.length === 0 ? {} : { mutation: scoreOf(mutation) }),
  };
}

/** @returns the score over all of them; 100 % where there was nothing to put a mistake into */
export function scoreOf(reports: readonly MutationReport[]): MutationScore {
  const mutants = reports.reduce((sum, report) => sum + report.mutants, 0);
  const noticed = reports.reduce((sum, report) => sum + report.noticed, 0);
  return { mutants, noticed, percent: mutants === 0 ? 100 : Math.floor((100 * noticed) / mutants) };
}
