import { EmbeddedProvider, type RunningCluster } from '@kubedan/clusters';
import type { WorldSpec } from '@kubedan/contracts';
import { KubeClient, type KubeObject, type ListQuery } from '@kubedan/kube';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './server-fixture.js';
import { briefPlanes, planePrograms } from '../support/index.js';
import { untilObjects } from '../support/objects.js';

const images = { 'registry.example/web:1.0': { serves: 8080 } };
const world: WorldSpec = {
  nodeTypes: {
    small: {
      cpu: '2',
      memory: '4Gi',
      pricePerHour: 0.1,
      startsIn: '1s',
      spot: { pricePerHour: 0.04, interruptedEvery: '1s', notice: '8s' },
    },
  },
  nodePools: { main: { type: 'small', size: 1, min: 1, max: 3 } },
  autoscaler: { unneededFor: '5s', afterAdding: '5s' },
};
const namespace = 'default';

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}
interface Observed extends KubeObject {
  spec?: { unschedulable?: boolean; nodeName?: string };
  status?: { readyReplicas?: number; nodes?: number; ready?: number; conditions?: Condition[] };
  reason?: string;
  message?: string;
}

let dir: string;
let provider: EmbeddedProvider;
let cluster: RunningCluster;
let client: KubeClient;
let learner: KubeClient;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
  provider = new EmbeddedProvider({ dir, programs: planePrograms, planes: briefPlanes });
  cluster = await provider.create({ id: 'n', nodes: 1, images, seed: 'n', world }, AbortSignal.timeout(120_000));
  connect();
});
afterAll(async () => {
  await Promise.all([client.close(), learner.close()]);
  await provider[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});
function connect(): void {
  client = new KubeClient(cluster.credentials.setup);
  learner = new KubeClient(cluster.credentials.learner);
}

const until = (query: ListQuery, wanted: (objects: Observed[]) => boolean): Promise<Observed[]> =>
  untilObjects(client, query, wanted);

const nodes: ListQuery = { apiVersion: 'v1', kind: 'Node' };
const events: ListQuery = { apiVersion: 'v1', kind: 'Event' };
const pool = { apiVersion: 'world.kubedan.dev/v1', kind: 'NodePool' };
const poolNamed = (name: string): ListQuery => ({ ...pool, fieldSelector: `metadata.name=${name}` });
const namesOf = (objects: Observed[]) => objects.map(({ metadata }) => metadata.name).sort();
const isReady = ({ status }: Observed) =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
const deployment = (name: string, replicas: number, cpu: string, spec: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: 'main', image: 'registry.example/web:1.0', resources: { requests: { cpu } } }],
        ...spec,
      },
    },
  },
});
const deploymentNamed = (name: string): ListQuery => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace,
  fieldSelector: `metadata.name=${name}`,
});
const scale = (name: string, replicas: number) =>
  learner.patch(
    { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name },
    { spec: { replicas } },
    { type: 'merge', subresource: 'scale' },
  );

/** Resolves when an hour costs so much; the world looks up some times a second. */
const perHour = (dollars: number): Promise<number> =>
  eventually(
    async () => cluster.world?.bill(1_000).perHour ?? 0,
    (value) => Math.abs(value - dollars) < 0.005,
  );

describe('a cluster whose nodes are rented', () => {
  it('has the nodes of its pools at the start, and a pool to set', async () => {
    const [main] = await until(poolNamed('main'), (all) => all.length === 1);
    expect(main?.spec).toMatchObject({ type: 'small', min: 1, max: 3 });
    const all = await until(nodes, (some) => some.length === 1 && some.every(isReady));
    expect(all[0]?.metadata).toMatchObject({
      name: 'main-1',
      labels: {
        'world.kubedan.dev/node-pool': 'main',
        'node.kubernetes.io/instance-type': 'small',
        'world.kubedan.dev/capacity-type': 'on-demand',
      },
    });
    cluster.world?.begin();
    await until(poolNamed('main'), ([one]) => one?.status?.nodes === 1 && one.status.ready === 1);
    await perHour(0.1);
  });

  it('gets nodes for Pods that fit nowhere, up to the most, and says why no more', async () => {
    await learner.create(deployment('web', 4, '1500m'));
    await until(nodes, (all) => all.length === 3 && all.every(isReady));
    await until(deploymentNamed('web'), ([one]) => one?.status?.readyReplicas === 3);
    await perHour(0.3);
    const told = await until(events, (all) =>
      ['TriggeredScaleUp', 'NotTriggerScaleUp'].every((wanted) => all.some(({ reason }) => reason === wanted)),
    );
    expect(told.find(({ reason }) => reason === 'TriggeredScaleUp')?.message).toMatch(
      /^pod triggered scale-up: \[\{main 1->\d \(max: 3\)\}\]$/,
    );
    expect(told.find(({ reason }) => reason === 'NotTriggerScaleUp')?.message).toBe(
      "pod didn't trigger scale-up: main: max node group size reached",
    );
  });

  it('gives nodes back that are not needed, and keeps those whose Pods must stay', async () => {
    await learner.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    });
    await scale('web', 1);
    const left = await until(nodes, (all) => all.length === 1);
    const { items } = await client.list<Observed>({ apiVersion: 'v1', kind: 'Pod', namespace });
    expect(items.map(({ spec }) => spec?.nodeName)).toEqual(namesOf(left));
    await perHour(0.1);
    await until(events, (all) => all.some(({ reason }) => reason === 'ScaleDown'));
    await learner.delete({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name: 'web' });
  });

  it('has pools of the learner’s own, or says what is wrong with them', async () => {
    const make = (name: string, spec: object) => learner.create({ ...pool, metadata: { name }, spec });
    await make('huge', { type: 'huge', max: 2 });
    const [huge] = await until(poolNamed('huge'), ([one]) => one?.status?.conditions?.[0]?.status === 'False');
    expect(huge?.status?.conditions?.[0]?.message).toBe('There is no node type huge; there is small.');
    await expect(make('upside-down', { type: 'small', min: 3, max: 2 })).rejects.toThrow('expected min <= max');
    await make('cheap', { type: 'small', spot: true, max: 1, labels: { tier: 'cheap' } });
    await learner.create(deployment('batch', 1, '1', { nodeSelector: { tier: 'cheap' } }));
    await until(nodes, (all) => all.some((one) => one.metadata.name === 'cheap-1' && isReady(one)));
    // The provider takes it back: it is told before, emptied, and gone.
    await until(events, (all) => all.some(({ reason }) => reason === 'SpotInterruption'));
    await until(nodes, (all) =>
      all.some(({ metadata, spec }) => metadata.name === 'cheap-1' && spec?.unschedulable === true),
    );
    await until(nodes, (all) => all.every((one) => one.metadata.name !== 'cheap-1' || !one.spec?.unschedulable));
    await scale('batch', 0);
    await learner.delete({ ...pool, name: 'cheap' });
    await until(nodes, (all) => all.every(({ metadata }) => !metadata.name.startsWith('cheap-')));
  });

  it('has its nodes again after a rest', async () => {
    await Promise.all([client.close(), learner.close()]);
    await provider.suspend('n');
    cluster = await provider.resume('n');
    connect();
    await until(nodes, (all) => all.length === 1 && all.every(isReady));
    await scale('web', 2);
    await until(deploymentNamed('web'), ([one]) => one?.status?.readyReplicas === 2);
    expect(namesOf(await until(nodes, (all) => all.length === 2))).toHaveLength(2);
  });
});
