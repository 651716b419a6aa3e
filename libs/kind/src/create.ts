import { type CommandOutcome, DockerNotRunningError, ProcessGroup, succeeded } from '@kubedan/docker';
import { access } from 'node:fs/promises';
import { type Circumstances, kindError } from './classify.js';
import { type Clients, containersOf, removeContainers, removeKubeconfig } from './clean-up.js';
import { type KindConfig, kindConfigSchema } from './config.js';
import { KindInvalidError, KindTimeoutError, KubeconfigTakenError, LeftBehindError, NameTakenError } from './errors.js';
import type { KindCli } from './kind-cli.js';
import { lastWordsOf } from './last-words.js';
import { checkName, checkNodeNames } from './name.js';
import { type KindStep, StepReader } from './steps.js';

export interface CreateOptions {
  name: string;
  config?: KindConfig;
  /** Node image of all nodes; those of the configuration give way to it. Default: the one that this kind was made for. */
  image?: string;
  /** File that the cluster's credentials (of its administrator) are written to. It must not be there yet. */
  kubeconfigPath: string;
  /** Milliseconds for all of it. */
  deadlineMs: number;
  /**
   * Milliseconds that the control plane's node gets to be Ready, 0 for not to wait. kind asks again and again without a pause,
   * which costs a processor: those who can watch better do so themselves. Default: what the deadline leaves.
   */
  waitMs?: number;
  /** Cancels. */
  signal?: AbortSignal;
  /** Hears each step as it begins and ends. When it throws, the creation is cancelled and that error is thrown. */
  onStep?: (step: KindStep) => void;
}

/**
 * Makes a cluster. When it fails, is cancelled or runs out of time, nothing is left: no container, no volume, no kubeconfig, no
 * lock; this is waited for, and LeftBehindError thrown where it cannot be had (Docker went away).
 * @throws KindInvalidError, KubeconfigTakenError, NameTakenError, ImageMissingError, PortTakenError, NodeNotReadyError,
 *   InotifyLimitError, KindTimeoutError, KindMissingError, KindFailedError, Docker's errors, or the signal's reason
 */
export async function create(cli: KindCli, options: CreateOptions): Promise<void> {
  const { name, kubeconfigPath, signal, deadlineMs } = options;
  const config = checked(options);
  signal?.throwIfAborted();
  const isThere = await access(kubeconfigPath).then(
    () => true,
    () => false,
  );
  if (isThere) throw new KubeconfigTakenError(kubeconfigPath);

  const args = argumentsOf(options);
  const begun = cli.clock();
  // kind asks too, but later: from here on all that bears this name is of our making, and may be removed.
  if (await isTaken(cli, options)) throw new NameTakenError(name, neverStarted(args));

  const steps = new StepReader(options.onStep ?? (() => {}), cli.clock);
  let group = new ProcessGroup(undefined);
  try {
    const outcome = await cli.outcome(args, {
      input: JSON.stringify(config),
      timeoutMs: Math.max(1, deadlineMs - (cli.clock() - begun)),
      signal,
      onErrorLine: steps.read,
      onGroup: (it) => (group = it),
    });
    if (succeeded(outcome) && !steps.readyTimedOut) return;
    throw await meaningOf(
      cli,
      { ...outcome, ...(outcome.timedOutAfterMs === undefined ? {} : { timedOutAfterMs: deadlineMs }) },
      steps,
      name,
    );
  } catch (error) {
    // Containers are made at this step alone, and kind says so before it begins.
    const making = steps.failed === 'nodes';
    try {
      steps.end();
    } finally {
      await leaveNothing(cli, options, { group, making, error });
    }
    throw error;
  }
}

function checked({ name, config = {}, deadlineMs, waitMs = 0 }: CreateOptions) {
  checkName(name);
  // A timer of Node takes 2^31 ms at most, and fires at once when it is given more.
  if (!(deadlineMs > 0 && deadlineMs < 2 ** 31)) {
    throw new KindInvalidError([{ path: 'deadlineMs', message: 'it has to be above 0 and below 2^31' }]);
  }
  if (!(waitMs >= 0)) throw new KindInvalidError([{ path: 'waitMs', message: 'it has to be 0 or above' }]);
  const result = kindConfigSchema.safeParse(config);
  if (!result.success) {
    throw new KindInvalidError(result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
  }
  checkNodeNames(name, config);
  return result.data;
}

function argumentsOf({ name, image, kubeconfigPath, deadlineMs, waitMs }: CreateOptions): string[] {
  const wait = Math.min(waitMs ?? deadlineMs, deadlineMs);
  return [
    'create',
    'cluster',
    `--name=${name}`,
    '--config=-',
    `--kubeconfig=${kubeconfigPath}`,
    // kind would remove the nodes before anybody could ask them what was wrong.
    '--retain',
    ...(image === undefined ? [] : [`--image=${image}`]),
    ...(wait > 0 ? [`--wait=${Math.ceil(wait)}ms`] : []),
  ];
}

async function meaningOf(cli: KindCli, outcome: CommandOutcome, steps: StepReader, cluster: string): Promise<Error> {
  const step = steps.readyTimedOut ? 'ready' : steps.failed;
  const circumstances: Circumstances = { cluster, step };
  // Nodes that were never begun have nothing to say.
  if (step !== undefined && step !== 'image') {
    const nodes = await containersOf(cli.docker, cluster).catch((error: unknown) => error);
    // It explains whatever kind says, which may be no more than that a log could not be read.
    if (nodes instanceof DockerNotRunningError) return nodes;
    if (Array.isArray(nodes)) circumstances.lastWords = await lastWordsOf(cli.docker, nodes);
  }
  return kindError(outcome, circumstances);
}

async function leaveNothing(
  cli: KindCli,
  { name, kubeconfigPath }: CreateOptions,
  { error, ...clients }: Clients & { error: unknown },
): Promise<void> {
  // Another process took the name in the same moment: the containers may be that one's.
  if (error instanceof NameTakenError) return;
  try {
    await removeContainers(cli, name, clients);
    await removeKubeconfig(kubeconfigPath);
  } catch (why) {
    clients.group.end();
    throw new LeftBehindError(name, why, error);
  }
}

/** A Docker that hangs must not make this longer than the deadline either. */
async function isTaken(cli: KindCli, options: CreateOptions): Promise<boolean> {
  const { name, signal, deadlineMs } = options;
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const existing = await containersOf(cli.docker, name, signal ? AbortSignal.any([signal, deadline]) : deadline);
    return existing.length > 0;
  } catch (error) {
    signal?.throwIfAborted();
    if (!deadline.aborted) throw error;
    const outcome = { ...neverStarted(argumentsOf(options)), timedOutAfterMs: deadlineMs };
    throw new KindTimeoutError(undefined, [], outcome);
  }
}

function neverStarted(args: readonly string[]): CommandOutcome {
  return {
    command: ['kind', ...args],
    stdout: '',
    stderr: '',
    exitCode: undefined,
    endedBy: undefined,
    startError: undefined,
    timedOutAfterMs: undefined,
  };
}
