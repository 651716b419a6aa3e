import { ClusterFailedError, ClusterNotFoundError } from './errors.js';
import type { ClusterId, ClusterProvider, ClusterSpec, RunningCluster } from './provider.js';

/**
 * Makes a cluster for a session without a pool, in the one way that there is.
 * @throws what warm() and claim() throw; nothing is left then
 */
export async function createCluster(
  provider: Pick<ClusterProvider, 'warm' | 'warmNodes' | 'claim'>,
  spec: ClusterSpec,
  signal: AbortSignal,
): Promise<RunningCluster> {
  await provider.warm({ id: spec.id, nodes: provider.warmNodes(spec.nodes) }, signal);
  return provider.claim(spec, signal);
}

/**
 * One step of making a cluster, for providers: when it fails, nothing of the cluster is left.
 * @throws ClusterNotFoundError as the step threw it, ClusterFailedError for whatever else it threw, the signal's reason
 */
export async function makeOrRemove<T>(
  id: ClusterId,
  signal: AbortSignal,
  remove: (id: ClusterId) => Promise<void>,
  step: () => Promise<T>,
): Promise<T> {
  try {
    signal.throwIfAborted();
    return await step();
  } catch (cause) {
    await remove(id);
    signal.throwIfAborted();
    if (cause instanceof ClusterNotFoundError) throw cause;
    throw new ClusterFailedError(id, 'The cluster could not be made', { cause });
  }
}
