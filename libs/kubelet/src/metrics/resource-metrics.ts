import { quantityOf } from '@kubedan/contracts';
import type { Usage } from '../plan.js';
import { goDuration } from '../kubelet-times.js';
import { timeText, type Pod } from '../pod-types.js';
import { cpuQuantity, memoryQuantity } from './quantities.js';
import { isKnown, type Window } from './scrapes.js';

/** What the operating system, the kubelet and the container runtime of a node use by themselves. */
export const nodeOverhead: Usage = { cpuMillicores: 45, memoryBytes: 420 * 2 ** 20 };

/** A container that runs. */
export interface Running {
  name: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  usage: Usage;
}
export interface MeasuredPod {
  pod: Pod;
  node: string;
  containers: readonly Running[];
}
export interface MeasuredNode {
  name: string;
  labels: Readonly<Record<string, string>>;
}

interface Amounts {
  cpu: string;
  memory: string;
}
interface Measured {
  metadata: { name: string; namespace?: string; creationTimestamp: string; labels?: Readonly<Record<string, string>> };
  /** Of the last reading. */
  timestamp: string;
  window: string;
}
/** metrics.k8s.io/v1beta1 PodMetrics. */
export interface PodMetrics extends Measured {
  kind: 'PodMetrics';
  apiVersion: 'metrics.k8s.io/v1beta1';
  containers: { name: string; usage: Amounts }[];
}
/** metrics.k8s.io/v1beta1 NodeMetrics. */
export interface NodeMetrics extends Measured {
  kind: 'NodeMetrics';
  apiVersion: 'metrics.k8s.io/v1beta1';
  usage: Amounts;
}

const amounts = ({ cpuMillicores, memoryBytes }: Usage): Amounts => ({
  cpu: cpuQuantity(cpuMillicores),
  memory: memoryQuantity(memoryBytes),
});

const timesOf = ({ from, to }: Window) => ({ timestamp: timeText(to), window: goDuration(to - from) });

/**
 * @param scrape the last two readings
 * @param now in milliseconds since 1970
 * @returns undefined while a container of the pod has not run for long enough, or none runs: then metrics-server has no such pod
 */
export function podMetrics({ pod, containers }: MeasuredPod, scrape: Window, now: number): PodMetrics | undefined {
  if (containers.length === 0 || !containers.every(({ startedAt }) => isKnown(startedAt, scrape))) return undefined;
  const { name, namespace, labels } = pod.metadata;
  return {
    kind: 'PodMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: {
      name,
      namespace: namespace ?? 'default',
      creationTimestamp: timeText(now),
      ...(labels ? { labels } : {}),
    },
    ...timesOf(scrape),
    containers: containers.map(({ name: container, usage }) => ({ name: container, usage: amounts(usage) })),
  };
}

/** @param pods those on the node */
export function nodeMetrics(
  node: MeasuredNode,
  pods: readonly MeasuredPod[],
  scrape: Window,
  now: number,
): NodeMetrics {
  const total = { ...nodeOverhead };
  for (const { usage } of pods.flatMap(({ containers }) => containers)) {
    total.cpuMillicores += usage.cpuMillicores;
    total.memoryBytes += usage.memoryBytes;
  }
  return {
    kind: 'NodeMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name: node.name, creationTimestamp: timeText(now), labels: node.labels },
    ...timesOf(scrape),
    usage: amounts(total),
  };
}

/** Metrics as a Table, as `kubectl get podmetrics` asks for them. */
export function tableOf(items: readonly (PodMetrics | NodeMetrics)[]): object {
  const column = (name: string, format: string) => ({ name, type: 'string', format, description: '', priority: 0 });
  const usageOf = (one: PodMetrics | NodeMetrics) =>
    'usage' in one ? [one.usage] : one.containers.map((c) => c.usage);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: [
      column('Name', 'name'),
      column('cpu', 'quantity'),
      column('memory', 'quantity'),
      column('Window', 'duration'),
    ],
    rows: items.map((one) => ({
      cells: [one.metadata.name, ...totals(usageOf(one)), one.window],
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: one.metadata },
    })),
  };
}

function totals(all: readonly Amounts[]): [cpu: string, memory: string] {
  const sum = (field: keyof Amounts) => all.reduce((total, one) => total + quantityOf(one[field]), 0);
  return [cpuQuantity(sum('cpu') * 1000), memoryQuantity(sum('memory'))];
}
