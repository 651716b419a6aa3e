import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SessionEvent, SessionView } from '@kubedan/contracts';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import { describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { eventually, TestServer } from './server-fixture.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

/** All events of a session, whose numbers must have no gap. */
async function logOf(api: Api, id: string): Promise<SessionEvent[]> {
  const { events } = await api.ok<{ events: SessionEvent[] }>('GET', `/sessions/${id}/events`);
  expect(events.map(({ number }) => number)).toEqual(upTo(events.length));
  return events;
}

async function scale(api: Api, id: string, replicas: number): Promise<void> {
  await using client = new KubeClient(credentialsOf(await api.ok<string>('GET', `/sessions/${id}/kubeconfig`)));
  await client.patch(web, { spec: { replicas } }, { type: 'merge' });
}

const wanted = (session: SessionView): number => Number(/to (\d)/.exec(session.tasks[0]!.title.en)?.[1]);

// Each test has a server of its own, and waits more than it works.
describe.concurrent('a server that is killed', () => {
  it.each(['queued', 'provisioning', 'preparing', 'active', 'suspended'] as const)(
    'in the middle of a session that is %s continues it, with nothing lost or doubled',
    async (state) => {
      await using server = await TestServer.start();
      if (state !== 'queued') await server.untilReady();
      let api = await Api.visit(server.url);
      const created = await api.createSession({ lab: 'tiny' });
      const { id } = created;
      {
        using watch = api.watch(id);
        await watch.untilState(state === 'suspended' ? 'active' : state);
        if (state === 'active' || state === 'suspended') {
          await scale(api, id, wanted(created));
          await watch.until(
            (event) => event.type === 'verdict' && event.verdict.checkId === 'scaled' && event.verdict.state === 'pass',
          );
        }
      }
      // Killed while the cluster is being put to sleep.
      if (state === 'suspended') await api.ok('POST', `/sessions/${id}/suspend`);
      const before = await logOf(api, id);
      const from = state === 'suspended' ? before.length : 0;
      await server.killHard();

      await server.run();
      api = api.at(server.url);
      // Opening its page wakes a suspended one.
      using watch = api.watch(id);
      await watch.until(({ number, ...event }) => number > from && event.type === 'state' && event.state === 'active');
      await eventually(
        () => api.call('GET', `/sessions/${id}/kubeconfig`),
        ({ status }) => status === 200,
        60_000,
      );
      expect((await logOf(api, id)).slice(0, before.length)).toEqual(before);
      // Verdicts that were there stay, and are not given again.
      const verdictsOf = (events: SessionEvent[]) => events.filter(({ type }) => type === 'verdict');
      const now = verdictsOf(await logOf(api, id));
      expect(now.slice(0, state === 'active' || state === 'suspended' ? now.length : 0)).toEqual(verdictsOf(before));
      await scale(api, id, wanted(created));
      await watch.until(
        (event) => event.type === 'verdict' && event.verdict.checkId === 'scaled' && event.verdict.state === 'pass',
      );
      await api.ok('POST', `/sessions/${id}/answer`, { checkId: 'why', options: ['load'] });
      await watch.untilState('finished');
      await logOf(api, id);
      expect(watch.events.filter((event) => event.type === 'state' && event.state === 'finished')).toHaveLength(1);
    },
    180_000,
  );
});

describe.concurrent('a database that is away for ten seconds', () => {
  it('is said to be away, and verdicts that fall into that time are written when it is back', async () => {
    await using server = await TestServer.start();
    await server.untilReady();
    const api = await Api.visit(server.url);
    const created = await api.createSession({ lab: 'tiny' });
    const { id } = created;
    using watch = api.watch(id);
    await watch.untilState('active');
    await watch.until((event) => event.type === 'verdict' && event.verdict.checkId === 'kept');
    const kubeconfig = await api.ok<string>('GET', `/sessions/${id}/kubeconfig`);
    await using client = new KubeClient(credentialsOf(kubeconfig));

    const data = path.join(server.root, 'd/postgres/data');
    const postmaster = Number.parseInt(await readFile(path.join(data, 'postmaster.pid'), 'utf8'), 10);
    // Without its folder no new one can start in its place.
    await rename(data, `${data}.away`);
    const back = delay(10_000).then(() => rename(`${data}.away`, data));
    process.kill(postmaster, 'SIGQUIT');
    const answer = await eventually(
      () => api.call<{ code: string }>('GET', `/sessions/${id}`),
      ({ status }) => status !== 200,
      5000,
    );
    expect(answer, server.output).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
    await client.patch(web, { spec: { replicas: wanted(created) } }, { type: 'merge' });
    await back;

    await watch.until(
      (event) => event.type === 'verdict' && event.verdict.checkId === 'scaled' && event.verdict.state === 'pass',
    );
    await eventually(
      () => api.call('GET', `/sessions/${id}`),
      ({ status }) => status === 200,
    );
    await logOf(api, id);
    await api.ok('DELETE', `/sessions/${id}`);
  });
});
