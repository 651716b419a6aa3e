import type { SessionEvent, SessionView } from '@kubedan/contracts';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { TestServer } from './server-fixture.js';

const numbersOf = (events: readonly SessionEvent[]): number[] => events.map(({ number }) => number);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Does the lab's task as its learner. */
async function scale(api: Api, id: string, replicas: number): Promise<void> {
  const kubeconfig = await api.ok<string>('GET', `/sessions/${id}/kubeconfig`);
  await using client = new KubeClient(credentialsOf(kubeconfig));
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  await client.patch(web, { spec: { replicas } }, { type: 'merge' });
}

/** What the lab asks for, drawn from the seed. */
const wanted = (session: SessionView): number => Number(/to (\d)/.exec(session.tasks[0]!.title.en)?.[1]);

describe('a session', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
    await server.untilReady();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it('goes from create to passed, and each event comes once and in order', async () => {
    const api = await Api.visit(server.url);
    const created = await api.createSession({ lab: 'tiny', seed: 'one' });
    expect(created.state).toBe('queued');
    using watch = api.watch(created.id);
    await watch.untilState('active');
    await scale(api, created.id, wanted(created));
    await watch.until(
      (event) => event.type === 'verdict' && event.verdict.checkId === 'scaled' && event.verdict.state === 'pass',
    );
    const hinted = await api.ok<SessionView>('POST', `/sessions/${created.id}/hint`, { taskId: 'scale' });
    expect(hinted.tasks[0]?.hintsShown).toHaveLength(1);
    expect(hinted).not.toHaveProperty('debrief');
    await api.ok('POST', `/sessions/${created.id}/answer`, { checkId: 'why', options: ['fun'] });
    const wrong = await watch.until((event) => event.type === 'verdict' && event.verdict.checkId === 'why');
    expect(wrong).toMatchObject({ verdict: { state: 'fail' } });
    await api.ok('POST', `/sessions/${created.id}/answer`, { checkId: 'why', options: ['load'] });
    const end = await watch.untilState('finished');
    expect(end).toMatchObject({ outcome: 'passed' });
    expect(numbersOf(watch.events)).toEqual(upTo(watch.events.length));

    const { events, last } = await api.ok<{ events: SessionEvent[]; last: number }>(
      'GET',
      `/sessions/${created.id}/events?after=0`,
    );
    expect(events).toEqual(watch.events);
    expect(last).toBe(events.length);
    const after = await api.session(created.id);
    expect(after.points).toEqual({ reached: 4, total: 4 });
    expect(after.tasks[1]?.checks[0]?.question?.explanation?.en).toContain('More load');
    expect(after.debrief?.en).toBe(`It was ${wanted(created)}, because guests came.`);
  });

  it('resumes from the number that a browser saw last', async () => {
    const api = await Api.visit(server.url);
    const { id } = await api.createSession({ lab: 'tiny' });
    using first = api.watch(id);
    await first.untilState('active');
    first.socket.disconnect();
    const seen = first.events.at(-1)!.number;
    await api.ok('POST', `/sessions/${id}/hint`, { taskId: 'scale' });
    using second = api.watch(id, seen);
    const hint = await second.until((event) => event.type === 'hint');
    expect(hint.number).toBeGreaterThan(seen);
    expect(second.events[0]?.number).toBe(seen + 1);
    await api.ok('DELETE', `/sessions/${id}`);
    await second.untilState('finished');
  });

  it('is suspended and woken, keeps what was done, and can be reset to its start', async () => {
    const api = await Api.visit(server.url);
    const created = await api.createSession({ lab: 'tiny' });
    using watch = api.watch(created.id);
    await watch.untilState('active');
    await scale(api, created.id, wanted(created));
    await watch.until(
      (event) => event.type === 'verdict' && event.verdict.checkId === 'scaled' && event.verdict.state === 'pass',
    );
    await api.ok('POST', `/sessions/${created.id}/suspend`);
    await watch.untilState('suspended');
    const count = watch.events.length;
    await api.ok('POST', `/sessions/${created.id}/resume`);
    await watch.until((event) => event.number > count && event.type === 'state' && event.state === 'active');
    expect((await api.session(created.id)).points.reached).toBe(3);

    const before = watch.events.length;
    await api.ok('POST', `/sessions/${created.id}/reset`);
    await watch.until((event) => event.type === 'reset');
    await watch.until((event) => event.number > before && event.type === 'state' && event.state === 'active');
    await watch.until(
      (event) =>
        event.number > before &&
        event.type === 'verdict' &&
        event.verdict.checkId === 'scaled' &&
        event.verdict.state === 'fail',
    );
    const submitted = await api.ok<SessionView>('POST', `/sessions/${created.id}/submit`);
    expect(submitted).toMatchObject({ state: 'finished', outcome: 'submitted' });
    expect(numbersOf(watch.events)).toEqual(upTo(watch.events.length));
  });

  it('serves its files, and refuses to overwrite what was changed meanwhile', async () => {
    const api = await Api.visit(server.url);
    const { id } = await api.createSession({ lab: 'tiny' });
    using watch = api.watch(id);
    await watch.untilState('active');
    const read = await api.ok<{ text: string; version: string }>('GET', `/sessions/${id}/files/notes.txt`);
    expect(read.text).toMatch(/^replicas: \d\n$/);
    const saved = await api.ok<{ version: string }>('PUT', `/sessions/${id}/files/notes.txt`, {
      text: 'a\n',
      version: read.version,
    });
    const stale = await api.call('PUT', `/sessions/${id}/files/notes.txt`, { text: 'b\n', version: read.version });
    expect(stale).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await api.ok('PUT', `/sessions/${id}/files/a/b.yaml`, { text: 'x: 1\n' });
    const { files } = await api.ok<{ files: { path: string }[] }>('GET', `/sessions/${id}/files`);
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['notes.txt', 'a/b.yaml']));
    expect(await api.call('GET', `/sessions/${id}/files/..%2f..%2fsecret`)).toMatchObject({
      status: 403,
      body: { code: 'file-refused' },
    });
    expect(await api.call('GET', `/sessions/${id}/files/none`)).toMatchObject({
      status: 404,
      body: { code: 'file-not-found' },
    });
    expect(saved.version).not.toBe(read.version);
    await api.ok('DELETE', `/sessions/${id}`);
  });
});
