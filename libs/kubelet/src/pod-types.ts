import type {
  Container as ContainerV1,
  ContainerStatus as ContainerStatusV1,
  Pod as PodV1,
  PodCondition as PodConditionV1,
  PodStatus as PodStatusV1,
} from 'kubernetes-types/core/v1.js';
import type { KubeMetadata } from '@kubedan/kube';

// kubernetes-types describes v1.30; these fields are newer.
export type PodCondition = PodConditionV1 & { observedGeneration?: number };
export type Container = ContainerV1;
export type ContainerStatus = ContainerStatusV1;
export interface PodStatus extends Omit<PodStatusV1, 'conditions'> {
  conditions?: PodCondition[];
  observedGeneration?: number;
}
/** A pod as the API server has it: with metadata and spec. */
export interface Pod extends Omit<PodV1, 'metadata' | 'spec' | 'status'> {
  apiVersion: 'v1';
  kind: 'Pod';
  metadata: KubeMetadata;
  spec: NonNullable<PodV1['spec']>;
  status?: PodStatus;
  [field: string]: unknown;
}

/** `name_namespace(uid)`, as a kubelet writes pods in messages. */
export const podLabel = (pod: Pod) => `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;

/** RFC 3339 in whole seconds, as the API server keeps times. */
export const timeText = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** @returns the restart policy that holds for a container: its own, else the pod's */
export function restartPolicyOf(pod: Pod, container: Container): string {
  return container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
}

/** @returns whether a container that ended with this code is to be started again */
export function restarts(policy: string, exitCode: number): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}
