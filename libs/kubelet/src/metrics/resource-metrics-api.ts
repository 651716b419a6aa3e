import { failure, notFound, type Answer } from './answer.js';
import { resourceMetricsApi, resourceMetricsResources } from './apis.js';
import type { AnsweringApi, ApiRequest } from './world-api-server.js';
import { fieldSelector, labelSelector } from './label-selector.js';
import {
  nodeMetrics,
  podMetrics,
  tableOf,
  type MeasuredNode,
  type MeasuredPod,
  type NodeMetrics,
  type PodMetrics,
} from './resource-metrics.js';
import type { Scrapes } from './scrapes.js';

/** What is measured. Nodes that are down are left out, and their pods with them. */
export interface Measurements {
  nodes(): MeasuredNode[];
  pods(): MeasuredPod[];
  now(): number;
}

const { group } = resourceMetricsApi;
const podFields = ['metadata.name', 'metadata.namespace', 'spec.nodeName'];

/** metrics.k8s.io, as metrics-server serves it. */
export class ResourceMetricsApi implements AnsweringApi {
  readonly group = group;
  readonly version = resourceMetricsApi.version;

  constructor(
    private readonly measurements: Measurements,
    private readonly scrapes: Scrapes,
  ) {}

  resources() {
    return resourceMetricsResources;
  }

  answer({ path, query, asTable }: ApiRequest): Answer | undefined {
    const [first, second, third, fourth] = path;
    if (first === 'nodes' && path.length <= 2) return this.#nodes(second, query, asTable);
    if (first === 'pods' && path.length === 1) return this.#pods({}, query, asTable);
    if (first === 'namespaces' && third === 'pods' && path.length <= 4)
      return this.#pods({ namespace: second, name: fourth }, query, asTable);
    return undefined;
  }

  #nodes(name: string | undefined, query: URLSearchParams, asTable: boolean): Answer {
    const labels = labelSelector(query.get('labelSelector') ?? '');
    const fields = fieldSelector(query.get('fieldSelector') ?? '', ['metadata.name']);
    const wanted = this.measurements
      .nodes()
      .filter((node) =>
        name === undefined ? labels(node.labels) && fields({ 'metadata.name': node.name }) : node.name === name,
      );
    if (name !== undefined && wanted.length === 0) return notFound('nodemetrics', group, name);
    const now = this.measurements.now();
    const scrape = this.scrapes.at(now);
    const pods = Map.groupBy(this.measurements.pods(), ({ node }) => node);
    const items = wanted.map((node) => nodeMetrics(node, pods.get(node.name) ?? [], scrape, now));
    return shown(items, 'NodeMetricsList', name !== undefined, asTable);
  }

  #pods(
    { namespace, name }: { namespace?: string | undefined; name?: string | undefined },
    query: URLSearchParams,
    asTable: boolean,
  ): Answer {
    const labels = labelSelector(query.get('labelSelector') ?? '');
    const fields = fieldSelector(query.get('fieldSelector') ?? '', podFields);
    const now = this.measurements.now();
    const scrape = this.scrapes.at(now);
    const items = this.measurements.pods().flatMap((one) => {
      const { metadata } = one.pod;
      if (namespace !== undefined && metadata.namespace !== namespace) return [];
      const known = {
        'metadata.name': metadata.name,
        'metadata.namespace': metadata.namespace ?? '',
        'spec.nodeName': one.node,
      };
      const isWanted = name === undefined ? labels(metadata.labels ?? {}) && fields(known) : metadata.name === name;
      return isWanted ? (podMetrics(one, scrape, now) ?? []) : [];
    });
    if (name !== undefined && items.length === 0) return notFound('podmetrics', group, `${namespace}/${name}`);
    return shown(items, 'PodMetricsList', name !== undefined, asTable);
  }
}

function shown(items: (PodMetrics | NodeMetrics)[], kind: string, one: boolean, asTable: boolean): Answer {
  if (asTable) return { status: 200, body: tableOf(items) };
  const [first] = items;
  if (one && first) return { status: 200, body: first };
  return { status: 200, body: { kind, apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items } };
}

/** Stands in for metrics.k8s.io while a plane has no nodes: what there is can be found, and is not there yet. */
export const noMetricsYet: AnsweringApi = {
  ...resourceMetricsApi,
  resources: () => resourceMetricsResources,
  answer: () => failure(503, 'ServiceUnavailable', 'The cluster has no nodes yet that could be measured.'),
};
