import { quantityOf } from '@kubedan/contracts';
import type { NodeSelectorTerm, Taint } from 'kubernetes-types/core/v1.js';
import type { Container, Pod } from './pod-types.js';

/** @returns what a pod asks for in all: the containers and sidecars together, or the largest init container, plus overhead */
export function requestsOf(pod: Pod): Map<string, number> {
  const total = new Map<string, number>();
  const add = (requests: Container['resources'], into: Map<string, number>) => {
    for (const [name, amount] of Object.entries(requests?.requests ?? {}))
      into.set(name, (into.get(name) ?? 0) + quantityOf(amount));
  };
  for (const container of pod.spec.containers) add(container.resources, total);
  const sidecars = new Map<string, number>();
  const peak = new Map<string, number>();
  for (const container of pod.spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') add(container.resources, sidecars);
    else {
      const here = new Map(sidecars);
      add(container.resources, here);
      for (const [name, amount] of here) peak.set(name, Math.max(peak.get(name) ?? 0, amount));
    }
  }
  for (const [name, amount] of sidecars) total.set(name, (total.get(name) ?? 0) + amount);
  for (const [name, amount] of peak) total.set(name, Math.max(total.get(name) ?? 0, amount));
  for (const [name, amount] of Object.entries(pod.spec.overhead ?? {}))
    total.set(name, (total.get(name) ?? 0) + quantityOf(amount));
  return total;
}

/** What the kubelet's admission looks at of its node. */
export interface AdmittingNode {
  name: string;
  labels: Record<string, string>;
  taints: readonly Taint[];
  allocatable: Record<string, string>;
}
export interface Refusal {
  reason: string;
  message: string;
}

/**
 * Whether a pod may run, as the kubelet's own admission asks (pkg/kubelet/lifecycle/predicate.go): the scheduler has asked
 * already, but a pod may be bound past it.
 * @param others the pods that are on the node and not at their end
 * @returns reason and message of the refusal, the first that there is, or undefined
 */
export function refusal(pod: Pod, others: readonly Pod[], node: AdmittingNode): Refusal | undefined {
  return lackOf(pod, others, node.allocatable) ?? mismatch(pod, others, node);
}

function lackOf(pod: Pod, others: readonly Pod[], allocatable: Record<string, string>): Refusal | undefined {
  const text = (resource: string, requested: number, used: number, capacity: number) => ({
    reason: `OutOf${resource}`,
    message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  });
  const slots = quantityOf(allocatable['pods']);
  if (others.length + 1 > slots) return text('pods', 1, others.length, slots);
  const used = others.map(requestsOf);
  for (const [resource, amount] of requestsOf(pod)) {
    // An extended resource that the node does not know is none of its business.
    if (amount <= 0 || (resource.includes('/') && allocatable[resource] === undefined)) continue;
    const capacity = quantityOf(allocatable[resource]);
    const before = used.reduce((sum, one) => sum + (one.get(resource) ?? 0), 0);
    // The kubelet counts CPU in thousandths.
    const unit = resource === 'cpu' ? 1000 : 1;
    if (before + amount > capacity + 1e-9) {
      return text(resource, Math.round(amount * unit), Math.round(before * unit), Math.round(capacity * unit));
    }
  }
  return undefined;
}

function mismatch(pod: Pod, others: readonly Pod[], node: AdmittingNode): Refusal | undefined {
  const failed = (predicate: string, why: string) => ({
    reason: predicate,
    message: `Predicate ${predicate} failed: ${why}`,
  });
  if (!isWanted(pod, node)) return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const taken = new Set(others.flatMap(hostPortsOf));
  if (hostPortsOf(pod).some((port) => taken.has(port)))
    return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  // Of taints only those that evict are the kubelet's.
  const untolerated = node.taints.some((taint) => taint.effect === 'NoExecute' && !tolerates(pod, taint));
  return untolerated ? failed('TaintToleration', "node(s) had taints that the pod didn't tolerate") : undefined;
}

const hostPortsOf = (pod: Pod): string[] =>
  [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter((one) => one.restartPolicy === 'Always')].flatMap(
    ({ ports = [] }) =>
      ports.flatMap(({ hostPort, protocol = 'TCP' }) => (hostPort ? [`${protocol}/${hostPort}`] : [])),
  );

function tolerates(pod: Pod, taint: Taint): boolean {
  return (pod.spec.tolerations ?? []).some(
    ({ key, operator = 'Equal', value = '', effect }) =>
      (!effect || effect === taint.effect) &&
      (key ? key === taint.key : operator === 'Exists') &&
      (operator === 'Exists' || value === (taint.value ?? '')),
  );
}

/** Whether the node is one that the pod's selector and required affinity want. */
function isWanted(pod: Pod, node: AdmittingNode): boolean {
  const selected = Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => node.labels[key] === value);
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return selected && (!required || required.nodeSelectorTerms.some((term) => matches(term, node)));
}

function matches({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: AdmittingNode): boolean {
  if (!matchExpressions.length && !matchFields.length) return false;
  const holds = (actual: string | undefined, operator: string, values: string[] = []) => {
    switch (operator) {
      case 'In':
        return actual !== undefined && values.includes(actual);
      case 'NotIn':
        return actual === undefined || !values.includes(actual);
      case 'Exists':
        return actual !== undefined;
      case 'DoesNotExist':
        return actual === undefined;
      case 'Gt':
        return Number(actual) > Number(values[0]);
      default:
        return Number(actual) < Number(values[0]);
    }
  };
  return (
    matchExpressions.every(({ key, operator, values }) => holds(node.labels[key], operator, values)) &&
    matchFields.every(({ operator, values }) => holds(node.name, operator, values))
  );
}
