export { AuditLog } from './audit-log.js';
export { chooseProvider } from './choose.js';
export { createCluster } from './create.js';
export { EmbeddedProvider, type EmbeddedProviderOptions } from './embedded-provider.js';
export { ClusterFailedError, ClusterNotFoundError, NoProviderError, SetUpFailedError } from './errors.js';
export { answersReady } from './health.js';
export { KindProvider, type KindProviderOptions } from './kind/kind-provider.js';
export { kindProviderHere, type KindProviderHereOptions } from './kind/kind-provider-here.js';
export { systemNamespaces } from './kind/names.js';
export { findNodeImage, officialNodeImage } from './kind/node-image.js';
export { prepareCluster, type Preparation } from './prepare.js';
export {
  providerNames,
  type Availability,
  type ClusterHandle,
  type ClusterId,
  type ClusterProvider,
  type ClusterShape,
  type ClusterSpec,
  type ClusterWorld,
  type ClusterState,
  type ProviderName,
  type RunningCluster,
} from './provider.js';
export * from './pool/index.js';
export { Turns } from './turns.js';
