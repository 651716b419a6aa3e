import { type KubeClient, type KubeObject, type ListQuery, Reflector } from '@kubedan/kube';
import { setTimeout as delay } from 'node:timers/promises';
import { type Conditioned, isReady } from '../conditions.js';
import { isOfCluster } from './names.js';

/** ms between two questions whether an API server is ready, which nothing announces. */
const pause = 100;

type Pod = Conditioned & {
  spec?: { nodeName?: string };
  status?: { containerStatuses?: { state?: { running?: { startedAt?: string } } }[] };
};
/** When each node's container was started, by the node's name. */
export type NodeStarts = ReadonlyMap<string, Date>;

type Lease = KubeObject & { spec?: { renewTime?: string } };

const node: ListQuery = { apiVersion: 'v1', kind: 'Node' };
const pod: ListQuery = { apiVersion: 'v1', kind: 'Pod' };
const nodeLease: ListQuery = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-node-lease' };

/** Resolves when so many nodes are Ready. @throws the signal's reason */
export async function untilNodesReady(client: KubeClient, nodes: number, signal: AbortSignal): Promise<void> {
  await untilItems(client, node, (items) => items.filter(isReady).length >= nodes, signal);
}

/** @returns the uids of the pods that are Ready, the cluster's own aside */
export async function readyPodsOf(client: KubeClient, signal: AbortSignal): Promise<string[]> {
  const { items } = await client.list<Pod>(pod, { signal });
  return items.filter((one) => !isOfCluster(one) && isReady(one)).map(({ metadata }) => metadata.uid ?? '');
}

/**
 * Resolves when an API server answers, and each kubelet has been heard of since its node's start: what it says of nodes until
 * then is what was true before. @throws the signal's reason
 */
export async function untilBack(client: KubeClient, starts: NodeStarts, signal: AbortSignal): Promise<void> {
  for (;;) {
    const answer = await client.request('GET', '/readyz', undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
    if (answer?.status === 200) break;
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
  const isHeard = ({ metadata, spec }: Lease): boolean => {
    const since = starts.get(metadata.name);
    return since !== undefined && new Date(spec?.renewTime ?? 0) >= since;
  };
  await untilItems<Lease>(client, nodeLease, (items) => items.filter(isHeard).length >= starts.size, signal);
}

/**
 * Resolves when of these pods all that are still there have started since their node did and are Ready.
 * @throws the signal's reason
 */
export async function untilPodsRunAgain(
  client: KubeClient,
  uids: readonly string[],
  starts: NodeStarts,
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Set(uids);
  const runsAgain = (one: Pod): boolean => {
    // Kubernetes gives starts in whole seconds.
    const from = Math.floor((starts.get(one.spec?.nodeName ?? '')?.getTime() ?? 0) / 1000) * 1000;
    return (
      isReady(one) &&
      (one.status?.containerStatuses ?? []).every(({ state }) => Date.parse(state?.running?.startedAt ?? '') >= from)
    );
  };
  await untilItems<Pod>(
    client,
    pod,
    (items) => items.filter(({ metadata }) => wanted.has(metadata.uid ?? '')).every(runsAgain),
    signal,
  );
}

async function untilItems<T extends KubeObject>(
  client: KubeClient,
  query: ListQuery,
  isEnough: (items: T[]) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const enough = Promise.withResolvers<void>();
  const onAbort = (): void => enough.reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  let isListed = false;
  const look = (): void => {
    if (isListed && isEnough([...reflector.items.values()])) enough.resolve();
  };
  const reflector = new Reflector<T>(client, query, {
    onEvent: look,
    onSnapshot: () => {
      isListed = true;
      look();
    },
  });
  try {
    signal.throwIfAborted();
    reflector.start();
    await enough.promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await reflector.stop();
  }
}
