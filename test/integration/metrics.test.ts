import { findPrograms } from '@kubedan/binaries';
import { EmbeddedProvider, type RunningCluster } from '@kubedan/clusters';
import { KubeClient, kubeconfigOf, Reflector, type KubeObject, type ListQuery } from '@kubedan/kube';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { briefPlanes, cacheDir, planePrograms } from '../support/index.js';

const images = {
  'registry.example/web:busy': { serves: 8080, work: { background: { cpu: '400m' } }, memory: '96Mi' },
  'registry.example/web:calm': { serves: 8080, work: { background: { cpu: '20m' } }, memory: '48Mi' },
  'registry.example/tools:1': {},
};
const namespace = 'default';
interface Observed extends KubeObject {
  status?: {
    conditions?: { type: string; status: string; message?: string }[];
    readyReplicas?: number;
    replicas?: number;
    phase?: string;
  };
}
interface Listed {
  items: { metadata: { name: string }; timestamp: string; window: string }[];
}

let dir: string;
let provider: EmbeddedProvider;
let cluster: RunningCluster;
let client: KubeClient;
let learner: KubeClient;
let kubectl: (...args: string[]) => Promise<{ stdout: string; stderr: string }>;

const connect = () => {
  client = new KubeClient(cluster.credentials.setup);
  learner = new KubeClient(cluster.credentials.learner);
};
const disconnect = () => Promise.all([client.close(), learner.close()]);

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
  provider = new EmbeddedProvider({ dir, programs: planePrograms, planes: briefPlanes });
  await provider.warm({ id: 'm', nodes: 0 }, AbortSignal.timeout(60_000));
});
afterAll(async () => {
  await disconnect();
  await provider[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const claim = async () => {
  cluster = await provider.claim({ id: 'm', nodes: 2, images, seed: 'm' }, AbortSignal.timeout(60_000));
  connect();
  const { kubectl: program } = await findPrograms(['kubectl'], { cacheDir });
  const kubeconfig = path.join(dir, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigOf(cluster.credentials.learner));
  kubectl = (...args) => promisify(execFile)(program, ['--kubeconfig', kubeconfig, ...args]);
};

/** Resolves with the objects as soon as they are as wanted. */
async function until(query: ListQuery, wanted: (objects: Observed[]) => boolean): Promise<Observed[]> {
  const { promise, resolve } = Promise.withResolvers<Observed[]>();
  const look = () => {
    const objects = [...reflector.items.values()];
    if (wanted(objects)) resolve(objects);
  };
  const reflector = new Reflector<Observed>(client, query, { onEvent: look, onSnapshot: look });
  reflector.start();
  try {
    return await promise;
  } finally {
    await reflector.stop();
  }
}

const apiService: ListQuery = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  fieldSelector: 'metadata.name=v1beta1.metrics.k8s.io',
};
const isAvailable = ([one]: Observed[]) =>
  one?.status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True') ?? false;
const deploymentNamed = (name: string): ListQuery => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace,
  fieldSelector: `metadata.name=${name}`,
});
const deployment = (name: string, image: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: 'main', image, resources: { requests: { cpu: '200m' }, limits: { cpu: '300m' } } }],
      },
    },
  },
});
/** Asks the API again until it answers as wanted: what a kubelet measures cannot be watched. */
async function metricsUntil(target: string, wanted: (list: Listed) => boolean): Promise<Listed> {
  for (;;) {
    const { status, body } = await learner.request('GET', `/apis/metrics.k8s.io/v1beta1/${target}`);
    if (status === 200 && wanted(body as Listed)) return body as Listed;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('a warm cluster, which has no nodes yet', () => {
  it('has the metrics API, so that nothing waits for it', async () => {
    const plane = await provider.list();
    expect(plane).toMatchObject([{ id: 'm', state: 'running' }]);
    cluster = plane[0] as RunningCluster;
    connect();
    await until(apiService, isAvailable);
    const { status, body } = await client.request('GET', '/apis/metrics.k8s.io/v1beta1/nodes');
    expect(status).toBe(503);
    expect(body).toMatchObject({ message: 'The cluster has no nodes yet that could be measured.' });
    // The namespace controller deletes nothing while it does not know all kinds.
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'short-lived' } });
    await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'short-lived' });
    await until({ apiVersion: 'v1', kind: 'Namespace' }, (all) =>
      all.every((one) => one.metadata.name !== 'short-lived'),
    );
    await disconnect();
  });
});

describe('the metrics of a claimed cluster', () => {
  beforeAll(claim);

  it('are there for nodes at once, and for a new pod after two readings', async () => {
    const { stdout: nodes } = await kubectl('top', 'nodes');
    expect(nodes).toMatch(/^NAME +CPU\(cores\) +CPU\(%\) +MEMORY\(bytes\) +MEMORY\(%\) *$/m);
    expect(nodes).toMatch(/^node-1 +45m +1% +420Mi +5% *$/m);
    await client.create(deployment('calm', 'registry.example/web:calm'));
    await until(deploymentNamed('calm'), ([one]) => one?.status?.readyReplicas === 1);
    await expect(kubectl('top', 'pods')).rejects.toThrow('error: metrics not available yet');
    const { items } = await metricsUntil(`namespaces/${namespace}/pods`, (list) => list.items.length === 1);
    expect(items[0]).toMatchObject({
      window: '10s',
      metadata: { labels: { app: 'calm' } },
      containers: [{ name: 'main', usage: { cpu: '20m', memory: '48Mi' } }],
    });
    const [pod] = items;
    expect((await kubectl('top', 'pods')).stdout).toMatch(/^calm-\S+ +20m +48Mi *$/m);
    expect((await kubectl('top', 'pod', pod?.metadata.name ?? '', '--containers')).stdout).toMatch(/ main +20m +48Mi/);
    expect((await kubectl('get', 'podmetrics')).stdout).toMatch(/^NAME +CPU +MEMORY +WINDOW\n\S+ +20m +48Mi +10s/);
    const { stdout: busier } = await kubectl('top', 'nodes');
    expect(busier).toMatch(/^node-\d +65m +1% +468Mi +5% *$/m);
  });

  it('are found by label and by name, and nothing else can be done with them', async () => {
    const get = async (target: string) => learner.request('GET', `/apis/metrics.k8s.io/v1beta1/${target}`);
    const lists = async (selector: string) =>
      ((await get(`pods?${selector}`)).body as Listed).items.map(({ metadata }) => metadata.name).length;
    expect(await lists('labelSelector=app%3Dcalm')).toBe(1);
    expect(await lists('labelSelector=app%20in%20(other)')).toBe(0);
    expect(await lists('fieldSelector=metadata.namespace%3Dkube-system')).toBe(0);
    expect(await get('pods?labelSelector=a%20b')).toMatchObject({
      status: 400,
      body: { message: 'unable to parse requirement: "a b"' },
    });
    expect(await get(`namespaces/${namespace}/pods/nobody`)).toMatchObject({
      status: 404,
      body: { message: 'podmetrics.metrics.k8s.io "default/nobody" not found' },
    });
    expect((await get('nodes/node-9')).status).toBe(404);
    expect((await get('pods?watch=true')).status).toBe(405);
    const body = { kind: 'PodMetrics', apiVersion: 'metrics.k8s.io/v1beta1', metadata: { name: 'mine' } };
    const write = (by: KubeClient) =>
      by.request('POST', `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`, body);
    expect((await write(learner)).status).toBe(403);
    expect((await write(client)).status).toBe(405);
  });

  it('let an autoscaler scale a Deployment out, and in again', async () => {
    await client.create(deployment('shop', 'registry.example/web:busy'));
    await client.create({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'shop', namespace },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      },
    });
    // 300m, its limit, of the 200m that it asks for is 150 %: 3 of 2.5.
    await until(deploymentNamed('shop'), ([one]) => one?.status?.readyReplicas === 3);
    await client.apply({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop', namespace },
      spec: {
        selector: { matchLabels: { app: 'shop' } },
        template: {
          metadata: { labels: { app: 'shop' } },
          spec: {
            containers: [
              {
                name: 'main',
                image: 'registry.example/web:calm',
                resources: { requests: { cpu: '200m' }, limits: { cpu: '300m' } },
              },
            ],
          },
        },
      },
    });
    await until(deploymentNamed('shop'), ([one]) => one?.status?.replicas === 1);
  });

  it('are there again after a rest', async () => {
    await disconnect();
    await provider.suspend('m');
    cluster = await provider.resume('m');
    connect();
    await until(apiService, isAvailable);
    const { items } = await metricsUntil('nodes', (list) => list.items.length === 2);
    expect(items.map(({ metadata }) => metadata.name).sort()).toEqual(['node-1', 'node-2']);
    // A real pod's counters went on; so those that ran before are known at once.
    const pods = await metricsUntil(`namespaces/${namespace}/pods`, (list) => list.items.length > 0);
    expect(pods.items.some(({ metadata }) => metadata.name.startsWith('calm-'))).toBe(true);
  });

  it('stay where they are whatever a learner makes of the Service', async () => {
    const service = { apiVersion: 'v1', kind: 'Service', namespace: 'kube-system', name: 'metrics-server' };
    await learner.patch(
      service,
      { spec: { type: 'ExternalName', externalName: 'localhost', clusterIP: null, clusterIPs: null } },
      { type: 'merge' },
    );
    await until(apiService, (all) => !isAvailable(all));
    expect((await learner.request('GET', '/apis/metrics.k8s.io/v1beta1/nodes')).status).toBe(503);
    await learner.patch(
      service,
      { spec: { type: 'ClusterIP', externalName: null, clusterIP: '10.96.0.11' } },
      { type: 'merge' },
    );
    await until(apiService, isAvailable);
  });
});
