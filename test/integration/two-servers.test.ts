import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Reservation } from '@kubedan/clusters';
import type { SessionView } from '@kubedan/contracts';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import { ClusterStore, createLogger, DatabaseService, readConfig } from '@kubedan/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { eventually, TestServer } from './server-fixture.js';

describe('the books of clusters', () => {
  let dir: string;
  let database: DatabaseService;
  let store: ClusterStore;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    const config = readConfig({ KUBEDAN_DATA_DIR: dir, KUBEDAN_LOG_LEVEL: 'silent' });
    database = new DatabaseService(config, createLogger(config.process));
    await database.start();
    store = new ClusterStore(database, () => new Date());
    await database.run(async (manager) => {
      await manager.query(`INSERT INTO people (id, token_hash) VALUES (gen_random_uuid(), 'one')`);
      await manager.query(
        `INSERT INTO sessions (id, person_id, lab_name, lab_hash, seed, lab, state, extensions_left, created_at, expires_at, last_activity_at)
         SELECT 's' || n, people.id, 'tiny', 'hash', 'seed', '{}', 'queued', 0, now(), now(), now() FROM people, generate_series(0, 9) AS n`,
      );
    });
  });
  afterAll(async () => {
    await database.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('give three warm clusters to three of ten sessions that ask at the same moment, each to one', async () => {
    const books = store.booksOf('here');
    for (const id of ['w0', 'w1', 'w2']) {
      await books.add({ id, provider: 'embedded', nodes: 0 });
      expect(await books.move(id, 'warming', 'warm')).toBe(true);
    }
    await store.booksOf('elsewhere').add({ id: 'theirs', provider: 'embedded', nodes: 0 });
    await books.add({ id: 'larger', provider: 'kind', nodes: 1 });
    // Nobody commits before all have claimed: whoever waited for a lock of another would wait for ever.
    let claimed = 0;
    const all = Promise.withResolvers<void>();
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        database.transaction(async (manager): Promise<Reservation> => {
          const request = { host: 'here', provider: 'embedded' as const, nodes: 0 };
          const claim = await store.claim(manager, { ...request, sessionId: `s${index}`, newId: `new${index}` });
          claimed += 1;
          if (claimed === 10) all.resolve();
          await all.promise;
          return claim;
        }),
      ),
    );
    const from = (kind: string): string[] => claims.filter((claim) => claim.from === kind).map(({ id }) => id);
    expect(from('pool').toSorted()).toEqual(['w0', 'w1', 'w2']);
    expect(new Set(from('cold')).size).toBe(7);
    const entries = await books.all();
    expect(entries.filter(({ state }) => state === 'claimed')).toHaveLength(10);
    // None of the sessions has taken note of its claim, so none wants its cluster.
    expect(entries.filter(({ wish }) => wish === 'unwanted')).toHaveLength(10);
    expect(await store.booksOf('elsewhere').all()).toMatchObject([{ id: 'theirs', state: 'warming' }]);
  });
});

describe('two servers on one database', () => {
  const settings = {
    KUBEDAN_POOL_EMBEDDED: '1',
    KUBEDAN_POOL_SPARE_CPU: '0',
    KUBEDAN_RECONCILE_INTERVAL: '500ms',
  };
  let one: TestServer;
  let other: TestServer;
  beforeAll(async () => {
    one = await TestServer.start(settings);
    const socket = encodeURIComponent(path.join(one.root, 'd/postgres/run'));
    await one.untilReady();
    other = await TestServer.start({
      ...settings,
      KUBEDAN_DATABASE_URL: `postgres://kubedan@/kubedan?host=${socket}`,
    });
    await other.untilReady();
  });
  afterAll(async () => {
    await other[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
  });

  const planesOf = (server: TestServer): Promise<string[]> => readdir(path.join(server.root, 'd/clusters/planes'));

  /** A session that the given server brings up, as the other one is standing still. */
  async function sessionAt(server: TestServer, still: TestServer): Promise<{ api: Api; session: SessionView }> {
    const api = await Api.visit(server.url);
    process.kill(still.pid, 'SIGSTOP');
    try {
      const session = await api.createSession({ lab: 'tiny' });
      using watch = api.watch(session.id);
      await watch.untilState('active');
      return { api, session };
    } finally {
      process.kill(still.pid, 'SIGCONT');
    }
  }

  /** Scales as the lab asks, and waits for the verdict. */
  async function solve(api: Api, { id, tasks }: SessionView): Promise<void> {
    const { body } = await eventually(
      () => api.call<string>('GET', `/sessions/${id}/kubeconfig`),
      ({ status }) => status === 200,
    );
    await using client = new KubeClient(credentialsOf(body));
    const replicas = Number(/to (\d)/.exec(tasks[0]!.title.en)?.[1]);
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
    using watch = api.watch(id);
    await client.patch(web, { spec: { replicas } }, { type: 'merge' });
    await watch.until(
      ({ type, ...event }) =>
        type === 'verdict' &&
        'verdict' in event &&
        event.verdict.checkId === 'scaled' &&
        event.verdict.state === 'pass',
    );
  }

  async function metric(server: TestServer, name: string): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(name));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  it('each look after their own clusters, and leave those of the other alone', async () => {
    const first = await sessionAt(one, other);
    const second = await sessionAt(other, one);
    // The session's own and the next warm one.
    for (const server of [one, other]) {
      await eventually(
        () => metric(server, 'kubedan_pool_refill_seconds_count'),
        (count) => count === 2,
      );
      expect(await planesOf(server)).toHaveLength(2);
    }

    await other.killHard();
    await solve(first.api, first.session);
    await other.run();
    await solve(second.api.at(other.url), second.session);
    for (const server of [one, other]) {
      // What was warm in the process that was killed is gone, and another has come.
      await eventually(
        () => planesOf(server),
        (planes) => planes.length === 2,
      );
      expect(await metric(server, 'kubedan_clusters_orphaned_total')).toBe(0);
      expect(await metric(server, 'kubedan_sessions_rescued_total')).toBe(0);
    }
  });
});
