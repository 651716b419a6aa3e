export {
  CommandError,
  DockerDeniedError,
  DockerDiskFullError,
  DockerMissingError,
  DockerNotRunningError,
  ImageMissingError,
} from '@kubedan/docker';
export type { BuildNodeImageOptions } from './build-node-image.js';
export { clusterLabel } from './clean-up.js';
export { type KindConfig, kindConfigSchema } from './config.js';
export type { CreateOptions } from './create.js';
export type { DeleteOptions } from './delete.js';
export {
  ClusterNotFoundError,
  InotifyLimitError,
  KindFailedError,
  KindInvalidError,
  KindMissingError,
  KindTimeoutError,
  KubeconfigTakenError,
  type LastWords,
  LeftBehindError,
  NameTakenError,
  NodeNotReadyError,
  PortTakenError,
} from './errors.js';
export type { ExportLogsOptions } from './export-logs.js';
export { Kind } from './kind.js';
export type { KindOptions } from './kind-cli.js';
export type { KubeconfigOptions } from './kubeconfig.js';
export type { LoadOptions } from './load.js';
export { checkName, nodeNames } from './name.js';
export type { KindStep, KindStepName } from './steps.js';
export type { KindVersion } from './version.js';
