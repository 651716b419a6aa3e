import { EmbeddedProvider, type RunningCluster } from '@kubedan/clusters';
import { KubeClient, type KubeObject } from '@kubedan/kube';
import { BlankCluster } from '@kubedan/proving';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planePrograms } from '../support/index.js';
import { boxes } from '../support/objects.js';

const signal = AbortSignal.timeout(100_000);
const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
const pod = (namespace: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'one', namespace },
  spec: { terminationGracePeriodSeconds: 600, containers: [{ name: 'one', image: 'registry.example/web:1.0' }] },
});

describe('a cluster that is used again', () => {
  let dir: string;
  let provider: EmbeddedProvider;
  let cluster: RunningCluster;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    provider = new EmbeddedProvider({ dir, programs: planePrograms });
    const images = { 'registry.example/web:1.0': {} };
    cluster = await provider.create({ id: 'one', nodes: 1, images, seed: 'a' }, signal);
  });
  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  it('has nothing of what was made in it, and its nodes as they were', async () => {
    await using client = new KubeClient(cluster.credentials.setup);
    const labelsBefore = (await client.get(node))?.metadata.labels;
    const blank = await BlankCluster.of(client, signal);
    await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    await client.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } });
    const made = [
      pod('shop'),
      pod('default'),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace: 'default' } },
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [] },
      boxes,
    ];
    for (const object of made) await client.apply(object);
    const change = { metadata: { labels: { mood: 'tired' } }, spec: { unschedulable: true } };
    await client.patch(node, change, { type: 'merge' });

    await blank.restore(signal);

    for (const { apiVersion, kind, metadata } of made) {
      expect(
        await client.get({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace }),
      ).toBeUndefined();
    }
    expect(await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' })).toBeUndefined();
    const after = await client.get<KubeObject & { spec: { unschedulable?: boolean } }>(node);
    expect(after?.metadata.labels).toEqual(labelsBefore);
    expect(after?.spec.unschedulable).toBeUndefined();
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', name: 'default' };
    expect(await client.get(account)).toBeDefined();
  });
});
