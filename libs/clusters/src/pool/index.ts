export { ClusterPool, type Reservation } from './cluster-pool.js';
export type { ClusterEntry, EntryState, PoolObserver, PoolStore, PoolTarget, Wish } from './entry.js';
export { Reconciler, type SessionOwner } from './reconciler.js';
export { SpareMeter, type SpareResources } from './spare-resources.js';
