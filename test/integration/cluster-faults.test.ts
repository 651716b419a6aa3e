import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SessionEvent, SessionView } from '@kubedan/contracts';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { processesIn } from '../support/processes.js';
import { kubedan } from './cli-fixture.js';
import { eventually, TestServer } from './server-fixture.js';

const noticed = 10_000;

/** @returns the sum of a metric's samples whose labels contain the given text */
async function metric(server: TestServer, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(name) && line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const planesOf = (server: TestServer): string => path.join(server.root, 'd/clusters/planes');
const isNotice = (text: RegExp) => (event: SessionEvent) => event.type === 'notice' && text.test(event.notice.en);

/** The client of the learner of an active session, and the folder of its plane. */
async function learnerOf(server: TestServer, api: Api, id: string): Promise<{ client: KubeClient; plane: string }> {
  const answer = await eventually(
    () => api.call<string>('GET', `/sessions/${id}/kubeconfig`),
    ({ status }) => status === 200,
  );
  const credentials = credentialsOf(answer.body);
  const port = new URL(credentials.server).port;
  for (const plane of await readdir(planesOf(server))) {
    const dir = path.join(planesOf(server), plane);
    const { default: record } = (await import(path.join(dir, 'plane.json'), { with: { type: 'json' } })) as {
      default: { port: number };
    };
    if (String(record.port) === port) return { client: new KubeClient(credentials), plane: dir };
  }
  throw new Error(`no plane of ${server.root} listens on ${port}`);
}

/** Kills a plane's processes again and again, as a machine that runs out of memory does, until told to stop. */
function keepKilling(plane: string): () => void {
  const timer = setInterval(() => {
    for (const pid of processesIn(plane)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }, 20);
  return () => clearInterval(timer);
}

describe('a server that keeps a cluster warm', () => {
  let server: TestServer;
  let api: Api;
  let session: SessionView;

  beforeAll(async () => {
    server = await TestServer.start({
      KUBEDAN_POOL_EMBEDDED: '1',
      KUBEDAN_POOL_SPARE_CPU: '0',
      KUBEDAN_RECONCILE_INTERVAL: '1s',
      KUBEDAN_SESSIONS_PER_PERSON: '1',
    });
    await server.untilReady();
    api = await Api.visit(server.url);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const operator = (): Record<string, string> => ({
    KUBEDAN_DATA_DIR: path.join(server.root, 'd'),
    KUBEDAN_PROVIDERS: 'embedded',
  });

  it('gives a session the warm cluster, says how, and makes the next one', async () => {
    await eventually(
      () => metric(server, 'kubedan_clusters{', 'state="warm"'),
      (count) => count === 1,
    );
    session = await api.createSession({ lab: 'tiny' });
    using watch = api.watch(session.id);
    await watch.untilState('active');
    expect(await metric(server, 'kubedan_cluster_claims_total', 'from="warm"')).toBe(1);
    await eventually(
      () => metric(server, 'kubedan_pool_refill_seconds_count'),
      (count) => count === 2,
    );
    await eventually(
      () => metric(server, 'kubedan_clusters{', 'state="running"'),
      (count) => count === 1,
    );
    await expect(api.createSession({ lab: 'tiny' })).rejects.toThrow('session-limit');
    expect(await metric(server, 'kubedan_sessions_refused_total', 'limit="person"')).toBe(1);
  });

  it('notices a cluster whose processes are killed, tells the learner, and brings it back with what was in it', async () => {
    const { client, plane } = await learnerOf(server, api, session.id);
    const notes = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes', namespace: 'shop' } };
    await client.create(notes);
    await client[Symbol.asyncDispose]();
    using watch = api.watch(session.id);
    const stop = keepKilling(plane);
    const startedAt = performance.now();
    await watch.until(isNotice(/being brought back/)).finally(stop);
    expect(performance.now() - startedAt).toBeLessThan(noticed);
    await watch.until(isNotice(/still there/));
    await using back = (await learnerOf(server, api, session.id)).client;
    expect(await back.get({ ...notes, ...notes.metadata })).toBeDefined();
    expect((await api.session(session.id)).notice?.zh).toContain('都还在');
    expect(await metric(server, 'kubedan_sessions_rescued_total', 'restored')).toBe(1);
  });

  it('moves a session whose cluster cannot be had again to a fresh one, and says that the work in it is lost', async () => {
    const { client, plane } = await learnerOf(server, api, session.id);
    await client[Symbol.asyncDispose]();
    using watch = api.watch(session.id);
    await watch.until(({ type }) => type === 'notice');
    const before = watch.events.length;
    const log = path.join(plane, 'etcd/data/member/wal');
    for (const file of await readdir(log)) await writeFile(path.join(log, file), 'not a log any more');
    const stop = keepKilling(plane);
    const news = watch.until((event) => event.number > before && isNotice(/begins anew in another cluster/)(event));
    await news.finally(stop);
    await watch.until(({ number, ...event }) => number > before && event.type === 'state' && event.state === 'active');
    expect(watch.events.map(({ number }) => number)).toEqual(watch.events.map((_, index) => index + 1));
    expect(await metric(server, 'kubedan_sessions_rescued_total', 'moved')).toBe(1);
    await eventually(
      () => readdir(planesOf(server)),
      (planes) => !planes.includes(path.basename(plane)),
    );
  });

  it('destroys a cluster that no book knows', async () => {
    const records = path.join(server.root, 'd/clusters/clusters');
    await writeFile(path.join(records, 'ghost.json'), JSON.stringify({ id: 'ghost', nodes: 0 }));
    await eventually(
      () => readdir(records),
      (names) => !names.includes('ghost.json'),
    );
    expect(await metric(server, 'kubedan_clusters_orphaned_total')).toBe(1);
  });

  it('leaves a session asleep that its learner paused, though its page catches up with what it missed', async () => {
    const { id } = session;
    using watch = api.watch(id);
    await watch.until(({ type }) => type === 'notice');
    await api.ok('POST', `/sessions/${id}/suspend`);
    const after = (await api.session(id)).lastEvent;
    expect(await watch.socket.emitWithAck('watch', { id, after, again: true })).toEqual({ ok: true, last: after });
    await eventually(
      () => metric(server, 'kubedan_clusters{', 'state="suspended"'),
      (count) => count === 1,
    );
    // Only the next warm one runs: etcd and three parts of Kubernetes.
    await eventually(
      async () => processesIn(planesOf(server)).length,
      (processes) => processes <= 4,
    );
    expect(await api.session(id)).toMatchObject({ state: 'suspended', lastEvent: after });
    await watch.socket.emitWithAck('watch', { id, after });
    await watch.until(({ number, ...event }) => number > after && event.type === 'state' && event.state === 'active');
  });

  it('comes back to what its session says, however fast Pause and Resume follow each other', async () => {
    const { id } = session;
    for (let round = 0; round < 6; round += 1) {
      await api.ok('POST', `/sessions/${id}/suspend`);
      await api.ok('POST', `/sessions/${id}/resume`);
    }
    await eventually(
      () => api.session(id),
      ({ state }) => state === 'active',
    );
    const { client } = await learnerOf(server, api, id);
    await client[Symbol.asyncDispose]();
    await api.ok('POST', `/sessions/${id}/resume`);
    await api.ok('POST', `/sessions/${id}/suspend`);
    await eventually(
      () => metric(server, 'kubedan_clusters{', 'state="suspended"'),
      (count) => count === 1,
    );
  });

  it('ends all sessions and clusters when its operator says so, and tells the learner', async () => {
    const { stdout } = await kubedan(['stop', 'all', '--json'], operator());
    expect(JSON.parse(stdout)).toEqual({ sessions: 1, clusters: 2 });
    expect(await api.session(session.id)).toMatchObject({
      state: 'failed',
      reason: { en: expect.stringContaining('operator') as string },
    });
    expect(await readdir(planesOf(server))).toEqual([]);
  });

  it('leaves behind what the operator can end without it, too', async () => {
    session = await api.createSession({ lab: 'tiny' });
    {
      using watch = api.watch(session.id);
      await watch.untilState('active');
    }
    await server.stop();
    expect(processesIn(server.root)).toEqual([]);
    const { stdout } = await kubedan(['stop', 'all'], operator());
    expect(stdout).toMatch(/^Ended 1 session and [12] clusters?\.$/m);
    expect(await readdir(planesOf(server))).toEqual([]);
    expect(processesIn(server.root)).toEqual([]);
  });
});
