import { createHash } from 'node:crypto';
import type { KubeObject } from '@kubedan/kube';
import type { Taint } from 'kubernetes-types/core/v1.js';
import { imageSize } from './images.js';
import { timeText } from './pod-types.js';

/** A node to play. */
export interface NodeSpec {
  name: string;
  /** Label topology.kubernetes.io/zone. */
  zone?: string;
  /** Cores; default `4`. */
  cpu?: string;
  /** Default `8Gi`. */
  memory?: string;
  /** How many pods fit; default 110. */
  pods?: number;
  labels?: Record<string, string>;
  taints?: Taint[];
  /** More resources, such as `nvidia.com/gpu: "1"`. */
  resources?: Record<string, string>;
}

export interface Node extends KubeObject {
  spec?: { podCIDR?: string; unschedulable?: boolean; taints?: Taint[] };
  status?: {
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
    images?: { names?: string[] }[];
    allocatable?: Record<string, string>;
    capacity?: Record<string, string>;
  };
}

export const KUBELET_VERSION = 'v1.35.4';
export const KUBELET_PORT = 10250;

/** @returns the address of the node at that place of the list; it exists in the world only */
export const nodeIP = (index: number) => `172.30.0.${index + 2}`;
export const podCIDR = (index: number) => `10.244.${index}.0/24`;

const capacityOf = (spec: NodeSpec): Record<string, string> => ({
  cpu: spec.cpu ?? '4',
  memory: spec.memory ?? '8Gi',
  pods: String(spec.pods ?? 110),
  'ephemeral-storage': '50Gi',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  ...spec.resources,
});

/** @returns what was registered as that node, and its place; undefined for a node that is not the world's */
export function specOf({ metadata, spec, status }: Node): { spec: NodeSpec; index: number } | undefined {
  const index = Number(/^10\.244\.(\d+)\.0\/24$/.exec(spec?.podCIDR ?? '')?.[1] ?? NaN);
  if (Number.isNaN(index)) return undefined;
  const { cpu, memory, pods, ...rest } = status?.capacity ?? {};
  const zone = metadata.labels?.['topology.kubernetes.io/zone'];
  const resources = Object.fromEntries(Object.entries(rest).filter(([name]) => name.includes('/')));
  return {
    index,
    spec: {
      name: metadata.name,
      ...(zone ? { zone } : {}),
      ...(cpu ? { cpu } : {}),
      ...(memory ? { memory } : {}),
      ...(pods ? { pods: Number(pods) } : {}),
      labels: { ...metadata.labels },
      resources,
    },
  };
}

/** The node as a kubelet registers it. */
export function nodeObject(spec: NodeSpec, index: number, seed: string, now: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: spec.name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': spec.name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': 'local',
        ...(spec.zone ? { 'topology.kubernetes.io/zone': spec.zone } : {}),
        ...spec.labels,
      },
      annotations: {
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: { podCIDR: podCIDR(index), podCIDRs: [podCIDR(index)], ...(spec.taints ? { taints: spec.taints } : {}) },
    status: nodeStatus(spec, index, seed, now, undefined, []),
  };
}

/** The status that a kubelet posts; transition times are kept while the conditions stay. */
export function nodeStatus(
  spec: NodeSpec,
  index: number,
  seed: string,
  now: number,
  before: Node | undefined,
  images: string[],
) {
  const id = createHash('sha256').update(`${seed}/node/${spec.name}`).digest('hex');
  const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20, 32)}`;
  const condition = (type: string, status: string, reason: string, message: string) => {
    const old = before?.status?.conditions?.find((one) => one.type === type);
    const lastTransitionTime =
      old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : timeText(now);
    return { type, status, reason, message, lastHeartbeatTime: timeText(now), lastTransitionTime };
  };
  const capacity = capacityOf(spec);
  return {
    capacity,
    allocatable: capacity,
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    addresses: [
      { type: 'InternalIP', address: nodeIP(index) },
      { type: 'Hostname', address: spec.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
    nodeInfo: {
      architecture: 'amd64',
      bootID: uuid,
      containerRuntimeVersion: 'containerd://2.1.4',
      kernelVersion: '6.8.0',
      kubeProxyVersion: '',
      kubeletVersion: KUBELET_VERSION,
      machineID: id.slice(0, 32),
      operatingSystem: 'linux',
      osImage: 'Kubedan',
      systemUUID: uuid,
    },
    // A kubelet lists at most 50 images.
    images: images.slice(0, 50).map((name) => ({ names: [name], sizeBytes: imageSize(name) })),
  };
}

/** The lease that a kubelet renews; see LEASE_SECONDS. */
export function leaseObject(name: string, nodeUid: string, now: number): KubeObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace: 'kube-node-lease',
      ...(nodeUid ? { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: nodeUid }] } : {}),
    },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: LEASE_SECONDS,
      renewTime: `${new Date(now).toISOString().slice(0, -1)}000Z`,
    },
  };
}
export const LEASE_SECONDS = 40;
