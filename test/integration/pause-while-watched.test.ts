import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, ServerProcess } from '../support/index.js';

describe('a session that is paused while a page looks at its cluster and a shell watches pods', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('sleeps and wakes, several times', async () => {
    const api = await Api.visit(server.url);
    const { id } = await api.createSession({ lab: 'first-rollback' });
    using watch = api.watch(id);
    const pictured = new Promise<void>((resolve) => watch.socket.once('picture', () => resolve()));
    await watch.untilState('active');
    await pictured;
    const terminals = io(`${server.url}/terminals`, {
      transports: ['websocket'],
      extraHeaders: { cookie: api.cookie, origin: server.url },
    });
    const { terminalId } = (await terminals.emitWithAck('open', { sessionId: id, cols: 80, rows: 24 })) as {
      terminalId: string;
    };
    const listed = new Promise<void>((resolve) =>
      terminals.on('data', ({ data }: { data: string }) =>
        data.includes('CrashLoop') || data.includes('web-') ? resolve() : undefined,
      ),
    );
    terminals.emit('data', { terminalId, data: 'kubectl get pods --watch\r' });
    await listed;
    for (let round = 0; round < 3; round += 1) {
      const last = watch.events.at(-1)?.number ?? 0;
      await api.ok('POST', `/sessions/${id}/suspend`);
      await watch.until(
        ({ number, ...event }) => number > last && event.type === 'state' && event.state === 'suspended',
      );
      await api.ok('POST', `/sessions/${id}/resume`);
      await watch.until(({ number, ...event }) => number > last && event.type === 'state' && event.state === 'active');
    }
    expect((await api.session(id)).state).toBe('active');
    terminals.disconnect();
  });
});
