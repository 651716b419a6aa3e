import { EmbeddedProvider, type RunningCluster } from '@kubedan/clusters';
import { KubeClient, type KubeObject } from '@kubedan/kube';
import { ReusedClusters } from '@kubedan/proving';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planePrograms } from '../support/index.js';
import { boxes } from '../support/objects.js';

const signal = AbortSignal.timeout(110_000);
const image = 'registry.example/web:1.0';
const images = { [image]: {} };
const pods = (app: string) => ({ metadata: { labels: { app } }, spec: { containers: [{ name: app, image }] } });
const configMap = (namespace: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'note', namespace, finalizers: ['example.com/never-goes'] },
});
/** Of each kind of place something, and what holds on to its place. */
const made: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  configMap('shop'),
  configMap('default'),
  configMap('kube-system'),
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: pods('web') },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'door', namespace: 'default' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'door' } }, template: pods('door') },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30080 }] },
  },
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'first' }, value: 7 },
  boxes,
];
const namespace = { apiVersion: 'v1', kind: 'Namespace', name: 'default' };
const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'edit' };

/** Uses a cluster as hard as a learner could: makes things, changes what was there, and removes it. */
async function play(client: KubeClient): Promise<void> {
  for (const object of made) await client.apply(object);
  const readyOf = async (where: string, name: string): Promise<number | undefined> => {
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: where, name };
    return (await client.get<KubeObject & { status?: { readyReplicas?: number } }>(ref))?.status?.readyReplicas;
  };
  while ((await readyOf('shop', 'web')) !== 3 || (await readyOf('default', 'door')) !== 2) signal.throwIfAborted();
  await client.patch(namespace, { metadata: { labels: { mood: 'tired' } } }, { type: 'merge' });
  await client.delete(role);
}

/** Renewed by who holds them, not kept at all, or still told of nodes that have gone. */
const restless = ['leases', 'componentstatuses', 'events'];

type Inventory = Map<string, object>;

/** Each object of a cluster by its path, as the API server shows it, but for versions and what renews itself. */
async function inventory(client: KubeClient): Promise<Inventory> {
  const get = async <T>(where: string): Promise<T> => {
    for (;;) {
      const { status, body } = await client.request('GET', where, undefined, { signal });
      if (status === 200) return body as T;
      // What was just defined is not served for a moment, and metrics are not while there are no nodes.
      if (status !== 429) return { items: [] } as T;
      signal.throwIfAborted();
    }
  };
  const { groups } = await get<{ groups: { preferredVersion: { groupVersion: string } }[] }>('/apis');
  const found: Inventory = new Map();
  for (const base of ['/api/v1', ...groups.map((group) => `/apis/${group.preferredVersion.groupVersion}`)]) {
    const { resources = [] } = await get<{ resources?: { name: string; verbs: string[] }[] }>(base);
    for (const { name, verbs } of resources) {
      if (!verbs.includes('list') || restless.includes(name)) continue;
      const { items } = await get<{ items: KubeObject[] }>(`${base}/${name}`);
      for (const { metadata, ...rest } of items) {
        const { resourceVersion: _version, ...steady } = metadata;
        found.set(`${base}/${metadata.namespace ?? ''}/${name}/${metadata.name}`, { metadata: steady, ...rest });
      }
    }
  }
  return found;
}

describe('a plane that is released', () => {
  let dir: string;
  let provider: EmbeddedProvider;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    provider = new EmbeddedProvider({ dir, programs: planePrograms, planes: { brief: true }, reusable: true });
    await provider.warm({ id: 'one', nodes: 0 }, signal);
  });
  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  it('holds what it held before, object by object, however it was used', async () => {
    const [handle] = await provider.list();
    await using client = new KubeClient(handle!.credentials!.setup);
    const before = await inventory(client);
    expect(before.size).toBeGreaterThan(100);
    for (const nodes of [1, 3]) {
      await provider.claim({ id: 'one', nodes, images, seed: 'a' }, signal);
      await play(client);
      const used = await inventory(client);
      expect(used.has('/api/v1//nodes/node-1')).toBe(true);
      expect(used.has('/apis/rbac.authorization.k8s.io/v1//clusterroles/edit')).toBe(false);
      await provider.release('one', signal);
      expect(await inventory(client)).toEqual(before);
    }
  });
});

describe('planes that are lent', () => {
  it('come back as they were, with the nodes and images of their next use', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    try {
      const provider = new EmbeddedProvider({ dir, programs: planePrograms, planes: { brief: true }, reusable: true });
      await using planes = new ReusedClusters(provider, 1, signal);
      const use = async (id: string, nodes: number): Promise<RunningCluster> => {
        const cluster = await planes.create({ id, nodes, images, seed: id }, signal);
        await using client = new KubeClient(cluster.credentials.setup);
        expect(await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' })).toBeUndefined();
        expect((await client.list({ apiVersion: 'v1', kind: 'Node' })).items).toHaveLength(nodes);
        await play(client);
        await planes.destroy(id);
        return cluster;
      };
      const first = await use('a', 1);
      const second = await use('b', 3);
      expect([first.id, second.id]).toEqual(['a', 'b']);
      expect(second.apiSocketPath).toBe(first.apiSocketPath);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
