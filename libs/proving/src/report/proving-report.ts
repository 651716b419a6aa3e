import type { MutationReport } from '../mutation/mutation-report.js';
import type { Proof } from '../proof.js';
import type { ProvingSummary } from './summary.js';

/** All that a report tells of one run of proofs. */
export interface ProvingReport {
  provider: string;
  startedAt: Date;
  /** By the clock on the wall. */
  wallSeconds: number;
  proofs: readonly Proof[];
  mutation: readonly MutationReport[];
  summary: ProvingSummary;
}

/** @returns what a proof is about: `solution`, `wrong answer scaled-to-zero` */
export function nameOfProof({ kind, answer }: Pick<Proof, 'kind' | 'answer'>): string {
  return answer === undefined ? kind : `wrong answer ${answer}`;
}

/** One line that says it all. */
export function verdictOf({ summary: { total, labs }, wallSeconds }: ProvingReport): string {
  const where = `of ${plural(labs.length, 'lab')} in ${wallSeconds.toFixed(0)} s`;
  return total.failed === 0
    ? `All ${plural(total.proofs, 'proof')} hold, ${where}.`
    : `${total.failed} of ${plural(total.proofs, 'proof')} do not hold, ${where}.`;
}

/** The cells of the table of labs: a row each, then one for all. */
export function rowsOf({ summary: { labs, total } }: ProvingReport): string[][] {
  return [...labs, { lab: 'all', ...total }].map(({ lab, seeds, proofs, failed, secondsPerSeed, mutation }) => [
    lab,
    String(seeds),
    failed === 0 ? String(proofs) : `${proofs}, ${failed} of them do not hold`,
    secondsPerSeed.toFixed(1),
    mutation === undefined ? '–' : `${mutation.noticed} of ${mutation.mutants} (${mutation.percent} %)`,
  ]);
}

export const columns = ['lab', 'seeds', 'proofs', 'seconds a seed', 'mistakes noticed'] as const;

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
