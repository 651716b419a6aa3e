import type { KubeClient } from '@kubedan/kube';
import { conditionOf, type Conditioned, isReady } from './conditions.js';
import { isOfCluster } from './kind/names.js';

interface ContainerStatus {
  name: string;
  state?: { waiting?: { reason?: string; message?: string }; terminated?: { reason?: string; exitCode?: number } };
}

type Pod = Conditioned & {
  status?: {
    phase?: string;
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
};

/** More would hide the first ones. */
const most = 5;

/**
 * Pods that are not ready, with what keeps them, for whoever has to find out why a starting state never came.
 * @returns at most five, as `shop/web-1: ImagePullBackOff (web: Back-off pulling image …)`; none of the cluster's own
 * @throws KubeUnreachableError, KubeApiError
 */
export async function unreadyPods(client: KubeClient, signal: AbortSignal): Promise<string[]> {
  const { items } = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod' }, { signal });
  return items
    .filter((pod) => !isOfCluster(pod) && pod.status?.phase !== 'Succeeded' && !isReady(pod))
    .slice(0, most)
    .map((pod) => `${pod.metadata.namespace}/${pod.metadata.name}: ${reasonOf(pod)}`);
}

function reasonOf(pod: Pod): string {
  const { status } = pod;
  for (const { name, state } of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
    const { waiting, terminated } = state ?? {};
    if (waiting?.reason) return `${waiting.reason} (${[name, waiting.message].filter(Boolean).join(': ')})`;
    if (terminated && terminated.exitCode !== 0)
      return `${terminated.reason} (${name}: exit code ${terminated.exitCode})`;
  }
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return `${scheduled.reason} (${scheduled.message})`;
  return `${status?.phase ?? 'Pending'}, not ready`;
}
