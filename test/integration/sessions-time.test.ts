import type { SessionView } from '@kubedan/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { eventually, TestServer } from './server-fixture.js';

// One session runs out while the other falls asleep.
describe.concurrent('time', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({
      KUBEDAN_IDLE_AFTER: '4s',
      KUBEDAN_SESSION_DURATION: '20s',
      KUBEDAN_EXPIRY_WARNING: '17s',
      KUBEDAN_EXTENSION: '2s',
      KUBEDAN_EXTENSIONS: '1',
    });
    await server.untilReady();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it('warns before a session expires, can be extended as often as allowed, and then ends it', async () => {
    const api = await Api.visit(server.url);
    const { id } = await api.createSession({ lab: 'tiny' });
    using watch = api.watch(id);
    await watch.until((event) => event.type === 'expiry' && event.warning);
    const before = Date.parse((await api.session(id)).expiresAt);
    const extended = await api.ok<SessionView>('POST', `/sessions/${id}/extend`);
    expect(Date.parse(extended.expiresAt)).toBe(before + 2000);
    expect(extended.extensionsLeft).toBe(0);
    expect(await api.call('POST', `/sessions/${id}/extend`)).toMatchObject({
      status: 429,
      body: { code: 'session-limit' },
    });
    const end = await watch.untilState('finished');
    expect(end).toMatchObject({ outcome: 'expired' });
    expect(Date.parse(end.at)).toBeGreaterThanOrEqual(before + 2000);
    expect(await api.call('POST', `/sessions/${id}/submit`)).toMatchObject({
      status: 409,
      body: { code: 'session-not-active' },
    });
  });

  it('puts a session to sleep that nobody looks at, and wakes it when somebody opens its page', async () => {
    const api = await Api.visit(server.url);
    const { id } = await api.createSession({ lab: 'tiny' });
    await eventually(
      () => api.session(id),
      ({ state }) => state === 'suspended',
      60_000,
    );
    using watch = api.watch(id);
    await watch.untilState('suspended');
    const asleep = watch.events.findLast((event) => event.type === 'state' && event.state === 'suspended')!.number;
    const next = await watch.until((event) => event.number > asleep && event.type === 'state');
    expect(next).toMatchObject({ state: 'active' });
    await api.ok('DELETE', `/sessions/${id}`);
  });
});
