import { type CommandError, type CommandOutcome, dockerTrouble, ImageMissingError } from '@kubedan/docker';
import {
  ClusterNotFoundError,
  InotifyLimitError,
  KindFailedError,
  KindMissingError,
  KindTimeoutError,
  type LastWords,
  NameTakenError,
  NodeNotReadyError,
  PortTakenError,
} from './errors.js';
import type { KindStepName } from './steps.js';

/** What is known of a failure besides the command's own words. */
export interface Circumstances {
  cluster?: string;
  step?: KindStepName | undefined;
  lastWords?: readonly LastWords[];
}

/** systemd, the kubelet, kube-proxy and containerd each say it their way. */
const tooFewWatches =
  /(inotify|fsnotify|file ?watch|control group).*(too many open files|no space left on device)|too many open files.*(inotify|fsnotify|watch)|inotify watch limit reached|user limit on (the total number of )?inotify/i;
const portTaken =
  /port is already allocated|address already in use|ports are not available|port (\d+) is already in use|failed to bind (host )?port/i;
const notReady =
  /failed to (init|join) node with kubeadm|could not find a log line that matches|failed to read logs|Timed out waiting for Ready/;

/** @returns the error that tells what a failed kind command means */
export function kindError(outcome: CommandOutcome, circumstances: Circumstances = {}): CommandError {
  const { stderr } = outcome;
  const { cluster, step, lastWords = [] } = circumstances;
  const everything = [stderr, ...lastWords.map(({ text }) => text)].join('\n');

  // 126 and 127: what was found is a script without its interpreter, or made for another kind of machine.
  if (outcome.startError !== undefined || outcome.exitCode === 126 || outcome.exitCode === 127) {
    return new KindMissingError(outcome);
  }
  // Before time over: a node that lacks watches is never ready, however long one waits.
  if (tooFewWatches.test(everything)) return new InotifyLimitError(outcome);
  if (outcome.timedOutAfterMs !== undefined) return new KindTimeoutError(step, lastWords, outcome);
  const trouble = dockerTrouble(outcome);
  if (trouble) return trouble;

  const existing = /node\(s\) already exist for a cluster with the name "([^"]*)"/.exec(stderr)?.[1];
  const conflict = /container name "\/?(\S+)" is already in use/.test(stderr);
  if (existing !== undefined || (conflict && cluster !== undefined)) {
    return new NameTakenError(existing ?? cluster ?? '', outcome);
  }
  if (portTaken.test(stderr)) return new PortTakenError(takenPort(stderr), outcome);
  const image =
    /failed to pull image "([^"]*)"/.exec(stderr)?.[1] ?? /image: "([^"]*)" not present locally/.exec(stderr)?.[1];
  if (image !== undefined) return new ImageMissingError(outcome, image);
  if (
    /no nodes found for cluster|unknown cluster|unknown node: |could not locate any control plane nodes/.test(stderr)
  ) {
    return new ClusterNotFoundError(outcome);
  }
  if (notReady.test(stderr)) return new NodeNotReadyError(step, lastWords, outcome);
  return new KindFailedError(outcome, lastWords);
}

/** Docker names it in `Bind for 0.0.0.0:8080 failed` or `listen tcp4 127.0.0.1:8080: bind:`. */
function takenPort(stderr: string): number | undefined {
  const said =
    /(?:Bind for|listen (?:tcp|udp|sctp)[46]?|(?:host )?port for|exposing port \w+) \S*?:(\d+)(?=[\s:/])/i.exec(
      stderr,
    )?.[1] ?? /port (\d+) is already in use/.exec(stderr)?.[1];
  return said === undefined ? undefined : Number(said);
}
