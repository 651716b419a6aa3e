export { BlankCluster } from './blank-cluster.js';
export { mutateChecks, type MutationReport } from './mutation/mutation-report.js';
export type { Recording } from './mutation/recording.js';
export type { Proof, ProofKind } from './proof.js';
export { tasksOf, type Task } from './prove.js';
export type { Stage } from './rehearsal.js';
export { ReusedClusters } from './reused-clusters.js';
export { runProofs } from './run-proofs.js';
