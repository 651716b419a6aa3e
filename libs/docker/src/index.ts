export { dockerTrouble } from './classify.js';
export { type CommandOutcome, type CommandRequest, runCommand, succeeded } from './command.js';
export { CommandError, lastWordOf } from './command-error.js';
export { Docker } from './docker.js';
export type { DockerOptions } from './docker-cli.js';
export {
  ContainerNotFoundError,
  ContainerNotRunningError,
  DockerDeniedError,
  DockerDiskFullError,
  DockerFailedError,
  DockerMissingError,
  DockerNotRunningError,
  DockerTimeoutError,
  ImageMissingError,
  SubnetTakenError,
} from './errors.js';
export type { ContainerAction, ContainerEvent, EventsOptions } from './events.js';
export type { ExecOptions, ExecResult } from './exec.js';
export type { LongCallOptions } from './images.js';
export type { DockerInfo, InfoOptions } from './info.js';
export type { Container, ContainerStatus } from './inspect.js';
export type { StopOptions } from './lifecycle.js';
export type { ListContainersOptions } from './list-containers.js';
export type { Network, NetworkRequest } from './networks.js';
export type { DockerProbe } from './probe.js';
export { ProcessGroup } from './process-group.js';
export { redact } from './redact.js';
export type { ContainerLimits } from './update.js';
