import type { World } from '@kubedan/world';
import { timeText } from '../pod-types.js';
import { failure, notFound, type Answer } from './answer.js';
import { customMetricsApi, externalMetricsApi, type ApiResource } from './apis.js';
import { labelSelector } from './label-selector.js';
import { numberQuantity } from './quantities.js';
import {
  own,
  podGauges,
  podMetric,
  queueMetrics,
  RATE_WINDOW_MS,
  requestMetric,
  requestMetrics,
} from './traffic-metrics.js';
import type { AnsweringApi, ApiRequest } from './world-api-server.js';

/** A Pod whose containers do work in the world. */
export interface WorkingPod {
  namespace: string;
  name: string;
  uid: string;
  labels: Readonly<Record<string, string>>;
  containers: readonly string[];
}

/** The traffic that there is to measure. */
export interface MeasuredTraffic {
  readonly engine: Pick<World, 'figures' | 'usageOf' | 'queueLength'>;
  pods(): WorkingPod[];
  /** `namespace/name`, with labels. */
  services(): ReadonlyMap<string, Readonly<Record<string, string>>>;
  routes(): ReadonlyMap<string, Readonly<Record<string, string>>>;
  queues(): string[];
  now(): number;
}

/** What an object metric is about, by the resource's name in the path. */
const described = {
  pods: { kind: 'Pod', apiVersion: '/v1' },
  services: { kind: 'Service', apiVersion: '/v1' },
  'httproutes.gateway.networking.k8s.io': { kind: 'HTTPRoute', apiVersion: 'gateway.networking.k8s.io/v1' },
} as const;
type Described = keyof typeof described;

const resourcesOf = (names: readonly string[], kind: string): ApiResource[] =>
  names.map((name) => ({ name, singularName: '', namespaced: true, kind, verbs: ['get'] }));
const customResources = (): ApiResource[] =>
  resourcesOf(
    [
      ...[...Object.keys(requestMetrics), ...Object.keys(podGauges)].map((metric) => `pods/${metric}`),
      ...(['services', 'httproutes.gateway.networking.k8s.io'] satisfies Described[]).flatMap((resource) =>
        Object.keys(requestMetrics).map((metric) => `${resource}/${metric}`),
      ),
    ],
    'MetricValueList',
  );
const externalResources = (): ApiResource[] => resourcesOf(Object.keys(queueMetrics), 'ExternalMetricValueList');

/** custom.metrics.k8s.io: what requests do to Pods, Services and HTTPRoutes. */
export class CustomMetricsApi implements AnsweringApi {
  readonly group = customMetricsApi.group;
  readonly version = customMetricsApi.version;
  readonly resources = customResources;

  constructor(private readonly traffic: MeasuredTraffic) {}

  answer({ path, query }: ApiRequest): Answer | undefined {
    const [namespaces, namespace = '', resource = '', name = '', metric = '', ...more] = path;
    if (namespaces !== 'namespaces' || more.length > 0 || !isDescribed(resource) || !metric) return undefined;
    const labels = labelSelector(query.get('labelSelector') ?? '');
    const known = this.#objects(resource, namespace).filter((one) =>
      name === '*' ? labels(one.labels) : one.name === name,
    );
    const { engine } = this.traffic;
    const items = known.flatMap((one) => {
      const value =
        one.pod === undefined
          ? requestMetric(engine, scopeOf(resource, `${namespace}/${one.name}`), metric)
          : podMetric(engine, one.pod, metric);
      if (value === undefined) return [];
      return {
        describedObject: { ...described[resource], namespace, name: one.name },
        metric: { name: metric, selector: null },
        timestamp: timeText(this.traffic.now()),
        windowSeconds: RATE_WINDOW_MS / 1000,
        value: numberQuantity(value),
      };
    });
    // As an adapter says it: a metric that nobody reports is not found.
    if (items.length === 0) return notFound(resource, this.group, `${namespace}/${name}/${metric}`);
    return ok({ kind: 'MetricValueList', apiVersion: `${this.group}/${this.version}`, metadata: {}, items });
  }

  #objects(
    resource: Described,
    namespace: string,
  ): { name: string; labels: Readonly<Record<string, string>>; pod?: WorkingPod }[] {
    if (resource === 'pods') {
      return this.traffic
        .pods()
        .filter((pod) => pod.namespace === namespace)
        .map((pod) => ({ name: pod.name, labels: pod.labels, pod }));
    }
    const all = resource === 'services' ? this.traffic.services() : this.traffic.routes();
    return [...all].flatMap(([key, labels]) => {
      const [within, name = ''] = key.split('/');
      return within === namespace ? { name, labels } : [];
    });
  }
}

/** external.metrics.k8s.io: the queues of the world, by their label `queue`. */
export class ExternalMetricsApi implements AnsweringApi {
  readonly group = externalMetricsApi.group;
  readonly version = externalMetricsApi.version;
  readonly resources = externalResources;

  constructor(private readonly traffic: MeasuredTraffic) {}

  answer({ path, query }: ApiRequest): Answer | undefined {
    const [namespaces, , metric = '', ...more] = path;
    const measure = own(queueMetrics, metric);
    if (namespaces !== 'namespaces' || more.length > 0 || !measure) return undefined;
    const wanted = labelSelector(query.get('labelSelector') ?? '');
    const items = this.traffic.queues().flatMap((queue) => {
      const length = this.traffic.engine.queueLength(queue);
      if (!length || !wanted({ queue })) return [];
      return {
        metricName: metric,
        metricLabels: { queue },
        timestamp: timeText(this.traffic.now()),
        value: numberQuantity(measure(length)),
      };
    });
    return ok({ kind: 'ExternalMetricValueList', apiVersion: `${this.group}/${this.version}`, metadata: {}, items });
  }
}

const ok = (body: object): Answer => ({ status: 200, body });
const isDescribed = (resource: string): resource is Described => Object.hasOwn(described, resource);
const scopeOf = (resource: Described, key: string) =>
  resource === 'services' ? ({ kind: 'service', service: key } as const) : ({ kind: 'route', route: key } as const);

/** Stand in for these APIs while a cluster has no nodes. */
export const noTrafficYet: AnsweringApi[] = [
  { ...customMetricsApi, resources: customResources, answer: () => nothingYet },
  { ...externalMetricsApi, resources: externalResources, answer: () => nothingYet },
];
const nothingYet = failure(503, 'ServiceUnavailable', 'The cluster has no nodes yet, and so no traffic.');
