import { outcomes, type ContainerUsage, type Outcome, type QueueLength } from '../figures.js';
import type { Series } from '../measure/series.js';
import type { MetricFamily, MetricSample } from './families.js';

type Labels = Readonly<Record<string, string>>;

/** What metrics are made of. */
export interface Measured {
  /** With the requests that were sent, of which some are under way. */
  sources: Iterable<[name: string, series: Series, sent: number]>;
  routes: Iterable<[route: string, series: Series]>;
  /** Version `''`: what reached none. */
  services: Iterable<[service: string, version: string, series: Series]>;
  dependencies: Iterable<[name: string, series: Series, load: { waiting: number; busy: number }]>;
  queues: Iterable<[name: string, length: QueueLength, put: number, taken: number]>;
  containers: Iterable<{ labels: Labels; usage: ContainerUsage; series: Series }>;
  nodes: Iterable<{ labels: Labels; pricePerHour: number }>;
  spent: number;
}

/** HTTP status of an outcome, as a gateway would answer it. */
export const statusOf: Readonly<Record<Outcome, number>> = {
  ok: 200,
  failed: 500,
  timeout: 504,
  refused: 503,
  'no-endpoint': 503,
  'rate-limited': 429,
  'broken-circuit': 503,
};

/** Seconds: the default buckets of Prometheus' clients. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** @returns everything, as it is now; counters of requests move with every full second of the world */
export function worldMetrics(measured: Measured): MetricFamily[] {
  const { sources, routes, services, dependencies, queues, containers, nodes, spent } = measured;
  const families: MetricFamily[] = [];
  const family = (name: string, type: 'counter' | 'gauge', help: string): ((labels: Labels, value: number) => void) => {
    const samples: MetricSample[] = [];
    families.push({ name, type, help, samples });
    return (labels, value) => samples.push({ name, labels, value });
  };
  const requests = (what: string, prefix: string): ((labels: Labels, series: Series) => void) => {
    const count = family(`${prefix}_requests_total`, 'counter', `Requests that ended, ${what}.`);
    const name = `${prefix}_request_duration_seconds`;
    const samples: MetricSample[] = [];
    families.push({ name, type: 'histogram', help: `Time of requests that were worked on, ${what}.`, samples });
    return (labels, series) => {
      outcomes.forEach((outcome, code) => {
        const total = series.totals[code] ?? 0;
        if (total > 0 || outcome === 'ok') count({ ...labels, code: String(statusOf[outcome]), outcome }, total);
      });
      addHistogram(samples, name, labels, series);
    };
  };

  const ofSource = requests('as their senders see them, retries within', 'client');
  const sentBy = family('client_requests_sent_total', 'counter', 'Requests that were begun, without further tries.');
  for (const [source, series, sent] of sources) {
    ofSource({ source }, series);
    sentBy({ source }, sent);
  }
  const ofRoute = requests('as the gateway sees them', 'gateway');
  for (const [key, series] of routes) ofRoute({ ...namespaced(key, 'route') }, series);
  const ofService = requests('as they reached a Service', 'service');
  for (const [key, version, series] of services) ofService({ ...namespaced(key, 'service'), version }, series);
  const ofDependency = requests('to a dependency, as its callers see them', 'dependency');
  const waiting = family('dependency_requests_waiting', 'gauge', 'Requests that wait for a connection.');
  const busy = family('dependency_connections_busy', 'gauge', 'Connections in use.');
  for (const [dependency, series, load] of dependencies) {
    ofDependency({ dependency }, series);
    waiting({ dependency }, load.waiting);
    busy({ dependency }, load.busy);
  }

  const length = family('queue_messages_waiting', 'gauge', 'Messages in a queue.');
  const inWork = family('queue_messages_in_work', 'gauge', 'Messages that workers have in hand.');
  const oldest = family('queue_oldest_message_seconds', 'gauge', 'How long the oldest message has waited.');
  const putIn = family('queue_messages_put_total', 'counter', 'Messages put into a queue.');
  const takenOut = family('queue_messages_taken_total', 'counter', 'Messages taken by workers.');
  for (const [queue, now, put, taken] of queues) {
    length({ queue }, now.waiting);
    inWork({ queue }, now.inWork);
    oldest({ queue }, now.oldestMs / 1000);
    putIn({ queue }, put);
    takenOut({ queue }, taken);
  }

  const ofPod = requests('as a container saw them', 'http');
  const gauges = containerGauges(family);
  for (const { labels, usage, series } of containers) {
    ofPod(labels, series);
    for (const [add, value] of gauges) add(labels, value(usage));
  }

  const price = family('node_price_dollars_per_hour', 'gauge', 'What a node costs.');
  for (const { labels, pricePerHour } of nodes) price(labels, pricePerHour);
  family('world_spent_dollars_total', 'counter', 'What all nodes have cost since the start.')({}, spent);
  return families;
}

type Add = (labels: Labels, value: number) => void;

function containerGauges(
  family: (name: string, type: 'counter' | 'gauge', help: string) => Add,
): [Add, (usage: ContainerUsage) => number][] {
  return [
    [family('http_requests_in_progress', 'gauge', 'Requests that have a thread.'), ({ inProgress }) => inProgress],
    [family('http_requests_waiting', 'gauge', 'Requests that wait for a thread.'), ({ waiting }) => waiting],
    [family('container_cpu_usage_seconds_total', 'counter', 'CPU time used.'), ({ cpuSeconds }) => cpuSeconds],
    [
      family('container_cpu_cfs_periods_total', 'counter', 'CPU periods with something to run.'),
      ({ periods }) => periods,
    ],
    [
      family('container_cpu_cfs_throttled_periods_total', 'counter', 'CPU periods in which the limit was used up.'),
      ({ throttledPeriods }) => throttledPeriods,
    ],
    [family('container_memory_working_set_bytes', 'gauge', 'Memory in use.'), ({ memory }) => memory],
    [family('container_gpu_usage_seconds_total', 'counter', 'GPU time used.'), ({ gpuSeconds }) => gpuSeconds],
  ];
}

function addHistogram(samples: MetricSample[], name: string, labels: Labels, series: Series): void {
  const count = series.totalUpTo(Infinity);
  for (const le of buckets)
    samples.push({ name: `${name}_bucket`, labels: { ...labels, le: String(le) }, value: series.totalUpTo(le * 1000) });
  samples.push({ name: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count });
  samples.push({ name: `${name}_sum`, labels, value: series.totalMs / 1000 });
  samples.push({ name: `${name}_count`, labels, value: count });
}

function namespaced(key: string, what: string): Labels {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, [what]: name };
}
