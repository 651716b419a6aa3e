import {
  columns,
  nameOfProof,
  rowsOf,
  scoreOf,
  verdictOf,
  type MutationReport,
  type Proof,
  type ProvingReport,
} from '@kubedan/proving';
import { paint, table } from '../output.js';

/** A proof as it comes, with the reasons against it. */
export function describeProof({ lab, seed, kind, answer, ok, reasons, seconds }: Proof): string {
  const head = `${ok ? paint('green', '✓') : paint('red', '✗')} ${lab} ${seed} ${kind}${answer === undefined ? '' : ` ${answer}`}  ${paint('dim', `${seconds.toFixed(1)} s`)}`;
  return [head, ...reasons.map((reason) => `    ${reason}`)].join('\n');
}

/** How many mistakes in a lab's checks were noticed, and those that were not. */
export function describeMutation(report: MutationReport): string {
  const { lab, survivors } = report;
  const { mutants, noticed, percent } = scoreOf([report]);
  const head = `${lab}: ${noticed} of ${mutants} mistakes in its checks are noticed by a proof (${percent} %)`;
  return [
    head,
    ...survivors.map(({ checkId, change }) => `    ${paint('dim', 'not noticed:')} ${checkId}: ${change}`),
  ].join('\n');
}

/** What it all comes to: a table of labs, the slowest proofs, and the verdict. */
export function describeSummary(report: ProvingReport): string {
  const head = columns.map((column) => paint('dim', column));
  const slowest = report.summary.slowest.map(
    (proof) => `  ${proof.seconds.toFixed(1)} s  ${proof.lab} ${proof.seed} ${nameOfProof(proof)}`,
  );
  return [
    '',
    table([head, ...rowsOf(report)]),
    '',
    paint('dim', 'The slowest:'),
    ...slowest,
    '',
    verdictOf(report),
  ].join('\n');
}
