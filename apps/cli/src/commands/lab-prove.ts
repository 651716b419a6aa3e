import { providerNames, type ProviderName } from '@kubedan/clusters';
import type { Lab } from '@kubedan/labs';
import {
  mutateChecks,
  runProofs,
  scoreOf,
  summarize,
  tasksOf,
  type MutationReport,
  type Proof,
  type ProvingReport,
  type Recording,
} from '@kubedan/proving';
import { Command, InvalidArgumentError, Option } from 'commander';
import { paint, print, printJson, UserError } from '../output.js';
import { describeMutation, describeProof, describeSummary } from '../prove/describe.js';
import { findLabs } from '../prove/find-labs.js';
import { reportFile } from '../prove/report-file.js';
import { onStage, proofsAtOnce } from '../prove/stage.js';

interface Options {
  all?: boolean;
  provider: ProviderName;
  seeds: number;
  json?: boolean;
  mutate: boolean;
  /** Percent. */
  minMutation?: number;
  report?: string;
}

export const labProveCommand = new Command('prove')
  .description(
    'Prove labs: nothing passes at the start, the solution passes, each wrong answer is caught, the texts are right',
  )
  .argument('[lab...]', 'folders or names of labs')
  .option('--all', 'every lab of this installation')
  .addOption(new Option('--provider <name>', 'on which clusters').choices([...providerNames]).default('embedded'))
  .option('--seeds <n>', 'for how many seeds', wholeFrom1, 3)
  .option('--no-mutate', 'do not put mistakes into the checks to see whether the proofs would notice')
  .option(
    '--min-mutation <percent>',
    'so many of the mistakes must be noticed, for each lab; exit status 1 below',
    percent,
  )
  .option('--report <file>', 'write a report, too: one .html or .md file')
  .option('--json', 'print the proofs as JSON')
  .action(async (names: string[], options: Options) => {
    if (names.length === 0 && !options.all) throw new UserError('Name a lab or its folder, or say --all.', 2);
    if (options.minMutation !== undefined && !options.mutate)
      throw new UserError('--min-mutation asks for what --no-mutate leaves out. Say one of them.', 2);
    const writeReport = options.report === undefined ? undefined : await reportFile(options.report);
    const labs = await findLabs(names, options.all ?? false);
    const report = await prove(labs, options);
    const { proofs, mutation, summary } = report;
    const { failed } = summary.total;
    const low = mutation.filter((one) => scoreOf([one]).percent < (options.minMutation ?? 0));
    if (options.json) printJson({ proofs, failed, ...(options.mutate ? { mutation } : {}), summary });
    else {
      for (const one of mutation) print(describeMutation(one));
      print(describeSummary(report));
      for (const one of low)
        print(
          `${one.lab}: ${scoreOf([one]).percent} % of the mistakes are noticed, fewer than ${options.minMutation} %.`,
        );
    }
    await writeReport?.(report);
    if (failed > 0 || low.length > 0) process.exitCode = 1;
  });

async function prove(labs: readonly Lab[], options: Options): Promise<ProvingReport> {
  const startedAt = new Date();
  const begun = performance.now();
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new UserError('Interrupted.', 130)));
  }
  const recordings: Recording[] = [];
  const onRecording = (recording: Recording): void => void recordings.push(recording);
  if (!options.json) print(paint('dim', 'Preparing the first cluster …'));
  const proofs = await onStage(options.provider, interrupted.signal, (stage) =>
    runProofs(
      labs.flatMap((lab) =>
        Array.from({ length: options.seeds }, (_, index) =>
          tasksOf(lab, `seed-${index + 1}`, options.mutate ? { ...stage, onRecording } : stage),
        ).flat(),
      ),
      proofsAtOnce(options.provider),
      (proof) => options.json || print(describeProof(proof)),
    ),
  );
  const mutation = mutationOf(labs, proofs, recordings);
  return {
    provider: options.provider,
    startedAt,
    wallSeconds: (performance.now() - begun) / 1000,
    proofs,
    mutation,
    summary: summarize(proofs, mutation),
  };
}

/** Mistakes are put into the checks of labs that are proved; of others the proofs say enough. */
function mutationOf(
  labs: readonly Lab[],
  proofs: readonly Proof[],
  recordings: readonly Recording[],
): MutationReport[] {
  const refused = new Set(proofs.filter(({ ok }) => !ok).map(({ lab }) => lab));
  return labs.flatMap((lab) => {
    if (refused.has(lab.name)) return [];
    return mutateChecks(recordings.filter(({ bound }) => bound.lab === lab)) ?? [];
  });
}

function wholeFrom1(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 to 999 is allowed.');
  return Number(text);
}

function percent(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100)
    throw new InvalidArgumentError('a whole number from 0 to 100 is allowed.');
  return Number(text);
}
