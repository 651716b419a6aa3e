// Writes the figures of the self-test's simulation into docs/placement.md, after `tsc -b libs/placement`.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadBank } from '../../libs/placement/dist/index.js';
import { documentedSimulation, formatReport } from '../../libs/placement/dist/simulation-report.js';

const file = fileURLToPath(new URL('../../docs/placement.md', import.meta.url));
const [begin, end] = ['<!-- simulation -->\n\n', '\n\n<!-- /simulation -->'];
const text = await readFile(file, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`${file} has no place for the simulation: ${begin.trim()} … ${end.trim()}`);
const report = formatReport(documentedSimulation(await loadBank()));
await writeFile(file, text.slice(0, from + begin.length) + report + text.slice(to));
