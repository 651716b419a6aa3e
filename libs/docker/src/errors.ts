import { CommandError, lastWordOf } from './command-error.js';
import type { CommandOutcome } from './command.js';

/** There is no docker command. */
export class DockerMissingError extends CommandError {
  override readonly name = 'DockerMissingError';
  constructor(outcome: CommandOutcome) {
    super(
      'The docker command is not there.',
      'Install Docker (https://docs.docker.com/engine/install) and see that docker is on the PATH.',
      outcome,
    );
  }
}

/** Nobody answers where the docker command looks for the daemon, or it went away in the middle. */
export class DockerNotRunningError extends CommandError {
  override readonly name = 'DockerNotRunningError';
  constructor(outcome: CommandOutcome) {
    super(
      `Docker is not running: ${lastWordOf(outcome).replace(/ Is the docker daemon running\?$/, '')}.`.replace(
        /\.+$/,
        '.',
      ),
      process.platform === 'linux'
        ? 'Start it (sudo systemctl start docker), or set DOCKER_HOST when it listens elsewhere.'
        : 'Start Docker Desktop, or set DOCKER_HOST when it listens elsewhere.',
      outcome,
    );
  }
}

/** The daemon is there, but this user may not speak to it. */
export class DockerDeniedError extends CommandError {
  override readonly name = 'DockerDeniedError';
  constructor(outcome: CommandOutcome) {
    super(
      'This user may not speak to Docker.',
      'Add yourself to its group (sudo usermod -aG docker "$USER") and log in again; members of that group are as mighty as root.',
      outcome,
    );
  }
}

/** Docker took longer than it was given. */
export class DockerTimeoutError extends CommandError {
  override readonly name = 'DockerTimeoutError';
  constructor(outcome: CommandOutcome) {
    super(
      `docker ${outcome.command[1] ?? ''} took longer than ${(outcome.timedOutAfterMs ?? 0) / 1000} s.`,
      'See whether docker ps answers; when it does not, restart Docker.',
      outcome,
    );
  }
}

/** No container has that name. */
export class ContainerNotFoundError extends CommandError {
  override readonly name = 'ContainerNotFoundError';
  constructor(outcome: CommandOutcome) {
    super(`${lastWordOf(outcome)}.`, 'docker ps --all lists those that are there.', outcome);
  }
}

/** The container is there, but what was asked needs it to run. */
export class ContainerNotRunningError extends CommandError {
  override readonly name = 'ContainerNotRunningError';
  constructor(outcome: CommandOutcome) {
    super(`${lastWordOf(outcome)}.`, 'Start it with docker start; docker logs says why it ended.', outcome);
  }
}

/** An image is neither here nor to be had. */
export class ImageMissingError extends CommandError {
  override readonly name = 'ImageMissingError';
  readonly image: string | undefined;
  constructor(outcome: CommandOutcome, image?: string) {
    super(
      `The image ${image ?? ''} is not here and cannot be pulled.`.replace('  ', ' '),
      'Check its name and that its registry can be reached, or load it from an archive with docker load.',
      outcome,
    );
    this.image = image;
  }
}

/** No space is left where Docker keeps images and containers. */
export class DockerDiskFullError extends CommandError {
  override readonly name = 'DockerDiskFullError';
  constructor(outcome: CommandOutcome) {
    super(
      'No space is left where Docker keeps its data.',
      'docker system df shows what takes it, and docker image prune frees some.',
      outcome,
    );
  }
}

/** The docker command failed for another reason; its last words are in the message, the rest in `stderr`. */
export class DockerFailedError extends CommandError {
  override readonly name = 'DockerFailedError';
  constructor(outcome: CommandOutcome) {
    super(
      `docker ${outcome.command[1] ?? ''} failed: ${lastWordOf(outcome)}.`.replace(/[.]+$/, '.'),
      'All that it said is in stderr; docker info tells whether Docker itself is well.',
      outcome,
    );
  }
}

/** The addresses that a network was to have are another's. */
export class SubnetTakenError extends CommandError {
  override readonly name = 'SubnetTakenError';
  constructor(outcome: CommandOutcome) {
    super(
      `The network's addresses are taken: ${lastWordOf(outcome)}.`,
      'Take other addresses; docker network ls lists the networks that are there.',
      outcome,
    );
  }
}
