import type { RunningCluster } from '@kubedan/clusters';
import { KubeClient } from '@kubedan/kube';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { images, type RealHost, realHost, untilPod } from './fixture.js';

const signal = AbortSignal.timeout(280_000);
const spec = { id: 'one', nodes: 2, images, seed: 'a' };

describe('the kind provider', () => {
  let host: RealHost;
  let cluster: RunningCluster;
  const steps: string[] = [];
  const nodes = async () => {
    const containers = await host.docker.listContainers({ labels: { 'io.x-k8s.kind.cluster': true }, all: true });
    return containers.filter(({ name }) => name.includes('-one-')).sort((a, b) => (a.name < b.name ? -1 : 1));
  };

  beforeAll(async () => {
    host = await realHost();
    host.provider.onProgress((_id, { en }) => steps.push(en));
    cluster = await host.provider.create(spec, signal);
  });
  afterAll(() => host[Symbol.asyncDispose]());

  it('tells how far a cluster is while it is made', () => {
    expect(steps).toEqual([
      'Looking for the node image',
      'Starting the nodes of your cluster',
      'Starting the control plane',
      'Connecting the network',
      'The other nodes are joining',
    ]);
  });

  it('makes as many nodes as a lab asks for, by the names that labs know', async () => {
    await using client = new KubeClient(cluster.credentials.learner);
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Node' });
    expect(items.map(({ metadata }) => metadata.name).sort()).toEqual(['node-1', 'node-2']);
    expect(items.map(({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone']).sort()).toEqual([
      'zone-a',
      'zone-b',
    ]);
    expect(items.map((node) => (node['spec'] as { taints?: unknown }).taints)).toEqual([undefined, undefined]);
  });

  it('limits what a node may take of the host, and listens on its loopback alone', async () => {
    for (const { limits, ports } of await nodes()) {
      expect(limits).toEqual({ memoryBytes: 2 * 2 ** 30, cpus: 2, pids: 2_048 });
      expect(ports.filter(({ hostIp }) => hostIp !== '127.0.0.1')).toEqual([]);
    }
  });

  it('writes who did what where only the host can read it', async () => {
    await using client = new KubeClient(cluster.credentials.learner);
    await client.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace: 'default' } });
    const log = await readFile(path.join(host.dir, 'k/one/audit/audit.log'), 'utf8');
    const entries = log.split('\n').filter((line) => line.includes('"kubedan:learner"'));
    expect(entries.map((line) => JSON.parse(line)).find(({ objectRef }) => objectRef.name === 'note')).toMatchObject({
      verb: 'patch',
      user: { username: 'kubedan:learner' },
      responseStatus: { code: 201 },
    });
  });

  it('says at once of an image in no catalogue that there is none', async () => {
    await using client = new KubeClient(cluster.credentials.learner);
    const startedAt = performance.now();
    await client.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'lost', namespace: 'default' },
      spec: { containers: [{ name: 'lost', image: 'nginx' }] },
    });
    const lost = await untilPod(
      client,
      { namespace: 'default', name: 'lost' },
      ({ status }) => /Pull/.test(status?.containerStatuses?.[0]?.state?.waiting?.reason ?? ''),
      signal,
    );
    expect(lost.status?.containerStatuses?.[0]?.state?.waiting?.message).toContain(
      'docker.io/library/nginx:latest: not found',
    );
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('knows its own clusters and nobody else’s', async () => {
    expect(await host.provider.list()).toMatchObject([{ id: 'one', state: 'running' }]);
    const other = host.again(path.join(host.dir, 'other'));
    expect(await other.list()).toEqual([]);
    await other.destroy('one');
    expect(await host.provider.isHealthy('one', signal, { nodes: 2 })).toBe(true);
  });

  it('brings a stopped cluster back with its address, its certificates and its nodes’ addresses', async () => {
    const before = { credentials: cluster.credentials, nodes: await nodes() };
    await host.provider.suspend('one');
    await host.provider.suspend('one');
    expect((await nodes()).map(({ status }) => status)).toEqual(['exited', 'exited']);
    // Another start order gives other addresses to whoever does not take care.
    for (const { name } of before.nodes.toReversed()) {
      await host.docker.start(name);
      await host.docker.stop(name, { graceSeconds: 0 });
    }
    cluster = await host.provider.resume('one');
    expect(cluster.credentials).toEqual(before.credentials);
    expect((await nodes()).map(({ addresses }) => addresses)).toEqual(before.nodes.map(({ addresses }) => addresses));
    await using client = new KubeClient(cluster.credentials.learner);
    expect(await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'note' })).toBeDefined();
    expect(await host.provider.isHealthy('one', signal, { nodes: 2 })).toBe(true);
  });

  it('brings it back when a node was stopped while it settled with another address', async () => {
    await host.provider.suspend('one');
    const [controlPlane, worker] = (await nodes()).map(({ name }) => name);
    // The worker takes the address that the control plane had.
    await host.docker.start(worker ?? '');
    await host.docker.start(controlPlane ?? '');
    // The moment in which nothing fits: what names the address is changed, and the API server has no certificate.
    await host.docker.exec(controlPlane ?? '', [
      'sh',
      '-c',
      'until [ ! -f /etc/kubernetes/pki/apiserver.crt ] || [ "$(cat /proc/1/comm)" = systemd ]; do :; done',
    ]);
    for (const name of [controlPlane, worker]) await host.docker.stop(name ?? '', { graceSeconds: 0 });
    cluster = await host.provider.resume('one');
    expect(await host.provider.isHealthy('one', signal, { nodes: 2 })).toBe(true);
  });

  it('brings it back in another process, whatever became of the one that made it', async () => {
    const again = host.again();
    expect(await again.list()).toMatchObject([{ id: 'one', state: 'suspended' }]);
    expect((await again.resume('one')).credentials).toEqual(cluster.credentials);
  });

  it('starts a node again that stopped by itself', async () => {
    const worker = (await nodes()).find(({ name }) => name.endsWith('-worker'));
    await host.docker.stop(worker?.name ?? '', { graceSeconds: 0 });
    for await (const { name, action } of host.docker.events({ actions: ['start'], since: new Date(0), signal })) {
      if (name === worker?.name && action === 'start') {
        const { startedAt, status } = await host.docker.inspect(name);
        if (status === 'running' && (startedAt?.getTime() ?? 0) > (worker.startedAt?.getTime() ?? 0)) break;
      }
    }
    expect((await host.provider.resume('one')).state).toBe('running');
  });

  it('says that a cluster is lost when a node of it was removed', async () => {
    const lost = new Promise<string>((resolve) => host.provider.onLost((id, reason) => resolve(`${id}: ${reason}`)));
    const worker = (await nodes()).find(({ name }) => name.endsWith('-worker'));
    await host.docker.remove(worker?.name ?? '');
    expect(await lost).toMatch(
      // Docker tells of both, one after the other; what was looked at in between is named as well.
      /^one: The node \S+-worker (stopped|was removed)\. The (containers \S+-worker are gone|node \S+-worker was removed)\.$/,
    );
    expect(await host.provider.list()).toMatchObject([{ id: 'one', state: 'suspended' }]);
    await expect(host.provider.resume('one')).rejects.toThrow('are gone');
  });

  it('leaves nothing of a cluster that is destroyed, or was cancelled while it was made', async () => {
    await host.provider.destroy('one');
    await host.provider.destroy('one');
    const controller = new AbortController();
    host.provider.onProgress((id) => id === 'two' && controller.abort(new Error('the learner left')));
    await expect(host.provider.create({ ...spec, id: 'two' }, controller.signal)).rejects.toThrow('the learner left');
    expect(await host.provider.list()).toEqual([]);
    expect(await nodes()).toEqual([]);
    const networks = await host.docker.listNetworks({ labels: { 'dev.kubedan.cluster': true } });
    expect(networks.filter(({ name }) => /-(one|two)$/.test(name))).toEqual([]);
    await expect(host.provider.resume('one')).rejects.toThrow('There is no cluster one');
  });
});
