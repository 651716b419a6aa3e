import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { TestServer } from './server-fixture.js';

const main = path.resolve(import.meta.dirname, '../../apps/server/dist/main.js');

/** Starts the server and waits for its end. */
async function runToEnd(environment: Record<string, string>): Promise<{ code: number; stderr: string }> {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stderr };
}

describe('a server', () => {
  let server: TestServer;
  let api: Api;
  beforeAll(async () => {
    server = await TestServer.start();
    api = await Api.visit(server.url);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it('answers while the rest is still starting, and describes itself', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const document = await api.ok<{ openapi: string; paths: object }>('GET', '/openapi.json');
    expect(document.openapi).toBe('3.1.0');
    expect(await api.ok('GET', '/lab-schema.json')).toMatchObject({ title: 'A lab of Kubedan' });
    expect(Object.keys(document.paths)).toContain('/sessions/{id}/submit');
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('kubedan_sessions_live');
    const setup = await api.ok<{ items: { name: string }[] }>('GET', '/setup');
    expect(setup.items.map(({ name }) => name)).toContain('database');
  });

  it('says what is unknown', async () => {
    expect(await api.call('POST', '/sessions', { lab: 'none' })).toMatchObject({
      status: 404,
      body: { code: 'lab-not-found' },
    });
    expect(await api.call('GET', '/sessions/none')).toMatchObject({ status: 404, body: { code: 'session-not-found' } });
    expect(await api.call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    const { id } = await api.createSession({ lab: 'tiny' });
    expect(await api.call('GET', `/sessions/${id}/events?after=999`)).toMatchObject({
      status: 404,
      body: { code: 'event-unknown' },
    });
    expect(await api.call('GET', `/sessions/${id}/events?after=-1`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
    expect(await api.call('POST', `/sessions/${id}/hint`, { taskId: 'none' })).toMatchObject({
      status: 404,
      body: { code: 'hint-unknown' },
    });
    expect(await api.call('POST', `/sessions/${id}/answer`, { checkId: 'none', options: ['x'] })).toMatchObject({
      status: 404,
      body: { code: 'check-unknown' },
    });
    expect(await api.call('DELETE', `/sessions/${id}`)).toMatchObject({
      status: 200,
      body: { state: 'finished', outcome: 'abandoned' },
    });
  });

  it('shows nobody the session of somebody else', async () => {
    const { id } = await api.createSession({ lab: 'tiny' });
    const other = await Api.visit(server.url);
    for (const [method, way] of [
      ['GET', ''],
      ['GET', '/events'],
      ['GET', '/kubeconfig'],
      ['GET', '/files'],
      ['POST', '/submit'],
      ['DELETE', ''],
    ] as const) {
      expect(await other.call(method, `/sessions/${id}${way}`)).toMatchObject({
        status: 404,
        body: { code: 'session-not-found' },
      });
    }
    const socket = io(`${server.url}/sessions`, {
      transports: ['websocket'],
      extraHeaders: { cookie: other.cookie, origin: server.url },
    });
    const reply: unknown = await socket.emitWithAck('watch', { id, after: 0 });
    socket.disconnect();
    expect(reply).toMatchObject({ ok: false, problem: { code: 'session-not-found' } });
    await api.ok('DELETE', `/sessions/${id}`);
  });

  it('names each field of a request that is wrong, and refuses a body that is too large', async () => {
    expect(await api.call('POST', '/sessions', { lab: '', seed: 'no spaces', more: 1 })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', issues: expect.arrayContaining([expect.objectContaining({ path: 'seed' })]) },
    });
    expect(await api.call('POST', '/sessions', { lab: 'x'.repeat(9_000_000) })).toMatchObject({
      status: 413,
      body: { code: 'body-too-large' },
    });
    const broken = await fetch(`${server.url}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: api.cookie },
      body: '{',
    });
    expect(broken.status).toBe(400);
    expect(broken.headers.get('content-type')).toContain('application/problem+json');
  });

  it('refuses other names, other sites and made-up tokens', async () => {
    const answer = await fetch(`${server.url}/api/v1/labs`, { headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'forbidden-origin' });
    const forged = await fetch(`${server.url}/api/v1/labs`, { headers: { authorization: 'Bearer x.y' } });
    expect(forged.status).toBe(401);
    const bearer = await fetch(`${server.url}/api/v1/labs`, {
      headers: { authorization: `Bearer ${api.cookie.split('=')[1]}` },
    });
    expect(bearer.status).toBe(200);
    const socket = io(`${server.url}/sessions`, {
      transports: ['websocket'],
      reconnection: false,
      extraHeaders: { cookie: api.cookie, origin: 'https://evil.example' },
    });
    const refused = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    socket.disconnect();
    expect(refused).toBeInstanceOf(Error);
  });

  it('gives a person only so many unfinished sessions', async () => {
    const greedy = await Api.visit(server.url);
    const asked = await Promise.all(
      upTo(5).map(() => greedy.call<{ code?: string; id?: string }>('POST', '/sessions', { lab: 'tiny' })),
    );
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(asked.filter(({ body }) => body.code === 'session-limit')).toHaveLength(2);
    for (const { body } of asked) if (body.id !== undefined) await greedy.ok('DELETE', `/sessions/${body.id}`);
  });

  it('tells a second server on the same data folder to go elsewhere', async () => {
    const { code, stderr } = await runToEnd({ KUBEDAN_PORT: '0', KUBEDAN_DATA_DIR: path.join(server.root, 'd') });
    expect(code).toBe(1);
    expect(stderr).toContain('KUBEDAN_DATA_DIR');
  });
});

describe('a start that cannot be', () => {
  it('names a port that is taken and what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await using other = await TestServer.start();
    const { code, stderr } = await runToEnd({
      KUBEDAN_PORT: String(port),
      KUBEDAN_DATA_DIR: path.join(other.root, 'e'),
    });
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} of 127.0.0.1 is taken`);
    expect(stderr).toContain('KUBEDAN_PORT');
  });

  it('names each variable with a value that is not allowed', async () => {
    const { code, stderr } = await runToEnd({ KUBEDAN_PORT: 'seven', KUBEDAN_IDLE_AFTER: 'later' });
    expect(code).toBe(1);
    expect(stderr).toContain('KUBEDAN_PORT: allowed: a whole number from 0 to 65535');
    expect(stderr).toContain('KUBEDAN_IDLE_AFTER: allowed: a duration');
  });
});

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
