import { CommandError, type CommandOutcome, lastWordOf } from '@kubedan/docker';
import type { KindStepName } from './steps.js';

/** What was asked cannot be: found before kind or Docker were asked. */
export class KindInvalidError extends Error {
  override readonly name = 'KindInvalidError';
  /** Where and what, for each: paths as in `nodes.0.role`. */
  readonly issues: readonly { path: string; message: string }[];
  constructor(issues: readonly { path: string; message: string }[]) {
    super(`Not a cluster that kind can make. ${issues.map(({ path, message }) => `${path}: ${message}.`).join(' ')}`);
    this.issues = issues;
  }
}

/** There is no kind command, or it does not run on this machine. */
export class KindMissingError extends CommandError {
  override readonly name = 'KindMissingError';
  constructor(outcome: CommandOutcome) {
    super(
      `kind cannot be run (${outcome.startError ?? lastWordOf(outcome)}).`,
      'Install it (https://kind.sigs.k8s.io), or have it fetched.',
      outcome,
    );
  }
}

/** A cluster of that name is there already; it was left as it is. */
export class NameTakenError extends CommandError {
  override readonly name = 'NameTakenError';
  readonly cluster: string;
  constructor(cluster: string, outcome: CommandOutcome) {
    super(
      `A cluster named ${cluster} is there already.`,
      `Take another name, or remove it with kind delete cluster --name ${cluster}.`,
      outcome,
    );
    this.cluster = cluster;
  }
}

/** The file for the kubeconfig is there already: each cluster has one of its own. */
export class KubeconfigTakenError extends Error {
  override readonly name = 'KubeconfigTakenError';
  readonly path: string;
  constructor(path: string) {
    super(`${path} is there already. Each cluster gets a kubeconfig file of its own: name one that is not there yet.`);
    this.path = path;
  }
}

/** No cluster, or no node of it, has that name. */
export class ClusterNotFoundError extends CommandError {
  override readonly name = 'ClusterNotFoundError';
  constructor(outcome: CommandOutcome) {
    super(`${saidByKind(outcome)}.`, 'kind get clusters lists those that are there.', outcome);
  }
}

/** A port of the host that the cluster was to have is in use. */
export class PortTakenError extends CommandError {
  override readonly name = 'PortTakenError';
  readonly port: number | undefined;
  constructor(port: number | undefined, outcome: CommandOutcome) {
    super(
      `Port ${port ?? 'of the host'} is in use.`,
      'Stop what listens there, or leave the port out to get a free one.',
      outcome,
    );
    this.port = port;
  }
}

/** A node's last words, from the node itself. */
export interface LastWords {
  node: string;
  /** Of its container when it was asked, e.g. `running` or `exited`. */
  status: string;
  /** The last lines of the kubelet's journal, or of the container's own log where there is no journal. */
  text: string;
}

/** A node did not come up in the time it had, or its kubelet did not. */
export class NodeNotReadyError extends CommandError {
  override readonly name = 'NodeNotReadyError';
  /** The step at which it stopped. */
  readonly step: KindStepName | undefined;
  readonly lastWords: readonly LastWords[];
  constructor(step: KindStepName | undefined, lastWords: readonly LastWords[], outcome: CommandOutcome) {
    const last = lastWords.map(({ node, text }) => `${node}: ${text.split('\n').at(-1) ?? ''}`).join(' ');
    super(
      `A node did not become ready${step === undefined ? '' : ` (${step})`}. ${last}`.trim(),
      'Often the machine has too little memory or disk, or the node image does not fit its control groups: the last words of the kubelet tell.',
      outcome,
    );
    this.step = step;
    this.lastWords = lastWords;
  }
}

/** The kernel lets this user watch too few files: one node takes several watches for itself and each of its pods. */
export class InotifyLimitError extends CommandError {
  override readonly name = 'InotifyLimitError';
  constructor(outcome: CommandOutcome) {
    super(
      'The limits on inotify are too low for one more node.',
      'Raise them: sudo sysctl fs.inotify.max_user_instances=1024 fs.inotify.max_user_watches=524288.',
      outcome,
    );
  }
}

/** kind took longer than it was given; what it had made is gone. */
export class KindTimeoutError extends CommandError {
  override readonly name = 'KindTimeoutError';
  readonly step: KindStepName | undefined;
  readonly lastWords: readonly LastWords[];
  constructor(step: KindStepName | undefined, lastWords: readonly LastWords[], outcome: CommandOutcome) {
    super(
      `kind ${outcome.command[1] ?? ''} took longer than ${(outcome.timedOutAfterMs ?? 0) / 1000} s${step === undefined ? '' : ` (it was at: ${step})`}.`,
      'Give it more time, or see what keeps this machine or Docker busy.',
      outcome,
    );
    this.step = step;
    this.lastWords = lastWords;
  }
}

/** A creation failed or was cancelled, and what it had made could not all be removed. */
export class LeftBehindError extends Error {
  override readonly name = 'LeftBehindError';
  readonly cluster: string;
  /** Why the creation ended is in `cause`. @param why removing failed */
  constructor(cluster: string, why: unknown, cause: unknown) {
    super(
      `Parts of the cluster ${cluster} may be left, as they could not be removed: ${why instanceof Error ? why.message : String(why)} When Docker answers again, remove them with kind delete cluster --name ${cluster}.`,
      { cause },
    );
    this.cluster = cluster;
  }
}

/** kind failed for another reason; what it said is in the message, the rest in `stderr`. */
export class KindFailedError extends CommandError {
  override readonly name = 'KindFailedError';
  readonly lastWords: readonly LastWords[];
  constructor(outcome: CommandOutcome, lastWords: readonly LastWords[] = []) {
    super(
      `kind ${outcome.command.slice(1, 3).join(' ')} failed: ${saidByKind(outcome)}.`,
      'All that it said is in stderr; https://kind.sigs.k8s.io/docs/user/known-issues lists what is known.',
      outcome,
    );
    this.lastWords = lastWords;
  }
}

/** What kind says after `ERROR:`, else the last line. */
function saidByKind(outcome: CommandOutcome): string {
  const said = /^ERROR: (.*)$/m.exec(outcome.stderr)?.[1] ?? lastWordOf(outcome);
  return said.slice(0, 400).replace(/[.]+$/, '');
}
