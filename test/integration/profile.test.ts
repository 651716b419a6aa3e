import type { Profile } from '@kubedan/contracts';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { TestServer } from './server-fixture.js';

describe('a profile', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
    await server.untilReady();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('says what is missing, counts a lab once it is passed, and belongs to one person', async () => {
    const api = await Api.visit(server.url);
    const before = await api.ok<Profile>('GET', '/profile');
    expect(before.tier).toBeUndefined();
    expect(before.retests).toEqual([]);
    expect(before.labs).toMatchObject([{ name: 'tiny', tier: 'bronze', skills: ['scale'], state: 'none', shown: 0 }]);
    const scale = ({ skills }: Profile) => skills.find(({ skill }) => skill === 'scale');
    expect(scale(before)).toEqual({
      skill: 'scale',
      isDue: false,
      next: { tier: 'bronze', passed: 0, needed: 1, labs: ['tiny'] },
    });

    // Handed in with something missing: worth nothing.
    const given = await api.createSession({ lab: 'tiny' });
    using first = api.watch(given.id);
    await first.untilState('active');
    await api.ok('POST', `/sessions/${given.id}/submit`);
    expect(await api.ok<Profile>('GET', '/profile')).toEqual(before);

    const session = await api.createSession({ lab: 'tiny' });
    using watch = api.watch(session.id);
    await watch.untilState('active');
    await using client = new KubeClient(
      credentialsOf(await api.ok<string>('GET', `/sessions/${session.id}/kubeconfig`)),
    );
    const replicas = Number(/to (\d)/.exec(session.tasks[0]!.title.en)?.[1]);
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
    await client.patch(web, { spec: { replicas } }, { type: 'merge' });
    await api.ok('POST', `/sessions/${session.id}/answer`, { checkId: 'why', options: ['load'] });
    await watch.untilState('finished');

    const after = await api.ok<Profile>('GET', '/profile');
    expect(scale(after)).toEqual({ skill: 'scale', tier: 'bronze', isDue: false });
    // One skill of six: the person is not of that tier yet.
    expect(after.tier).toBeUndefined();
    const [lab] = after.labs;
    expect(lab).toMatchObject({ state: 'fresh', shown: 1 });
    const days = (Date.parse(lab?.dueAt ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThanOrEqual(30);

    const other = await Api.visit(server.url);
    expect(await other.ok<Profile>('GET', '/profile')).toEqual(before);
  });

  it('is nobody’s without a token', async () => {
    const answer = await fetch(`${server.url}/api/v1/profile`, { headers: { authorization: 'Bearer x.y' } });
    expect(answer.status).toBe(401);
  });
});
