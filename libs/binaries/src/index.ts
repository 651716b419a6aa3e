export {
  BinaryBrokenError,
  BuildFailedError,
  CacheFullError,
  DigestMismatchError,
  ProgramsUnavailableError,
  ReleaseUnavailableError,
} from './errors.js';
export { findPrograms, type FindProgramsOptions } from './find-programs.js';
export { withLock } from './lock.js';
export { identityOf, identityOfSync, isAlive, type ProcessIdentity } from './process-identity.js';
export {
  etcdVersion,
  helmVersion,
  kindVersion,
  kubernetesVersion,
  officialReleases,
  programNames,
  programs,
  type CoreProgramName,
  type ProgramName,
  type ProgramSource,
  type ReleaseBases,
  type ReleaseLayout,
} from './programs.js';
export type { ProgramProgress } from './progress.js';
