import type { Figures, QueueLength, Scope, World } from '@kubedan/world';

/** How far rates look back, in milliseconds: as long as the windows of metrics-server. */
export const RATE_WINDOW_MS = 10_000;

/** What a gauge of a Pod's containers sums up. */
export interface PodGauges {
  inProgress: number;
  waiting: number;
}

type OfFigures = (figures: Figures) => number;

const rate: OfFigures = (figures) => figures.rate;
const errors: OfFigures = (figures) => figures.rate * figures.errorRate;

/** Metrics of the requests that reach something, by name; latencies are in seconds, as Prometheus has them. */
export const requestMetrics: Readonly<Record<string, OfFigures>> = {
  http_requests_per_second: rate,
  http_errors_per_second: errors,
  http_request_seconds_p50: ({ p50Ms }) => p50Ms / 1000,
  http_request_seconds_p99: ({ p99Ms }) => p99Ms / 1000,
};

/** Metrics of what is in a Pod now. */
export const podGauges: Readonly<Record<string, (gauges: PodGauges) => number>> = {
  http_requests_in_progress: ({ inProgress }) => inProgress,
  http_requests_waiting: ({ waiting }) => waiting,
};

/** Metrics of the world's queues. */
export const queueMetrics: Readonly<Record<string, (queue: QueueLength) => number>> = {
  // As RabbitMQ has it, ready and unacknowledged: what is in hand is not done, and nobody may be sent home over it.
  queue_messages: ({ waiting, inWork }) => waiting + inWork,
  queue_messages_waiting: ({ waiting }) => waiting,
  queue_oldest_message_seconds: ({ oldestMs }) => oldestMs / 1000,
};

/** @returns a metric of requests; undefined when there is none of that name, or nothing to tell */
export function requestMetric(engine: Pick<World, 'figures'>, scope: Scope, metric: string): number | undefined {
  const value = own(requestMetrics, metric)?.(engine.figures(scope, RATE_WINDOW_MS));
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** @returns a Pod's metric, of requests or of what is in it now; undefined as for requestMetric */
export function podMetric(
  engine: Pick<World, 'figures' | 'usageOf'>,
  pod: { uid: string; containers: readonly string[] },
  metric: string,
): number | undefined {
  const gauge = own(podGauges, metric);
  if (!gauge) return requestMetric(engine, { kind: 'pod', uid: pod.uid }, metric);
  const usages = pod.containers.flatMap((container) => engine.usageOf(pod.uid, container) ?? []);
  const sum = (field: keyof PodGauges) => usages.reduce((total, usage) => total + usage[field], 0);
  return usages.length === 0 ? undefined : gauge({ inProgress: sum('inProgress'), waiting: sum('waiting') });
}

export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
