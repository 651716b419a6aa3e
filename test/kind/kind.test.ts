import { Docker, type ContainerEvent } from '@kubedan/docker';
import { type CreateOptions, Kind, type KindStep } from '@kubedan/kind';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindMachine } from '../support/kind.js';

const run = promisify(execFile);
const deadlineMs = 120_000;
const name = `kind-test-${process.pid}`;

describe('the real kind', () => {
  let dir: string;
  let docker: Docker;
  let kind: Kind;
  let binary: string;
  let image: string;
  let steps: KindStep[];
  const file = (cluster: string) => path.join(dir, `${cluster}.kubeconfig`);
  const create = (cluster: string, more: Partial<CreateOptions> = {}) =>
    kind.create({ name: cluster, image, kubeconfigPath: file(cluster), deadlineMs, ...more });
  const failureOf = (creating: Promise<void>): Promise<unknown> =>
    creating.then(
      () => 'it went well',
      (error: unknown) => error,
    );
  const nothingIsLeftOf = async (cluster: string) => {
    const labels = { 'io.x-k8s.kind.cluster': cluster };
    expect(await docker.listContainers({ labels, all: true })).toEqual([]);
    expect((await readdir(dir)).filter((entry) => entry.startsWith(cluster))).toEqual([]);
  };

  beforeAll(async () => {
    ({ docker, binary, image } = await kindMachine());
    kind = new Kind({ binary });
    dir = await mkdtemp(path.join(tmpdir(), 'kind-'));
    steps = [];
    await create(name, { onStep: (step) => steps.push(step) });
  }, deadlineMs + 30_000);
  afterAll(async () => {
    // Where Docker is not there, neither is what would be removed.
    await (kind as Kind | undefined)?.delete({ name });
    if ((dir as string | undefined) !== undefined) await rm(dir, { recursive: true, force: true });
  });

  it('makes a cluster whose node is Ready, telling its steps', async () => {
    expect(steps.map((step) => `${step.name} ${step.state}`)).toEqual(
      ['image', 'nodes', 'configuration', 'control-plane', 'network', 'storage', 'ready'].flatMap((step) => [
        `${step} started`,
        `${step} done`,
      ]),
    );
    expect((await stat(file(name))).mode & 0o077).toBe(0);
    await using client = new KubeClient(credentialsOf(await readFile(file(name), 'utf8')));
    const node = { apiVersion: 'v1', kind: 'Node', name: `${name}-control-plane` };
    expect(JSON.stringify(await client.get(node))).toMatch(/"type":"Ready"/);
    await expect(access(`${file(name)}.lock`)).rejects.toThrow('ENOENT');
  });

  it('is a version that is parsed, and lists what is there', async () => {
    expect((await kind.version()).version).toMatch(/^v0\.\d+\.\d+/);
    expect(await kind.listClusters()).toContain(name);
    expect(await kind.listNodes(name)).toEqual([`${name}-control-plane`]);
    expect(await kind.listNodes('nobody')).toEqual([]);
  });

  it('gives the kubeconfig for the host and for containers', async () => {
    const [outside, inside] = await Promise.all([kind.kubeconfig(name), kind.kubeconfig(name, { internal: true })]);
    expect(outside).toMatch(/server: https:\/\/127\.0\.0\.1:\d+/);
    expect(inside).toContain(`server: https://${name}-control-plane:6443`);
    await expect(kind.kubeconfig('nobody')).rejects.toMatchObject({ name: 'ClusterNotFoundError' });
  });

  it('loads an image and an archive', async () => {
    const archive = path.join(dir, 'image.tar');
    const reference = `kubedan.test/${name}:1`;
    const root = path.join(dir, 'root.tar');
    await run('tar', ['-cf', root, '-C', '/etc', 'hostname']);
    await run('docker', ['import', root, reference]);
    const images = async (...args: string[]) =>
      (await docker.exec(`${name}-control-plane`, ['ctr', '--namespace=k8s.io', 'images', ...args])).stdout;
    const inNode = async () => {
      return (await images('list', '--quiet')).includes(reference);
    };
    try {
      expect(await inNode()).toBe(false);
      await kind.loadImages({ name, images: [reference] });
      expect(await inNode()).toBe(true);
      await images('remove', reference);
      expect(await inNode()).toBe(false);
      await run('docker', ['save', '-o', archive, reference]);
      await kind.loadArchive({ name, path: archive });
      expect(await inNode()).toBe(true);
      expect(await docker.loadArchive(archive)).toEqual([reference]);
    } finally {
      await run('docker', ['rmi', reference]);
    }
    await expect(kind.loadImages({ name, images: ['kubedan.test/nothing:1'] })).rejects.toMatchObject({
      name: 'ImageMissingError',
      image: 'kubedan.test/nothing:1',
    });
    await expect(kind.loadArchive({ name: 'nobody', path: archive })).rejects.toMatchObject({
      name: 'ClusterNotFoundError',
    });
  });

  it('exports the logs of the nodes', async () => {
    const logs = path.join(dir, 'logs');
    await kind.exportLogs({ name, dir: logs });
    expect(await readFile(path.join(logs, `${name}-control-plane`, 'kubelet.log'), 'utf8')).toContain('kubelet');
    await expect(kind.exportLogs({ name: 'nobody', dir: logs })).rejects.toMatchObject({
      name: 'ClusterNotFoundError',
    });
  });

  it('limits, stops and starts a node, and tells when it dies', async () => {
    const node = `${name}-control-plane`;
    await docker.update(node, { memoryBytes: 2 * 2 ** 30, cpus: 1.5, pids: 2_000 });
    expect((await docker.inspect(node)).limits).toEqual({ memoryBytes: 2 * 2 ** 30, cpus: 1.5, pids: 2_000 });
    const since = new Date();
    await docker.stop(node, { graceSeconds: 0 });
    expect((await docker.inspect(node)).status).toBe('exited');
    await expect(docker.exec(node, ['true'])).rejects.toMatchObject({ name: 'ContainerNotRunningError' });
    await docker.start(node);
    const events: ContainerEvent[] = [];
    const labels = { 'io.x-k8s.kind.cluster': name };
    for await (const event of docker.events({ labels, actions: ['die', 'start'], since })) {
      events.push(event);
      if (event.action === 'start') break;
    }
    expect(events.map(({ action, name: who }) => `${who} ${action}`)).toEqual([`${node} die`, `${node} start`]);
    expect(events[0]?.exitCode).toBe(137);
    expect(await docker.exec(node, ['cat'], { input: 'hello' })).toEqual({ exitCode: 0, stdout: 'hello', stderr: '' });
  });

  describe('fails by meaning:', () => {
    it('the name is taken, and the cluster that has it stays', async () => {
      const error = await failureOf(create(name, { kubeconfigPath: path.join(dir, 'second') }));
      expect(error).toMatchObject({ name: 'NameTakenError', cluster: name });
      expect(await kind.listNodes(name)).toHaveLength(1);
    });

    it('a port is taken', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        const { port } = server.address() as { port: number };
        const config = { networking: { apiServerPort: port } };
        expect(await failureOf(create(`${name}-port`, { config }))).toMatchObject({ name: 'PortTakenError', port });
        await nothingIsLeftOf(`${name}-port`);
      } finally {
        server.close();
      }
    });

    it('a node cannot be set up, and its last words are told', async () => {
      const config = { kubeadmConfigPatches: ['kind: ClusterConfiguration\nnetworking:\n  dnsDomain: "no domain"\n'] };
      const error = await failureOf(create(`${name}-mute`, { config }));
      expect(error).toMatchObject({
        name: 'NodeNotReadyError',
        step: 'control-plane',
        exitCode: 1,
        stderr: expect.stringContaining('no domain'),
        lastWords: [{ node: `${name}-mute-control-plane`, status: 'running', text: expect.stringMatching(/./) }],
      });
      await nothingIsLeftOf(`${name}-mute`);
    });

    it('Docker does not run', async () => {
      const env = { DOCKER_HOST: `unix://${dir}/nobody.sock` };
      const away = new Kind({ binary, env });
      const options = { name: `${name}-away`, kubeconfigPath: file('away'), deadlineMs };
      expect(await failureOf(away.create(options))).toMatchObject({ name: 'DockerNotRunningError' });
      await expect(away.listClusters()).rejects.toMatchObject({ name: 'DockerNotRunningError' });
      expect(await new Docker({ env }).probe()).toMatchObject({ usable: false, why: 'not-running' });
    });

    it('time is over, and nothing is left', async () => {
      const error = await failureOf(create(`${name}-late`, { deadlineMs: 4_000 }));
      expect(error).toMatchObject({ name: 'KindTimeoutError' });
      await nothingIsLeftOf(`${name}-late`);
    });
  });

  it('leaves nothing when it is cancelled in the middle, volumes included', async () => {
    const cluster = `${name}-off`;
    const abort = new AbortController();
    const reason = new Error('enough');
    let volumes: Promise<string[]> | undefined;
    const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}';
    const error = await failureOf(
      create(cluster, {
        signal: abort.signal,
        onStep: ({ name: step, state }) => {
          if (step !== 'control-plane' || state !== 'started') return;
          volumes = run('docker', ['inspect', '--format', format, `${cluster}-control-plane`]).then(({ stdout }) => {
            abort.abort(reason);
            return stdout.trim().split(' ');
          });
        },
      }),
    );
    expect(error).toBe(reason);
    await nothingIsLeftOf(cluster);
    const names = (await volumes) ?? [];
    expect(names[0]).toMatch(/^[0-9a-f]{64}$/);
    for (const volume of names)
      await expect(run('docker', ['volume', 'inspect', volume])).rejects.toThrow(/no such volume/i);
  });

  it('leaves nothing when it is cancelled while Docker makes the nodes', async () => {
    const cluster = `${name}-early`;
    const abort = new AbortController();
    const config = { nodes: [{}, { role: 'worker' as const }, { role: 'worker' as const }] };
    const onStep = ({ name: step, state }: KindStep) => {
      if (step === 'nodes' && state === 'started') abort.abort(new Error('enough'));
    };
    expect(await failureOf(create(cluster, { config, signal: abort.signal, onStep }))).toMatchObject({
      message: 'enough',
    });
    await nothingIsLeftOf(cluster);
  });

  it('removes a cluster with its kubeconfig, and one that is not there without an error', async () => {
    await kind.delete({ name, kubeconfigPath: file(name) });
    await nothingIsLeftOf(name);
    await kind.delete({ name });
  });
});
