import { columns, nameOfProof, rowsOf, verdictOf, type ProvingReport } from './proving-report.js';

/** @returns the report as one HTML file that needs nothing else: no script, no font, no picture */
export function htmlReport(report: ProvingReport): string {
  const { proofs, mutation, summary, provider, startedAt } = report;
  const refused = proofs.filter(({ ok }) => !ok);
  const labs = summary.labs.map(({ lab }) => ({
    lab,
    proofs: proofs.filter((proof) => proof.lab === lab),
    survivors: mutation.find((one) => one.lab === lab)?.survivors ?? [],
  }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Proofs</title>
<style>${style}</style>
</head>
<body>
<h1>Proofs</h1>
<p class="${refused.length === 0 ? 'good' : 'bad'}">${text(verdictOf(report))}</p>
<p>On ${text(provider)} clusters, <time datetime="${startedAt.toISOString()}">${startedAt.toISOString()}</time>. Several proofs run at a time; the seconds are those of each, added up.</p>
${table(columns, rowsOf(report), 'labs')}
${refused.length === 0 ? '' : `<h2>What does not hold</h2>\n<ul>${refused.map((proof) => `<li><b>${text(proof.lab)}</b>, ${text(proof.seed)}, ${text(nameOfProof(proof))}<ul>${proof.reasons.map((reason) => `<li>${text(reason)}</li>`).join('')}</ul></li>`).join('\n')}</ul>`}
<h2>The slowest</h2>
${table(
  ['lab', 'seed', 'proof', 'seconds'],
  summary.slowest.map((proof) => [proof.lab, proof.seed, nameOfProof(proof), proof.seconds.toFixed(1)]),
)}
<h2>Lab by lab</h2>
${labs
  .map(
    ({ lab, proofs, survivors }) => `<details><summary>${text(lab)}</summary>
${table(
  ['seed', 'proof', 'holds', 'seconds'],
  proofs.map((proof) => [proof.seed, nameOfProof(proof), proof.ok ? 'yes' : 'no', proof.seconds.toFixed(1)]),
)}
${survivors.length === 0 ? '' : `<h3>Mistakes in its checks that no proof notices</h3>\n<ul>${survivors.map(({ checkId, change }) => `<li>${text(checkId)}: <code>${text(change)}</code></li>`).join('')}</ul>`}
</details>`,
  )
  .join('\n')}
</body>
</html>
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], name = ''): string {
  const line = (cells: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map((cell) => `<${tag}${tag === 'th' ? ' scope="col"' : ''}>${text(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="table"><table class="${name}"><thead>${line(head, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('\n')}</tbody></table></div>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Labs come from anywhere: what they say is text. */
function text(raw: string): string {
  return raw.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.good { color: light-dark(#1c6b3f, #7fd3a1); font-weight: 600; }
.bad { color: light-dark(#a3231b, #ff9d94); font-weight: 600; }
.table { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: .3rem .9rem .3rem 0; text-align: start; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.labs tbody tr:last-child { font-weight: 600; }
summary { cursor: pointer; padding: .3rem 0; font-weight: 600; }
code { font-family: ui-monospace, monospace; }
`;
