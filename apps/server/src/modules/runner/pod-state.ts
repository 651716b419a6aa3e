import type { NodePicture, PodPicture } from '@kubedan/contracts';
import type { KubeObject } from '@kubedan/kube';
import type { ContainerStatus, Node, Pod } from 'kubernetes-types/core/v1.js';

/** Kubernetes' own namespaces are not part of the picture. */
export const isSystemNamespace = (namespace: string | undefined): boolean => namespace?.startsWith('kube-') ?? false;

/** @returns the pod as the picture shows it; its state is the STATUS column of `kubectl get pods` */
export function pictureOfPod(object: KubeObject): PodPicture {
  const pod = object as unknown as Pod;
  const statuses = pod.status?.containerStatuses ?? [];
  const containers = pod.spec?.containers ?? [];
  const owner = object.metadata.ownerReferences?.[0];
  return {
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    uid: object.metadata.uid ?? '',
    ...(pod.spec?.nodeName === undefined ? {} : { node: pod.spec.nodeName }),
    state: stateOf(pod),
    ready: pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(owner === undefined ? {} : { owner: `${owner.kind}/${owner.name}` }),
    terminating: object.metadata.deletionTimestamp !== undefined,
    images: containers.map(({ image }) => image ?? ''),
  };
}

/** The rules of kubectl's printer (k8s.io/kubernetes/pkg/printers/internalversion, printPod). */
function stateOf(pod: Pod): string {
  const status = pod.status;
  let state = status?.reason ?? status?.phase ?? 'Unknown';
  if (pod.metadata?.deletionTimestamp !== undefined) {
    return status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  }
  const initial = initStateOf(pod);
  if (initial !== undefined) return initial;
  let isRunning = false;
  for (const container of (status?.containerStatuses ?? []).toReversed()) {
    const reason = reasonOf(container);
    if (reason !== undefined) state = reason;
    else if (container.ready && container.state?.running !== undefined) isRunning = true;
  }
  if (state === 'Completed' && isRunning) {
    const isReady = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
    state = isReady ? 'Running' : 'NotReady';
  }
  return state;
}

function initStateOf(pod: Pod): string | undefined {
  const total = pod.spec?.initContainers?.length ?? 0;
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    if (container.state?.terminated?.exitCode === 0 || container.started === true) continue;
    const reason = reasonOf(container);
    return reason === undefined || reason === 'PodInitializing' ? `Init:${index}/${total}` : `Init:${reason}`;
  }
  return undefined;
}

function reasonOf({ state }: ContainerStatus): string | undefined {
  if (state?.waiting?.reason) return state.waiting.reason;
  if (state?.terminated === undefined) return undefined;
  const { reason, signal, exitCode } = state.terminated;
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

/** @returns the node as the picture shows it */
export function pictureOfNode(object: KubeObject): NodePicture {
  const node = object as unknown as Node;
  const labels = object.metadata.labels ?? {};
  const zone = labels['topology.kubernetes.io/zone'];
  return {
    name: object.metadata.name,
    ready: node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    cordoned: node.spec?.unschedulable ?? false,
    ...(zone === undefined ? {} : { zone }),
    controlPlane: 'node-role.kubernetes.io/control-plane' in labels,
  };
}
