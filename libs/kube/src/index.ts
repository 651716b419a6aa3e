export type { AuditEntry, AuditFollower, AuditHandlers, AuditSource } from './audit.js';
export { Backoff } from './backoff.js';
export {
  KubeClient,
  type AskOptions,
  type DeleteOptions,
  type PatchType,
  type ProxiedAnswer,
  type Query,
  type RequestOptions,
  type WriteOptions,
} from './client.js';
export { systemClock, type Clock } from './clock.js';
export { credentialsOf, kubeconfigOf, KubeconfigInvalidError, type KubeCredentials } from './credentials.js';
export type { KubeResource } from './discovery.js';
export {
  apiErrorOf,
  KubeAlreadyExistsError,
  KubeApiError,
  KubeConflictError,
  KubeExpiredError,
  KubeForbiddenError,
  KubeInvalidError,
  KubeNotFoundError,
  KubeTooManyRequestsError,
  KubeUnreachableError,
  KubeWatchMalformedError,
  KubeWatchStalledError,
} from './errors.js';
export type { ExecCommand, ExecOptions, ExecResult } from './exec.js';
export { linesOf } from './lines.js';
export type {
  KubeMetadata,
  KubeObject,
  KubeStatus,
  ListQuery,
  ObjectRef,
  OwnerReference,
  WatchEvent,
  WatchQuery,
} from './objects.js';
export { orAborted } from './or-aborted.js';
export {
  Reflector,
  ReflectorHandlerError,
  type ReflectorEvent,
  type ReflectorHandlers,
  type ReflectorState,
} from './reflector.js';
