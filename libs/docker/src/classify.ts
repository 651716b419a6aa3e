import type { CommandError } from './command-error.js';
import type { CommandOutcome } from './command.js';
import {
  ContainerNotFoundError,
  ContainerNotRunningError,
  DockerDeniedError,
  DockerDiskFullError,
  DockerFailedError,
  DockerMissingError,
  DockerNotRunningError,
  DockerTimeoutError,
  ImageMissingError,
} from './errors.js';

/** In this order: a daemon that cannot be reached explains whatever else is said. Docker 20 to 29 word some differently. */
const meanings: readonly [pattern: RegExp, meaning: new (outcome: CommandOutcome) => CommandError][] = [
  [/exec: "docker": executable file not found/, DockerMissingError],
  [/permission denied while trying to connect to the docker/i, DockerDeniedError],
  [
    /cannot connect to the docker daemon|failed to connect to the docker api|error during connect|is the docker daemon running|error response from daemon: .*(shutting down|context canceled)|^unexpected EOF$/im,
    DockerNotRunningError,
  ],
  [/no space left on device/i, DockerDiskFullError],
];

const ofOneContainer: typeof meanings = [
  [
    /no such image|failed to pull image|pull access denied|manifest unknown|manifest for .* not found/i,
    ImageMissingError,
  ],
  [/no such (container|object)/i, ContainerNotFoundError],
  [/container \S+ is not running/i, ContainerNotRunningError],
];

/**
 * What a failure says of Docker itself, whichever command told it: for wrappers of programs that run docker in turn.
 * @returns DockerMissingError, DockerDeniedError, DockerNotRunningError, DockerDiskFullError, or undefined for none of these
 */
export function dockerTrouble(outcome: CommandOutcome): CommandError | undefined {
  const Meaning = meanings.find(([pattern]) => pattern.test(outcome.stderr))?.[1];
  return Meaning && new Meaning(outcome);
}

/** @returns the error that tells what a failed docker command means */
export function dockerError(outcome: CommandOutcome): CommandError {
  if (outcome.startError !== undefined) return new DockerMissingError(outcome);
  if (outcome.timedOutAfterMs !== undefined) return new DockerTimeoutError(outcome);
  const trouble = dockerTrouble(outcome);
  if (trouble) return trouble;
  const Meaning = ofOneContainer.find(([pattern]) => pattern.test(outcome.stderr))?.[1] ?? DockerFailedError;
  return new Meaning(outcome);
}
