import { quantityOf } from '@kubedan/contracts';
import type { KubeObject } from '@kubedan/kube';
import type { ScaledNode, ScaledPod, Wants } from '@kubedan/world';
import { requestsOf } from '../admission.js';
import type { Node } from '../nodes.js';
import type { Pod } from '../pod-types.js';
import { gpuResource } from '../traffic/pod-facts.js';

/** policy/v1 PodDisruptionBudget. */
export interface Budget extends KubeObject {
  spec?: { selector?: LabelSelector };
  status?: { disruptionsAllowed?: number };
}
interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** meta/v1 LabelSelector; an empty one selects everything. */
export function selects(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = (key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  return (
    Object.entries(matchLabels).every(([key, wanted]) => value(key) === wanted) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const actual = value(key);
      if (operator === 'Exists') return actual !== undefined;
      if (operator === 'DoesNotExist') return actual === undefined;
      return (actual !== undefined && values.includes(actual)) === (operator === 'In');
    })
  );
}

const wantsOf = (amounts: { get(name: string): number | undefined }): Wants => ({
  cpu: amounts.get('cpu') ?? 0,
  memory: amounts.get('memory') ?? 0,
  gpus: amounts.get(gpuResource) ?? 0,
});

export const controllerOf = ({ metadata }: Pod) => metadata.ownerReferences?.find(({ controller }) => controller);
export const isOfDaemonSet = (pod: Pod): boolean => controllerOf(pod)?.kind === 'DaemonSet';

/** Nobody would make a Pod anew that has no controller; it may say for itself that it must stay, and a budget may. */
function stays(pod: Pod, budgets: readonly Budget[]): boolean {
  const { metadata } = pod;
  if (!controllerOf(pod)) return true;
  if (metadata.annotations?.['cluster-autoscaler.kubernetes.io/safe-to-evict'] === 'false') return true;
  return budgets.some(
    (budget) =>
      budget.metadata.namespace === metadata.namespace &&
      (budget.status?.disruptionsAllowed ?? 0) === 0 &&
      selects(budget.spec?.selector ?? {}, metadata.labels ?? {}),
  );
}

/** @returns the Pod as the autoscaler sees it. Of required node affinity only what demands one value of a label counts. */
export function scaledPod(pod: Pod, budgets: readonly Budget[]): ScaledPod {
  const { spec, metadata } = pod;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const demanded = (required?.nodeSelectorTerms[0]?.matchExpressions ?? []).flatMap(({ key, operator, values = [] }) =>
    operator === 'In' && values.length === 1 && values[0] !== undefined ? [[key, values[0]] as const] : [],
  );
  const nodeSelector = { ...Object.fromEntries(demanded), ...spec.nodeSelector };
  const tolerates = (spec.tolerations ?? []).map(({ key, operator }) => key ?? (operator === 'Exists' ? '*' : ''));
  return {
    uid: metadata.uid ?? '',
    ...(spec.nodeName ? { node: spec.nodeName } : {}),
    requests: wantsOf(requestsOf(pod)),
    ...(Object.keys(nodeSelector).length ? { nodeSelector } : {}),
    tolerates: tolerates.filter((key) => key !== ''),
    ...(isOfDaemonSet(pod) ? { daemon: true } : {}),
    ...(stays(pod, budgets) ? { stays: true } : {}),
  };
}

/** @param orderedMs when it was ordered, in the world's time */
export function scaledNode(node: Node, pool: string, orderedMs: number): ScaledNode {
  const { metadata, spec, status } = node;
  const allocatable = new Map(
    Object.entries(status?.allocatable ?? {}).map(([name, amount]) => [name, quantityOf(amount)]),
  );
  return {
    name: metadata.name,
    pool,
    ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    orderedMs,
    has: wantsOf(allocatable),
    labels: metadata.labels ?? {},
    taints: (spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule').map(({ key }) => key),
    ...(spec?.unschedulable ? { cordoned: true } : {}),
  };
}
