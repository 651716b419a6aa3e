import { expositionOf, type MetricFamily } from '@kubedan/world';
import type { Usage } from '../plan.js';

/** What a program tells of itself at /metrics. */
export interface ProgramFacts {
  image: string;
  version: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  usage: Usage;
  /** CPU seconds since its start. */
  cpuSeconds: number;
  /** Its requests, when somebody counts them. */
  requests?: readonly MetricFamily[];
}

/** @returns the text that Prometheus reads (exposition format 0.0.4) */
export function prometheusText({ image, version, startedAt, usage, cpuSeconds, requests = [] }: ProgramFacts): string {
  return expositionOf([
    single('app_info', 'gauge', 'The image that runs.', 1, { image, version }),
    single('process_start_time_seconds', 'gauge', 'When the process started.', startedAt / 1000),
    single('process_cpu_seconds_total', 'counter', 'CPU time used.', cpuSeconds),
    single('process_resident_memory_bytes', 'gauge', 'Resident memory.', usage.memoryBytes),
    ...requests,
  ]);
}

const single = (
  name: string,
  type: MetricFamily['type'],
  help: string,
  value: number,
  labels: Record<string, string> = {},
): MetricFamily => ({ name, type, help, samples: [{ name, labels, value }] });

/** Labels that whoever reads a Pod's metrics adds; the Pod itself does not say them. */
const ofReader = ['namespace', 'pod', 'container', 'node', 'version'];

/** @returns what a container says of its requests, out of everything that is measured */
export function requestsOf(
  all: Iterable<MetricFamily>,
  { namespace, pod, container }: { namespace: string; pod: string; container: string },
): MetricFamily[] {
  const families: MetricFamily[] = [];
  for (const family of all) {
    if (!family.name.startsWith('http_')) continue;
    const samples = family.samples
      .filter(
        ({ labels }) => labels['pod'] === pod && labels['namespace'] === namespace && labels['container'] === container,
      )
      .map((sample) => ({
        ...sample,
        labels: Object.fromEntries(Object.entries(sample.labels).filter(([label]) => !ofReader.includes(label))),
      }));
    if (samples.length > 0) families.push({ ...family, samples });
  }
  return families;
}
