import { type ProgramName, programNames, type ProgramProgress } from '@kubedan/binaries';
import { Command } from 'commander';
import { paint, print, printJson, table, UserError } from '../output.js';
import { findAsConfigured } from '../programs.js';

export const programsCommand = new Command('programs')
  .description('Find, download or build etcd, Kubernetes, kubectl and helm, and say where they are')
  .option('--kind', 'kind too, for real clusters where Docker runs')
  .option('--json', 'print their paths as JSON')
  .action(async ({ json, kind }: { json?: boolean; kind?: boolean }) => {
    const names: readonly ProgramName[] = kind ? [...programNames, 'kind'] : programNames;
    const interrupted = new AbortController();
    process.once('SIGINT', () =>
      interrupted.abort(new UserError('Interrupted. What was fetched so far is kept.', 130)),
    );
    const found = await findAsConfigured(names, json ? undefined : new ProgressLines().hear, interrupted.signal);
    if (json) printJson(found);
    else print(table(Object.entries(found).map(([name, file]) => [paint('green', '✓'), name, file])));
  });

/** Says each change of phase, and every tenth of the way. */
class ProgressLines {
  readonly #said = new Map<string, string>();

  readonly hear = ({ program, phase, done, total, unit, secondsLeft, message }: ProgramProgress): void => {
    const tenth = done !== undefined && total ? Math.floor((10 * done) / total) : 0;
    const key = `${phase} ${tenth}`;
    if (phase === 'looking' || phase === 'ready' || this.#said.get(program) === key) return;
    this.#said.set(program, key);
    const share = done !== undefined && total ? ` ${Math.round((100 * done) / total)} % of ${amount(total, unit)}` : '';
    const left = secondsLeft === undefined ? '' : `, about ${Math.ceil(secondsLeft)} s left`;
    print(`${program}: ${phase}${share}${left}${message === undefined ? '' : ` (${message})`}`);
  };
}

function amount(total: number, unit: ProgramProgress['unit']): string {
  return unit === 'bytes' ? `${(total / 1e6).toFixed(0)} MB` : `${total} ${unit ?? ''}`;
}
