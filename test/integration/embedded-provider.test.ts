import { EmbeddedProvider, prepareCluster, SetUpFailedError, type RunningCluster } from '@kubedan/clusters';
import { KubeClient, Reflector, type KubeObject } from '@kubedan/kube';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { briefPlanes, planePrograms } from '../support/index.js';
import { untilObjects } from '../support/objects.js';

const web: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'registry.example/web:1.0' }] },
    },
  },
};
const shop: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

/** Resolves when the Deployment says that so many replicas are ready. */
async function untilReady(client: KubeClient, replicas: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reflector = new Reflector(
    client,
    { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', fieldSelector: 'metadata.name=web' },
    {
      onEvent: ({ object }) => (object['status'] as { readyReplicas?: number }).readyReplicas === replicas && resolve(),
    },
  );
  reflector.start();
  await promise;
  await reflector.stop();
}

describe('the embedded provider', () => {
  let dir: string;
  let provider: EmbeddedProvider;
  let cluster: RunningCluster;
  const signal = AbortSignal.timeout(120_000);

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    provider = new EmbeddedProvider({ dir, programs: planePrograms, planes: briefPlanes });
    cluster = await provider.create(
      { id: 'one', nodes: 2, images: { 'registry.example/web:1.0': { serves: 8080 } }, seed: 'a' },
      signal,
    );
  });
  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  it('makes a cluster in which a Deployment becomes ready', async () => {
    await using client = new KubeClient(cluster.credentials.setup);
    await prepareCluster({ client, given: [shop, web], waitReady: () => untilReady(client, 3), signal });
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' });
    expect(items).toHaveLength(3);
  });

  it('names the object that the set-up could not make', async () => {
    await using client = new KubeClient(cluster.credentials.setup);
    const broken = { ...web, metadata: { name: 'broken', namespace: 'shop' }, spec: { replicas: -1 } };
    const attempt = prepareCluster({ client, given: [broken], signal });
    await expect(attempt).rejects.toThrow(SetUpFailedError);
    await expect(attempt).rejects.toThrow('Deployment shop/broken');
  });

  it('says which pods were not ready, and why, when the set-up gives up', async () => {
    await using client = new KubeClient(cluster.credentials.setup);
    const pods = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop' };
    const lost: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'lost', namespace: 'shop' },
      spec: { containers: [{ name: 'main', image: 'registry.example/nobody:1.0' }] },
    };
    const giveUp = async (): Promise<void> => {
      await untilObjects<KubeObject>(client, pods, (all) => /ErrImagePull|ImagePullBackOff/.test(JSON.stringify(all)));
      throw new Error('It took too long');
    };
    await expect(prepareCluster({ client, given: [lost], waitReady: giveUp, signal })).rejects.toThrow(
      /It took too long\. Pods that are not ready: shop\/lost: (ErrImagePull|ImagePullBackOff) \(main: .+\)$/,
    );
    await client.delete({ ...pods, name: 'lost' });
  });

  it('keeps what was there over suspend and resume', async () => {
    await provider.suspend('one');
    expect(await provider.list()).toMatchObject([{ id: 'one', state: 'suspended' }]);
    cluster = await provider.resume('one');
    await using client = new KubeClient(cluster.credentials.learner);
    const pods = await client.list<{ status: { containerStatuses: { restartCount: number }[] } }>({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'shop',
    });
    expect(pods.items.map((pod) => pod.status.containerStatuses[0]?.restartCount)).toEqual([0, 0, 0]);
  });

  it('brings a cluster back in another process', async () => {
    await provider[Symbol.asyncDispose]();
    provider = new EmbeddedProvider({ dir, programs: planePrograms, planes: briefPlanes });
    expect(await provider.list()).toMatchObject([{ id: 'one', state: 'suspended' }]);
    cluster = await provider.resume('one');
    await using client = new KubeClient(cluster.credentials.grader);
    expect(
      await client.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }),
    ).toBeDefined();
  });

  it('keeps a warm cluster apart from its learner until it is claimed', async () => {
    expect(await provider.isHealthy('warm', signal)).toBe(false);
    await provider.warm({ id: 'warm', nodes: provider.warmNodes() }, signal);
    expect(await provider.isHealthy('warm', signal)).toBe(true);
    expect(await provider.isHealthy('warm', signal, { nodes: 1 })).toBe(false);
    const claimed = await provider.claim({ id: 'warm', nodes: 3, images: {}, seed: 'w' }, signal);
    expect(await provider.isHealthy('warm', signal, { nodes: 3 })).toBe(true);
    await using client = new KubeClient(claimed.credentials.grader);
    expect((await client.list({ apiVersion: 'v1', kind: 'Node' })).items).toHaveLength(3);
    await provider.suspend('warm');
    expect(await provider.isHealthy('warm', signal)).toBe(false);
    await provider.destroy('warm');
    await expect(provider.claim({ id: 'warm', nodes: 1, images: {}, seed: 'w' }, signal)).rejects.toThrow(
      'There is no cluster warm',
    );
    expect((await provider.list()).map(({ id }) => id)).toEqual(['one']);
  });

  it('leaves nothing of a cluster that was cancelled while it was made', async () => {
    const controller = new AbortController();
    const making = provider.create({ id: 'two', nodes: 1, images: {}, seed: 'b' }, controller.signal);
    controller.abort(new Error('the learner left'));
    await expect(making).rejects.toThrow('the learner left');
    expect((await provider.list()).map(({ id }) => id)).toEqual(['one']);
  });

  it('destroys a cluster, also twice', async () => {
    await provider.destroy('one');
    await provider.destroy('one');
    expect(await provider.list()).toEqual([]);
    await expect(provider.resume('one')).rejects.toThrow('There is no cluster one');
  });
});
