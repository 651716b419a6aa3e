import {
  type ClusterProvider,
  EmbeddedProvider,
  type EmbeddedProviderOptions,
  kindProviderHere,
  providerNames,
} from '@kubedan/clusters';
import { formatIssue, LabInvalidError, loadCatalogue, loadLab, type Lab } from '@kubedan/labs';
import {
  mutateChecks,
  ReusedClusters,
  runProofs,
  tasksOf,
  type MutationReport,
  type Proof,
  type Recording,
  type Stage,
} from '@kubedan/proving';
import { readConfig } from '@kubedan/server/config';
import { SandboxHost } from '@kubedan/shell';
import { Command, InvalidArgumentError, Option } from 'commander';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { paint, print, printJson, UserError } from '../output.js';
import { labsDir } from '../places.js';
import { cacheDir, findAsConfigured } from '../programs.js';

/** Real clusters at a time: each takes half a gigabyte of memory and a processor while it starts. */
const realAtOnce = Math.min(6, availableParallelism());

interface Options {
  all?: boolean;
  provider: string;
  seeds: number;
  json?: boolean;
  mutate: boolean;
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
  .option('--json', 'print the proofs as JSON')
  .action(async (names: string[], options: Options) => {
    if (names.length === 0 && !options.all) throw new UserError('Name a lab or its folder, or say --all.', 2);
    const labs = await find(names, options.all ?? false);
    const interrupted = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.once(name, () => interrupted.abort(new UserError('Interrupted.', 130)));
    }
    const recordings: Recording[] = [];
    const onRecording = (recording: Recording): void => void recordings.push(recording);
    const proofs = await onStage(options, interrupted.signal, (stage) =>
      runProofs(
        labs.flatMap((lab) =>
          Array.from({ length: options.seeds }, (_, index) =>
            tasksOf(lab, `seed-${index + 1}`, options.mutate ? { ...stage, onRecording } : stage),
          ).flat(),
        ),
        options.provider === 'embedded' ? 2 * availableParallelism() : realAtOnce,
        (proof) => options.json || print(describe(proof)),
      ),
    );
    const failed = proofs.filter(({ ok }) => !ok).length;
    const mutation = mutationOf(labs, proofs, recordings);
    if (options.json) printJson({ proofs, failed, ...(options.mutate ? { mutation } : {}) });
    else {
      for (const report of mutation) print(describeMutation(report));
      print(failed === 0 ? `All ${proofs.length} proofs hold.` : `${failed} of ${proofs.length} proofs do not hold.`);
    }
    if (failed > 0) process.exitCode = 1;
  });

/** Sets the stage for rehearsals, in a folder that is gone afterwards. */
async function onStage<T>(options: Options, signal: AbortSignal, action: (stage: Stage) => Promise<T>): Promise<T> {
  const probe = await SandboxHost.probe();
  if (!probe.available)
    throw new UserError(`Labs' scripts run in a sandbox, and there is none here: ${probe.reason} ${probe.remedy}`);
  const programs = await findAsConfigured(
    ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'helm'],
    undefined,
    signal,
  );
  const dir = await mkdtemp(path.join(tmpdir(), 'kdp-'));
  try {
    if (!options.json) print(paint('dim', 'Preparing the first cluster …'));
    await using provider = await providerOf(options, path.join(dir, 'c'), programs, signal);
    await using sandboxes = new SandboxHost({
      dir: path.join(dir, 'b'),
      tools: { kubectl: programs.kubectl, helm: programs.helm },
    });
    return await action({ provider, sandboxes, dir, signal });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Real clusters take many seconds to make: a few are used again and again. */
async function providerOf(
  { provider: name }: Options,
  dir: string,
  programs: Awaited<ReturnType<EmbeddedProviderOptions['programs']>>,
  signal: AbortSignal,
): Promise<ClusterProvider> {
  if (name === 'embedded') {
    const planes = new EmbeddedProvider({
      dir,
      programs: async () => programs,
      planes: { brief: true, preparedDir: path.join(cacheDir(), 'prepared') },
    });
    await planes.prepare(signal);
    return planes;
  }
  const { KUBEDAN_NODE_IMAGE: image } = readConfig(process.env).clusters;
  const kind = kindProviderHere({
    dir,
    find: async (program, limit) => (await findAsConfigured([program], undefined, limit))[program],
    image,
  });
  await kind.prepare(signal);
  const availability = await kind.probe();
  if (!availability.usable) throw new UserError(`${availability.reason.en} ${availability.remedy.en}`);
  return new ReusedClusters(kind, realAtOnce, signal);
}

async function find(names: readonly string[], all: boolean): Promise<Lab[]> {
  const { labs, invalid } = await loadCatalogue(labsDir());
  try {
    const named = await Promise.all(
      names.map(async (name) => {
        if (name.includes('/') || existsSync(path.join(name, 'lab.yaml'))) return loadLab(name);
        const broken = invalid.find(({ dir }) => path.basename(dir) === name);
        if (broken !== undefined) throw broken.error;
        const lab = labs.find((one) => one.name === name);
        if (lab === undefined)
          throw new UserError(`There is no lab ${name}. There are: ${labs.map((one) => one.name).join(', ')}.`);
        return lab;
      }),
    );
    if (all && invalid[0] !== undefined) throw invalid[0].error;
    return all ? labs : named;
  } catch (error) {
    if (error instanceof LabInvalidError)
      throw new UserError(error.issues.map((issue) => path.join(error.dir, formatIssue(issue))).join('\n'));
    throw error;
  }
}

function describe({ lab, seed, kind, answer, ok, reasons, seconds }: Proof): string {
  const head = `${ok ? paint('green', '✓') : paint('red', '✗')} ${lab} ${seed} ${kind}${answer === undefined ? '' : ` ${answer}`}  ${paint('dim', `${seconds.toFixed(1)} s`)}`;
  return [head, ...reasons.map((reason) => `    ${reason}`)].join('\n');
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

function describeMutation({ lab, mutants, noticed, survivors }: MutationReport): string {
  const share = Math.floor((100 * noticed) / mutants);
  const head = `${lab}: ${noticed} of ${mutants} mistakes in its checks are noticed by a proof (${share} %)`;
  return [
    head,
    ...survivors.map(({ checkId, change }) => `    ${paint('dim', 'not noticed:')} ${checkId}: ${change}`),
  ].join('\n');
}

function wholeFrom1(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 to 999 is allowed.');
  return Number(text);
}
