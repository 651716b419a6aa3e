import { EmbeddedProvider, type ClusterWorld, type RunningCluster } from '@kubedan/clusters';
import type { ImageCatalogue, TrafficPicture, WorldSpec } from '@kubedan/contracts';
import { KubeClient, type KubeObject, type ListQuery } from '@kubedan/kube';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { briefPlanes, planePrograms } from '../support/index.js';
import { untilObjects } from '../support/objects.js';

const images: ImageCatalogue = {
  'registry.example/web:1.0': { serves: 8080, memory: '64Mi', work: { cpu: '10ms', variation: 0 } },
  'registry.example/web:2.0': { serves: 8080, memory: '64Mi', work: { cpu: '10ms', variation: 0, errors: 1 } },
  'registry.example/leaky:1': { serves: 8080, memory: '32Mi', work: { cpu: '1ms', leak: '64Mi' } },
  'registry.example/slow:1': { serves: 8080, memory: '32Mi', work: { cpu: '100ms', concurrency: 4, backlog: 100 } },
  'registry.example/worker:1': { memory: '32Mi', work: { cpu: '200ms', concurrency: 1, takes: 'orders' } },
};
const world: WorldSpec = {
  traffic: {
    shoppers: { url: 'http://shop.example/', profile: { steady: { rate: 40 } } },
    storm: { url: 'http://slow.default.svc/', profile: { steady: { rate: 60 } }, starts: 'on-request' },
    orders: { queue: 'orders', profile: { steady: { rate: 12 } }, starts: 'on-request' },
  },
  dependencies: { orders: { kind: 'queue' } },
};
const namespace = 'default';
const gatewayApi = 'gateway.networking.k8s.io/v1';
const worldApi = 'world.kubedan.dev/v1';

interface Conditions {
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
}
interface Observed extends KubeObject {
  status?: Conditions & {
    readyReplicas?: number;
    parents?: (Conditions & { controllerName: string })[];
    alerts?: { name: string; state: string; labels: object; annotations: object }[];
    containerStatuses?: { ready: boolean; restartCount: number; lastState?: { terminated?: { reason: string } } }[];
  };
}

let dir: string;
let provider: EmbeddedProvider;
let cluster: RunningCluster;
let client: KubeClient;
let learner: KubeClient;
const signal = AbortSignal.timeout(600_000);

const connect = () => {
  client = new KubeClient(cluster.credentials.setup);
  learner = new KubeClient(cluster.credentials.learner);
};
const disconnect = () => Promise.all([client.close(), learner.close()]);
const open = () => new EmbeddedProvider({ dir, programs: planePrograms, planes: briefPlanes });

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
  provider = open();
  cluster = await provider.create({ id: 't', nodes: 2, images, seed: 't', world }, signal);
  connect();
});
afterAll(async () => {
  await disconnect();
  await provider[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const theWorld = (): ClusterWorld => {
  if (!cluster.world) throw new Error('the cluster has no world');
  return cluster.world;
};

/** Resolves with the objects as soon as they are as wanted. */
const until = (query: ListQuery, wanted: (objects: Observed[]) => boolean): Promise<Observed[]> =>
  untilObjects(client, query, wanted);

/** Looks again until the picture is as wanted: figures cannot be watched. */
async function seen(wanted: (picture: TrafficPicture) => boolean, windowMs = 3_000): Promise<TrafficPicture> {
  for (;;) {
    const picture = theWorld().picture(windowMs);
    if (picture && wanted(picture)) return picture;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const source = (picture: TrafficPicture, name: string) => picture.sources.find((one) => one.name === name);

const named = (apiVersion: string, kind: string, name: string): ListQuery => ({
  apiVersion,
  kind,
  namespace,
  fieldSelector: `metadata.name=${name}`,
});
const ref = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, namespace, name });
const object = (apiVersion: string, kind: string, name: string, spec: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  spec,
});
const deployment = (name: string, image: string, replicas: number, container: object = {}): KubeObject =>
  object('apps/v1', 'Deployment', name, {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image, ...container }] },
    },
  });
const service = (name: string, targetPort = 8080): KubeObject =>
  object('v1', 'Service', name, { selector: { app: name }, ports: [{ port: 80, targetPort }] });
const route = (...backends: [name: string, weight: number][]): KubeObject =>
  object(gatewayApi, 'HTTPRoute', 'shop', {
    parentRefs: [{ name: 'front' }],
    hostnames: ['shop.example'],
    rules: [{ backendRefs: backends.map(([name, weight]) => ({ name, port: 80, weight })) }],
  });
const condition = (of: Conditions | undefined, type: string) => of?.conditions?.find((one) => one.type === type);
/** A kind that was just defined is served a moment later. */
const made = async (one: KubeObject) => {
  for (;;) {
    try {
      return await learner.create(one);
    } catch (error) {
      if (!/could not find|no kind|not found/i.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

describe('the kinds by which traffic is steered', () => {
  it('are the learner’s to write, and are told to be in force', async () => {
    await made(
      object(gatewayApi, 'Gateway', 'front', {
        gatewayClassName: 'world',
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
      }),
    );
    const [front] = await until(
      named(gatewayApi, 'Gateway', 'front'),
      ([one]) => condition(one?.status, 'Programmed')?.status === 'True',
    );
    expect(front?.status).toMatchObject({ addresses: [{ value: '172.30.254.1' }] });
    await made(route(['web', 1]));
    const parentOf = (one: Observed | undefined) => one?.status?.parents?.[0];
    const [missing] = await until(
      named(gatewayApi, 'HTTPRoute', 'shop'),
      ([one]) => condition(parentOf(one), 'Accepted')?.status === 'True',
    );
    expect(condition(parentOf(missing), 'ResolvedRefs')).toMatchObject({
      status: 'False',
      reason: 'BackendNotFound',
      message: 'There is no Service default/web.',
    });
    for (const name of ['web', 'next']) await learner.create(service(name));
    await learner.create(deployment('web', 'registry.example/web:1.0', 2));
    await learner.create(deployment('next', 'registry.example/web:2.0', 1));
    await until(
      named(gatewayApi, 'HTTPRoute', 'shop'),
      ([one]) => condition(parentOf(one), 'ResolvedRefs')?.status === 'True',
    );
    await until(named('apps/v1', 'Deployment', 'web'), ([one]) => one?.status?.readyReplicas === 2);
    await until(named('apps/v1', 'Deployment', 'next'), ([one]) => one?.status?.readyReplicas === 1);
  });

  it.each([
    [{ rules: [{ matches: [{ path: { value: 'cart' } }] }] }, 'should match'],
    [{ rules: [{ backendRefs: [{ name: 'web', port: 80, weight: -1 }] }] }, 'should be greater than or equal to 0'],
    [{ rules: [{ backendRefs: [{ name: 'web' }] }] }, 'port: Required value'],
    [{ rules: [{ timeouts: { request: 'soon' } }] }, 'should match'],
    [{ hostnames: ['Shop Example'] }, 'should match'],
  ])('say what is wrong with %j', async (spec, message) => {
    await expect(learner.create(object(gatewayApi, 'HTTPRoute', 'wrong', spec))).rejects.toThrow(message);
  });

  it('refuse fields that would not be honoured, as kubectl asks them to', async () => {
    const { status, body } = await learner.request(
      'POST',
      `/apis/${gatewayApi}/namespaces/${namespace}/httproutes?fieldValidation=Strict`,
      object(gatewayApi, 'HTTPRoute', 'wrong', { rules: [{ matches: [{ headers: [{ name: 'x', value: 'y' }] }] }] }),
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({
      message: expect.stringContaining('unknown field "spec.rules[0].matches[0].headers"'),
    });
  });

  it('let nobody but the world say how they are', async () => {
    const status = { conditions: [] };
    await expect(
      learner.patch(ref(gatewayApi, 'Gateway', 'front'), { status }, { type: 'merge', subresource: 'status' }),
    ).rejects.toThrow('cannot patch resource "gateways/status"');
    await expect(
      learner.create({
        apiVersion: gatewayApi,
        kind: 'GatewayClass',
        metadata: { name: 'mine' },
        spec: { controllerName: 'a/b' },
      }),
    ).rejects.toThrow('cannot create resource "gatewayclasses"');
  });
});

describe('traffic', () => {
  it('begins with the hand-over, reaches the Pods, and is seen', async () => {
    expect(theWorld().nowMs).toBe(0);
    expect(theWorld().picture(1_000)).toMatchObject({ worldMs: 0, sources: [{ name: 'shoppers', rate: 0 }, {}, {}] });
    theWorld().begin();
    const picture = await seen((one) => (source(one, 'shoppers')?.rate ?? 0) > 25 && one.pods.length === 3);
    expect(source(picture, 'shoppers')).toMatchObject({ errorRate: 0 });
    expect(source(picture, 'shoppers')?.p50Ms).toBeGreaterThan(9);
    expect(picture.services.find((one) => one.service === 'default/web')?.versions).toMatchObject([{ version: '1.0' }]);
    expect(picture.routes).toMatchObject([{ route: 'default/shop' }]);
    const [trace] = theWorld().traces(2_000);
    expect(trace?.spans.slice(0, 3).map((span) => span.service)).toEqual([
      'client',
      'gateway',
      expect.stringMatching(/^web-/),
    ]);
  });

  it('follows the weights of a route, to a new version and back at once', async () => {
    await learner.apply(route(['web', 1], ['next', 1]), { force: true });
    const half = await seen((one) => (source(one, 'shoppers')?.errorRate ?? 0) > 0.35);
    expect(half.services.find((one) => one.service === 'default/next')?.versions[0]?.version).toBe('2.0');
    await learner.apply(route(['web', 1]), { force: true });
    await seen((one) => source(one, 'shoppers')?.errorRate === 0);
  });

  it('is what metrics are about', async () => {
    interface Listed {
      items: { metadata: { name: string }; containers: { usage: { cpu: string; memory: string } }[] }[];
    }
    for (;;) {
      const { body } = await learner.request('GET', '/apis/metrics.k8s.io/v1beta1/pods?labelSelector=app%3Dweb');
      const cpus = ((body as Listed).items ?? []).map((one) =>
        Number.parseInt(one.containers[0]?.usage.cpu ?? '0', 10),
      );
      // 40 a second of 10 ms each are 400 thousandths of a core, over two Pods; in billionths.
      const sum = cpus.reduce((total, cpu) => total + cpu, 0);
      if (cpus.length === 2 && cpus.every((cpu) => cpu > 120e6) && sum < 600e6) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const custom = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/default';
    interface Values {
      items: { value: string; describedObject: { name: string } }[];
    }
    const valuesOf = async (target: string) => {
      const { status, body } = await learner.request('GET', `${custom}/${target}`);
      expect(status, JSON.stringify(body)).toBe(200);
      return (body as Values).items.map(({ value }) => Number.parseInt(value, 10) / (value.endsWith('m') ? 1000 : 1));
    };
    const perPod = await valuesOf('pods/*/http_requests_per_second?labelSelector=app%3Dweb');
    expect(perPod).toHaveLength(2);
    const [perService] = await valuesOf('services/web/http_requests_per_second');
    const [perRoute] = await valuesOf('httproutes.gateway.networking.k8s.io/shop/http_requests_per_second');
    expect(perService).toBeGreaterThan(25);
    expect(perRoute).toBeGreaterThan(25);
    expect((await learner.request('GET', `${custom}/services/web/made_up`)).status).toBe(404);
    const { body } = await learner.request('GET', '/api/v1/namespaces/default/services/web:80/proxy/metrics');
    expect(body).toMatch(/^http_requests_total\{code="200",outcome="ok"\} [1-9]\d*$/m);
    expect(body).toMatch(/^http_request_duration_seconds_count [1-9]\d*$/m);
    expect(body).toMatch(/^app_info\{image="registry.example\/web:1.0",version="1.0"\} 1$/m);
  });

  it('is limited at the gateway', async () => {
    await learner.create(object(worldApi, 'RateLimit', 'calm', { route: 'shop', requestsPerSecond: 10, burst: 1 }));
    const limited = await seen((one) => (source(one, 'shoppers')?.errorRate ?? 0) > 0.6);
    expect(limited.services.find((one) => one.service === 'default/web')?.rate).toBeLessThan(15);
    await until(named(worldApi, 'RateLimit', 'calm'), ([one]) => condition(one?.status, 'Accepted')?.status === 'True');
    await learner.delete(ref(worldApi, 'RateLimit', 'calm'));
    await seen((one) => source(one, 'shoppers')?.errorRate === 0);
  });

  it('raises the alert of a learner’s rule, and is kept from a target in trouble by a breaker', async () => {
    const rule = {
      alert: 'TooManyErrors',
      expr: 'sum by (service) (rate(service_requests_total{code="500"}[15s])) > 1',
      labels: { severity: 'page' },
      annotations: { summary: '{{ $labels.service }} fails' },
    };
    const monitoring = 'monitoring.coreos.com/v1';
    await learner.create(object(monitoring, 'PrometheusRule', 'shop', { groups: [{ name: 'shop', rules: [rule] }] }));
    await learner.create(
      object(worldApi, 'CircuitBreaker', 'next', {
        target: { kind: 'Service', name: 'next' },
        errorPercent: 50,
        window: '3s',
        openFor: '2s',
      }),
    );
    const breaker = named(worldApi, 'CircuitBreaker', 'next');
    await until(breaker, ([one]) => condition(one?.status, 'Open')?.status === 'False');
    await learner.apply(route(['next', 1]), { force: true });
    await until(breaker, ([one]) => condition(one?.status, 'Open')?.status === 'True');
    expect(
      theWorld()
        .picture(1_000)
        ?.breakers.map(({ name }) => name),
    ).toEqual(['default/next']);
    await learner.delete(ref(worldApi, 'CircuitBreaker', 'next'));
    const [fired] = await until(
      named(monitoring, 'PrometheusRule', 'shop'),
      ([one]) => one?.status?.alerts?.some(({ state }) => state === 'firing') ?? false,
    );
    expect(fired?.status?.alerts?.[0]).toMatchObject({
      name: 'TooManyErrors',
      labels: { service: 'next', severity: 'page' },
      annotations: { summary: 'next fails' },
    });
    expect(theWorld().picture(1_000)?.alerts).toMatchObject([{ name: 'TooManyErrors', summary: 'next fails' }]);
    await until({ apiVersion: 'v1', kind: 'Event', namespace }, (all) =>
      all.some((event) => event['reason'] === 'AlertFiring'),
    );
    await learner.apply(route(['web', 1]), { force: true });
    await until(
      named(monitoring, 'PrometheusRule', 'shop'),
      ([one]) => one?.status?.alerts?.every(({ state }) => state !== 'firing') ?? false,
    );
    const broken = object(monitoring, 'PrometheusRule', 'broken', {
      groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'sum(' }] }],
    });
    await learner.create(broken);
    const [told] = await until(
      named(monitoring, 'PrometheusRule', 'broken'),
      ([one]) => condition(one?.status, 'Accepted')?.status === 'False',
    );
    expect(condition(told?.status, 'Accepted')?.message).toMatch(
      /^spec\.groups\.0\.rules\.0\.expr: at character \d+: /,
    );
  });

  it('stands still while the cluster does', async () => {
    await disconnect();
    const before = theWorld().nowMs;
    await provider.suspend('t');
    expect(theWorld().picture(1_000)).toBeUndefined();
    const asleep = theWorld().nowMs;
    expect(asleep - before).toBeLessThan(1_000);
    const startedAt = performance.now();
    cluster = await provider.resume('t');
    connect();
    expect(theWorld().nowMs - asleep).toBeLessThan(performance.now() - startedAt);
    const picture = await seen((one) => one.worldMs > asleep + 3_000);
    // One that comes in the very moment of waking may find nobody.
    expect(source(picture, 'shoppers')?.errorRate).toBeLessThan(0.02);
    expect(source(picture, 'shoppers')?.rate).toBeGreaterThan(20);
  });
});

describe('what traffic does to Pods', () => {
  it('kills one that leaks, and the kubelet starts it again', async () => {
    await client.create(
      deployment('leaky', 'registry.example/leaky:1', 1, { resources: { limits: { memory: '128Mi' } } }),
    );
    const [pod] = await until(
      { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: 'app=leaky' },
      ([one]) => (one?.status?.containerStatuses?.[0]?.restartCount ?? 0) >= 1,
    );
    expect(pod?.status?.containerStatuses?.[0]?.lastState?.terminated?.reason).toBe('OOMKilled');
    await client.delete(ref('apps/v1', 'Deployment', 'leaky'));
  });

  it('makes one that cannot keep up fail its probes, when a load test asks for it, until that is over', async () => {
    await client.create(service('slow'));
    await client.create(
      deployment('slow', 'registry.example/slow:1', 1, {
        resources: { limits: { cpu: '1' } },
        readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 2 },
      }),
    );
    const isReady = ([one]: Observed[]) => one?.status?.containerStatuses?.[0]?.ready === true;
    const pods: ListQuery = { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: 'app=slow' };
    await until(pods, isReady);
    await learner.create(object(worldApi, 'LoadTest', 'storm', { traffic: 'storm' }));
    await until(named(worldApi, 'LoadTest', 'storm'), ([one]) => condition(one?.status, 'Running')?.status === 'True');
    await until(pods, (all) => all.length === 1 && !isReady(all));
    const { items } = await client.list<KubeObject & { message: string }>({
      apiVersion: 'v1',
      kind: 'Event',
      namespace,
    });
    expect(items.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Readiness probe failed: Get "http:\/\/10\.[\d.]+:8080\/": context deadline exceeded/),
    );
    await learner.delete(ref(worldApi, 'LoadTest', 'storm'));
    await until(pods, isReady);
    await learner.create(object(worldApi, 'LoadTest', 'nothing', { traffic: 'nothing' }));
    const [wrong] = await until(
      named(worldApi, 'LoadTest', 'nothing'),
      ([one]) => condition(one?.status, 'Running')?.reason === 'NoSuchTraffic',
    );
    expect(condition(wrong?.status, 'Running')?.message).toBe(
      'There is no traffic nothing; there is shoppers, storm, orders.',
    );
  });

  it('refuses requests to a port that nobody listens on', async () => {
    await learner.apply({ ...service('web', 9090) }, { force: true });
    const picture = await seen((one) => (source(one, 'shoppers')?.errorRate ?? 0) > 0.9);
    expect(source(picture, 'shoppers')?.rate).toBeGreaterThan(20);
    await learner.apply(service('web'), { force: true });
    await seen((one) => source(one, 'shoppers')?.errorRate === 0);
  });

  it('lets an autoscaler follow the length of a queue', async () => {
    await client.create(deployment('worker', 'registry.example/worker:1', 1));
    await client.create(
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'worker', {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' },
        minReplicas: 1,
        maxReplicas: 4,
        metrics: [
          {
            type: 'External',
            external: {
              metric: { name: 'queue_messages_waiting', selector: { matchLabels: { queue: 'orders' } } },
              target: { type: 'AverageValue', averageValue: '10' },
            },
          },
        ],
      }),
    );
    await learner.create(object(worldApi, 'LoadTest', 'orders', { traffic: 'orders' }));
    await until(named('apps/v1', 'Deployment', 'worker'), ([one]) => one?.status?.readyReplicas === 4);
    const { body } = await learner.request(
      'GET',
      '/apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue_messages_waiting?labelSelector=queue%3Dorders',
    );
    expect(body).toMatchObject({
      items: [{ metricName: 'queue_messages_waiting', metricLabels: { queue: 'orders' } }],
    });
  });
});

describe('when our own process ends', () => {
  it('goes on where it was', async () => {
    const before = theWorld().nowMs;
    await disconnect();
    await provider[Symbol.asyncDispose]();
    provider = open();
    await provider.prepare();
    cluster = await provider.resume('t');
    connect();
    expect(theWorld().nowMs).toBeGreaterThanOrEqual(before);
    await seen((one) => (source(one, 'shoppers')?.rate ?? 0) > 20);
  });
});
