import type { KubeObject } from '@kubedan/kube';

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** What has conditions: nodes, pods and most others. */
export type Conditioned = KubeObject & { status?: { conditions?: Condition[] } };

/** @returns undefined where an object says nothing of it (yet) */
export function conditionOf({ status }: Conditioned, wanted: string): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === wanted);
}

export function isReady(object: Conditioned): boolean {
  return conditionOf(object, 'Ready')?.status === 'True';
}
