export { ApiSocket } from './api-socket.js';
export { CertificateAuthority, type CertifiedKey } from './certificates.js';
export type { ComponentName, Exit } from './component.js';
export { refuseAll, type Dialer, type DialTarget } from './egress.js';
export {
  DiskFullError,
  HostBusyError,
  PathTooLongError,
  PlaneDeadlineError,
  PlaneExistsError,
  PlaneFailedError,
  PlaneIdInvalidError,
  PlaneNotFoundError,
} from './errors.js';
export { learnerGroup, learnerRoleName, learnerRoleRules, learnerUser, type PolicyRule } from './learner-role.js';
export { auditPolicy } from './audit-policy.js';
export { PlaneHost, type PlaneHostOptions, type PlaneInfo } from './plane-host.js';
export type { Plane, PlaneCrash, PlaneEvents } from './plane.js';
export { releasePort, reservePort } from './ports.js';
export { readyPathOfClone } from './readiness.js';
export { EtcdError } from './etcd-client.js';
export type { StoreMemory } from './store-memory.js';
