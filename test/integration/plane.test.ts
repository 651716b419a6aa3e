import { spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { identityOf } from '@kubedan/binaries';
import { KubeClient, type KubeObject } from '@kubedan/kube';
import {
  HostBusyError,
  PathTooLongError,
  PlaneExistsError,
  PlaneHost,
  PlaneIdInvalidError,
  PlaneNotFoundError,
  refuseAll,
  type Plane,
  type PlaneCrash,
} from '@kubedan/plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planePrograms } from '../support/programs.js';

const eventually = async <T>(read: () => Promise<T | undefined | false>): Promise<T> => {
  for (;;) {
    const value = await read().catch(() => undefined);
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const configMap = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { colour: 'red' },
});
const deployment = (name: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'web' }] } },
  },
});

const leftoverArguments = [
  '--data-dir=leftover',
  '--listen-client-urls=unix://localhost:8',
  '--listen-peer-urls=unix://localhost:9',
  '--advertise-client-urls=http://localhost:8',
  '--initial-advertise-peer-urls=http://localhost:9',
  '--initial-cluster=default=http://localhost:9',
];

describe('a plane', () => {
  let dir: string;
  let host: PlaneHost;
  let plane: Plane;
  let options: ConstructorParameters<typeof PlaneHost>[0];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kd-'));
    options = { dir, programs: await planePrograms(), dial: refuseAll };
    host = new PlaneHost(options);
    plane = await host.create('one');
  });
  afterAll(async () => {
    await host?.closeAll();
    await rm(dir, { recursive: true, force: true });
  });

  it('is there with its default ServiceAccount and working controllers', async () => {
    await using client = new KubeClient(plane.credentials.setup);
    expect(
      await client.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', name: 'default' }),
    ).toBeDefined();
    await client.create(deployment('web'));
    const pods = await eventually(async () => {
      const { items } = await client.list({
        apiVersion: 'v1',
        kind: 'Pod',
        namespace: 'default',
        labelSelector: 'app=web',
      });
      return items.length === 2 && items;
    });
    expect(pods).toHaveLength(2);
    // Without a node the scheduler says why each pod waits.
    await eventually(async () => {
      const { items } = await client.list<KubeObject & { reason?: string }>({
        apiVersion: 'v1',
        kind: 'Event',
        namespace: 'default',
      });
      return items.some(({ reason }) => reason === 'FailedScheduling');
    });
  });

  it('listens on one port of loopback and on nothing else', async () => {
    const inodes = new Set<string>();
    for (const pid of Object.values(plane.pids)) {
      for (const fd of await readdir(`/proc/${pid}/fd`)) {
        const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
        const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
        if (inode) inodes.add(inode);
      }
    }
    const listening: string[] = [];
    for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
      for (const line of (await readFile(`/proc/net/${table}`, 'utf8')).trim().split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/);
        // 0A is LISTEN; a UDP socket that is bound shows 07.
        if ((fields[3] === '0A' || fields[3] === '07') && inodes.has(fields[9] ?? ''))
          listening.push(`${table} ${fields[1]}`);
      }
    }
    const port = Number(new URL(plane.credentials.setup.server).port);
    expect(listening).toEqual([`tcp 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`]);
  });

  it('is reached through a unix socket that only its owner may open', async () => {
    expect((await stat(plane.apiSocketPath)).mode & 0o777).toBe(0o600);
    const { ca, cert, key } = plane.credentials.learner;
    const socket = tlsConnect({ socket: connect(plane.apiSocketPath), servername: 'localhost', ca, cert, key });
    socket.write('GET /version HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    let answer = '';
    for await (const part of socket) answer += String(part);
    expect(answer).toContain('v1.35.4');
  });

  it('writes down who did what, without the content of Secrets', async () => {
    await using learner = new KubeClient(plane.credentials.learner);
    await learner.create(configMap('written-by-learner'));
    await learner.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'secret-of-learner', namespace: 'default' },
      stringData: { password: 'do-not-tell' },
    });
    const log = await eventually(async () => {
      const text = await readFile(plane.auditLogPath, 'utf8');
      return text.includes('secret-of-learner') && text;
    });
    const events = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, { name?: string; username?: string }>);
    const written = events.find((event) => event['objectRef']?.name === 'written-by-learner');
    expect(written).toMatchObject({
      verb: 'create',
      user: { username: 'kubedan:learner' },
      requestObject: { data: { colour: 'red' } },
    });
    expect(log).not.toContain('do-not-tell');
    expect(log).not.toContain(Buffer.from('do-not-tell').toString('base64'));
  });

  it('keeps its state and its port over a suspension', async () => {
    await using before = new KubeClient(plane.credentials.setup);
    const made = await before.create(configMap('kept'));
    const pids = Object.values(plane.pids);
    const { server } = plane.credentials.setup;
    await host.suspend('one');
    await host.suspend('one');
    expect(await host.list()).toEqual([{ id: 'one', state: 'suspended' }]);
    expect(host.open('one')).toBeUndefined();
    for (const pid of pids) await expect(access(`/proc/${pid}`)).rejects.toThrow('ENOENT');
    plane = await host.resume('one');
    expect(await host.resume('one')).toBe(plane);
    expect(plane.credentials.setup.server).toBe(server);
    await using after = new KubeClient(plane.credentials.setup);
    const found = await after.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'kept' });
    expect(found?.metadata.uid).toBe(made.metadata.uid);
    await after.create(deployment('after'));
    await eventually(
      async () => (await after.list({ apiVersion: 'v1', kind: 'Pod', labelSelector: 'app=after' })).items.length === 2,
    );
  });

  it('takes another port when its own was taken meanwhile', async () => {
    await host.suspend('one');
    const port = Number(new URL(plane.credentials.setup.server).port);
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    try {
      plane = await host.resume('one');
      expect(Number(new URL(plane.credentials.setup.server).port)).not.toBe(port);
    } finally {
      other.close();
    }
  });

  it('starts a component again that crashed, and says so', async () => {
    for (const component of ['kube-scheduler', 'etcd', 'kube-controller-manager'] as const) {
      const before = plane.pids[component]!;
      const crashed = new Promise<PlaneCrash>((resolve) => plane.on('crashed', resolve));
      process.kill(before, 'SIGKILL');
      expect(await crashed).toMatchObject({ component, exit: { signal: 'SIGKILL' } });
      await eventually(async () => plane.pids[component] !== undefined && plane.pids[component] !== before);
    }
    await using client = new KubeClient(plane.credentials.setup);
    const name = `after-${Date.now()}`;
    await eventually(() => client.create(configMap(name)));
    await client.create(deployment('crashed'));
    await eventually(
      async () =>
        (await client.list({ apiVersion: 'v1', kind: 'Pod', labelSelector: 'app=crashed' })).items.length === 2,
    );
  });

  it('moves to another port when another program takes its own during a crash of the API server', async () => {
    const before = new URL(plane.credentials.setup.server).port;
    const moved = new Promise<void>((resolve) => plane.on('moved', resolve));
    const other = createServer();
    process.kill(plane.pids['kube-apiserver']!, 'SIGKILL');
    await eventually(
      () =>
        new Promise<boolean>((resolve) => {
          other.once('error', () => resolve(false));
          other.listen(Number(before), '127.0.0.1', () => resolve(true));
        }),
    );
    try {
      await moved;
      expect(new URL(plane.credentials.setup.server).port).not.toBe(before);
      await eventually(async () => {
        await using client = new KubeClient(plane.credentials.grader);
        return (await client.request('GET', '/readyz')).status === 200;
      });
    } finally {
      other.close();
    }
  });

  it('refuses ids and directories that cannot be', async () => {
    await expect(host.create('one')).rejects.toThrow(PlaneExistsError);
    await expect(host.create('../one')).rejects.toThrow(PlaneIdInvalidError);
    await expect(host.resume('nobody')).rejects.toThrow(PlaneNotFoundError);
    await host.destroy('nobody');
    const deep = new PlaneHost({ ...options, dir: join(dir, 'x'.repeat(90)) });
    await expect(deep.create('one')).rejects.toThrow(PathTooLongError);
    // Another process that is alive.
    const other = spawn('sleep', ['1000']);
    const busy = await mkdtemp(join(tmpdir(), 'kd-'));
    await writeFile(join(busy, 'host.lock'), JSON.stringify(await identityOf(other.pid!)));
    await expect(new PlaneHost({ ...options, dir: busy }).prepare()).rejects.toThrow(HostBusyError);
    other.kill();
    await rm(busy, { recursive: true });
  });

  it('leaves nothing when its making is cancelled at any moment', async () => {
    for (const afterMs of [0, 30, 150, 600]) {
      const reason = new Error('changed my mind');
      const abort = new AbortController();
      const made = host.create('cancelled', { signal: abort.signal });
      setTimeout(() => abort.abort(reason), afterMs);
      await expect(made).rejects.toBe(reason);
      expect((await host.list()).map(({ id }) => id)).toEqual(['one']);
      expect(await processesBelow(join(dir, 'planes', 'cancelled'))).toEqual([]);
    }
  });

  it('is found after a crash of the host, and only what is provably a leftover of it is ended', async () => {
    await host.closeAll();
    const planeDir = join(dir, 'planes', 'one');
    // A leftover without a pid file, one whose pid file names an earlier process of the same pid, and a half made plane.
    const leftover = spawn(options.programs.etcd, leftoverArguments, {
      cwd: planeDir,
      detached: true,
      stdio: 'ignore',
    });
    const visitor = spawn('sleep', ['1000'], { cwd: planeDir, detached: true });
    const stranger = spawn('sleep', ['1000'], { detached: true });
    await writeFile(join(planeDir, 'etcd.pid'), JSON.stringify({ pid: stranger.pid, startedAt: 'long ago' }));
    await mkdir(join(dir, 'planes', 'half'));
    const gone = once(leftover, 'exit');
    host = new PlaneHost(options);
    expect(await host.recover()).toEqual([{ id: 'one', state: 'suspended' }]);
    await gone;
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    expect(visitor.exitCode ?? visitor.signalCode).toBeNull();
    stranger.kill();
    visitor.kill();
    await once(visitor, 'exit');
    plane = await host.resume('one');
    await host.destroy('one');
    await host.destroy('one');
    expect(await host.list()).toEqual([]);
    expect(await readdir(join(dir, 'planes'))).toEqual([]);
    expect(await processesBelow(dir)).toEqual([]);
  });
});

async function processesBelow(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (cwd.startsWith(dir)) found.push(pid);
  }
  return found;
}
