import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { Api, isLoopback, listenersOf, processesIn, ServerProcess } from '../support/index.js';

describe.skipIf(!existsSync('/proc/net/tcp'))('a running server', () => {
  let server: ServerProcess | undefined;
  afterAll(() => server?.[Symbol.asyncDispose]());

  it('would find a listener, and knows loopback from everything else', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const found = listenersOf([process.pid]);
    const { port } = listener.address() as AddressInfo;
    listener.close();
    expect(found).toContainEqual({ pid: process.pid, address: '127.0.0.1', port });
    expect(['0.0.0.0', '::', '10.0.0.1'].filter(isLoopback)).toEqual([]);
  });

  it('listens on loopback alone, with a session active', async () => {
    server = await ServerProcess.start();
    const api = await Api.visit(server.url);
    const session = await api.createSession({ lab: 'first-pod' });
    using watch = api.watch(session.id);
    await watch.untilState('active');
    const listeners = listenersOf([server.child.pid ?? 0, ...processesIn(server.dataDir)]);
    expect(listeners.length).toBeGreaterThanOrEqual(2);
    expect(listeners.filter(({ address }) => !isLoopback(address))).toEqual([]);
  });

  it('leaves no process when it is stopped', async () => {
    const dataDir = server?.dataDir ?? '';
    // PostgreSQL with its helpers, and the four of a plane.
    expect(processesIn(dataDir).length).toBeGreaterThan(5);
    await server?.stop();
    expect(processesIn(dataDir)).toEqual([]);
  });
});
