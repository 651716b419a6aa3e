import { columns, nameOfProof, rowsOf, verdictOf, type ProvingReport } from './proving-report.js';

/** @returns the report as one Markdown file */
export function markdownReport(report: ProvingReport): string {
  const { proofs, mutation, summary } = report;
  const refused = proofs.filter(({ ok }) => !ok);
  const survivors = mutation.flatMap(({ lab, survivors }) => survivors.map((one) => ({ lab, ...one })));
  const parts = [
    '# Proofs',
    `${verdictOf(report)} On ${report.provider} clusters, ${report.startedAt.toISOString()}.`,
    table(
      columns,
      rowsOf(report).map((row) => row.map(cell)),
    ),
    ...(refused.length === 0
      ? []
      : [
          '## What does not hold',
          ...refused.map(
            (proof) =>
              `- **${cell(proof.lab)}**, ${proof.seed}, ${nameOfProof(proof)}\n${proof.reasons.map((reason) => `  - ${cell(reason)}`).join('\n')}`,
          ),
        ]),
    ...(survivors.length === 0
      ? []
      : [
          '## Mistakes in checks that no proof notices',
          table(
            ['lab', 'check', 'mistake'],
            survivors.map(({ lab, checkId, change }) => [cell(lab), cell(checkId), code(change)]),
          ),
        ]),
    '## The slowest',
    table(
      ['lab', 'seed', 'proof', 'seconds'],
      summary.slowest.map((proof) => [proof.lab, proof.seed, nameOfProof(proof), proof.seconds.toFixed(1)].map(cell)),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** A text on one line that breaks out of no cell. */
function cell(text: string): string {
  return oneLine(text).replaceAll('<', '&lt;');
}

/** To the letter: with more backticks around it than it has within. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${oneLine(text)}${fence}` : `${fence} ${oneLine(text)} ${fence}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}
