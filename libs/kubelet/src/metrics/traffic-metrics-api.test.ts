import { describe, expect, it } from 'vitest';
import { smallWorld } from '../traffic/testing.js';
import { describe as discovery } from './discovery.js';
import { CustomMetricsApi, ExternalMetricsApi, noTrafficYet, type MeasuredTraffic } from './traffic-metrics-api.js';

const { engine } = smallWorld();
engine.advance(20_000);
const traffic: MeasuredTraffic = {
  engine,
  pods: () => [
    { namespace: 'shop', name: 'web-1', uid: 'uid-1', labels: { app: 'web' }, containers: ['main'] },
    { namespace: 'shop', name: 'idle-1', uid: 'uid-2', labels: { app: 'idle' }, containers: ['main'] },
    { namespace: 'mall', name: 'web-2', uid: 'uid-3', labels: { app: 'web' }, containers: ['main'] },
  ],
  services: () => new Map([['shop/web', { app: 'web' }]]),
  routes: () => new Map([['shop/front', {}]]),
  queues: () => ['orders', 'letters'],
  now: () => Date.parse('2026-01-01T00:00:20Z'),
};
interface Values {
  items: { value: string; describedObject: { name: string } }[];
}
const ask = (api: CustomMetricsApi | ExternalMetricsApi, path: string, query = '') =>
  api.answer({ path: path.split('/'), query: new URLSearchParams(query), asTable: false });

describe('custom metrics', () => {
  const api = new CustomMetricsApi(traffic);
  const names = (answer: ReturnType<typeof ask>) =>
    (answer?.body as Values | undefined)?.items.map(({ describedObject }) => describedObject.name);

  it('are there for the Pods of a namespace that a selector matches', () => {
    const all = ask(api, 'namespaces/shop/pods/*/http_requests_per_second');
    expect(names(all)).toEqual(['web-1', 'idle-1']);
    const answer = ask(api, 'namespaces/shop/pods/*/http_requests_per_second', 'labelSelector=app%3Dweb');
    expect(answer?.body).toMatchObject({
      kind: 'MetricValueList',
      apiVersion: 'custom.metrics.k8s.io/v1beta2',
      items: [
        {
          describedObject: { kind: 'Pod', apiVersion: '/v1', namespace: 'shop', name: 'web-1' },
          metric: { name: 'http_requests_per_second', selector: null },
          timestamp: '2026-01-01T00:00:20Z',
          windowSeconds: 10,
        },
      ],
    });
    const value = (answer?.body as Values | undefined)?.items[0]?.value ?? '';
    expect(Number.parseInt(value, 10) / (value.endsWith('m') ? 1000 : 1)).toBeGreaterThan(30);
    // Gauges are known of what does work alone.
    expect(names(ask(api, 'namespaces/shop/pods/*/http_requests_in_progress'))).toEqual(['web-1']);
  });

  it('are there for a Service and a route by their names', () => {
    expect(names(ask(api, 'namespaces/shop/services/web/http_request_seconds_p99'))).toEqual(['web']);
    expect(
      names(ask(api, 'namespaces/shop/httproutes.gateway.networking.k8s.io/front/http_requests_per_second')),
    ).toEqual(['front']);
  });

  it.each([
    'namespaces/shop/services/web/made_up',
    'namespaces/shop/services/nobody/http_requests_per_second',
    'namespaces/mall/services/web/http_requests_per_second',
    'namespaces/shop/pods/web-1/constructor',
  ])('are not found: %s', (path) => expect(ask(api, path)?.status).toBe(404));

  it.each([
    'namespaces/shop/secrets/x/http_requests_per_second',
    'nodes/x/y',
    'namespaces/shop/pods',
    'namespaces/shop/pods/a/b/c',
  ])('are nothing of %s', (path) => expect(ask(api, path)).toBeUndefined());
});

describe('external metrics', () => {
  const api = new ExternalMetricsApi(traffic);
  it('are there for queues by their label', () => {
    expect(ask(api, 'namespaces/any/queue_messages_waiting', 'labelSelector=queue%3Dorders')?.body).toMatchObject({
      kind: 'ExternalMetricValueList',
      items: [{ metricName: 'queue_messages_waiting', metricLabels: { queue: 'orders' }, value: '0' }],
    });
    expect(ask(api, 'namespaces/any/queue_messages', 'labelSelector=queue%3Dorders')?.body).toMatchObject({
      items: [{ metricName: 'queue_messages', metricLabels: { queue: 'orders' }, value: '0' }],
    });
    expect(ask(api, 'namespaces/any/queue_messages_waiting', 'labelSelector=queue%3Dletters')?.body).toMatchObject({
      items: [],
    });
    expect(ask(api, 'namespaces/any/made_up')).toBeUndefined();
  });
});

it('are found by discovery, with and without traffic', () => {
  for (const apis of [[new CustomMetricsApi(traffic), new ExternalMetricsApi(traffic)], noTrafficYet]) {
    const list = discovery('/apis/custom.metrics.k8s.io/v1beta2', apis)?.body as { resources: { name: string }[] };
    expect(list.resources.map(({ name }) => name)).toContain('pods/http_requests_waiting');
    expect(discovery('/apis/external.metrics.k8s.io/v1beta1', apis)?.body).toMatchObject({
      kind: 'APIResourceList',
      resources: [{ name: 'queue_messages', namespaced: true }, { name: 'queue_messages_waiting' }, {}],
    });
    expect(discovery('/apis', apis)?.body).toMatchObject({ kind: 'APIGroupDiscoveryList', items: [{}, {}] });
    expect(discovery('/apis/metrics.k8s.io', apis)).toBeUndefined();
  }
});
