import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { KubeClient } from './client.js';
import { FakeApi } from './fake-api.js';

const stdout = (text: string | Buffer): Buffer => Buffer.concat([Buffer.from([1]), Buffer.from(text)]);
const stderr = (text: string): Buffer => Buffer.concat([Buffer.from([2]), Buffer.from(text)]);
const status = (value: object): Buffer => Buffer.concat([Buffer.from([3]), Buffer.from(JSON.stringify(value))]);
const success = status({ metadata: {}, status: 'Success' });
const of = { namespace: 'shop', pod: 'web', command: ['cat', '/a b'] };

describe('a command in a container', () => {
  let server: WebSocketServer;
  let client: KubeClient;
  /** What the API server does with a connection. */
  let answer: (socket: WebSocket) => void;
  const urls: string[] = [];

  beforeEach(async () => {
    server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: (offered) => [...offered][0] ?? false,
    });
    server.on('connection', (socket, request) => {
      urls.push(`${socket.protocol} ${request.url}`);
      answer(socket);
    });
    await new Promise<void>((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    client = new KubeClient({ server: `http://127.0.0.1:${port}`, ca: '', cert: '', key: '' });
  });
  afterEach(async () => {
    await client.close();
    for (const socket of server.clients) socket.terminate();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it('gives what it wrote and how it ended, in whatever pieces that comes', async () => {
    const text = Buffer.from('店 open\n');
    answer = (socket) => {
      for (const part of [stdout(''), stdout(text.subarray(0, 1)), stderr('oh\n'), stdout(text.subarray(1))])
        socket.send(part);
      socket.send(
        status({
          status: 'Failure',
          reason: 'NonZeroExitCode',
          details: { causes: [{ reason: 'ExitCode', message: '3' }] },
        }),
      );
    };
    expect(await client.exec({ ...of, container: 'main' })).toEqual({
      exitCode: 3,
      stdout: '店 open\n',
      stderr: 'oh\n',
      truncated: false,
    });
    const path = '/api/v1/namespaces/shop/pods/web/exec';
    expect(urls.at(-1)).toBe(
      `v5.channel.k8s.io ${path}?stdout=true&stderr=true&container=main&command=cat&command=%2Fa+b`,
    );
  });

  it('keeps no more than is asked for, and does not listen to one that never stops', async () => {
    answer = (socket) => {
      socket.send(stdout('x'.repeat(3_000)));
      socket.send(stdout('y'.repeat(3_000)));
      socket.send(success);
    };
    const { stdout: kept, truncated } = await client.exec(of, { maxBytes: 4_000 });
    expect([kept, truncated]).toEqual([`${'x'.repeat(3_000)}${'y'.repeat(1_000)}`, true]);
    answer = (socket) => {
      const flood = setInterval(() => socket.send(stdout('z'.repeat(60_000))), 1);
      socket.on('close', () => clearInterval(flood));
    };
    await expect(client.exec(of, { maxBytes: 1_024 })).rejects.toThrow('it wrote more than 64 KiB');
  });

  it('says why one does not run, in the words of the API server or of the node', async () => {
    answer = (socket) => socket.send(status({ status: 'Failure', code: 500, message: 'executable file not found' }));
    await expect(client.exec(of)).rejects.toMatchObject({
      name: 'KubeApiError',
      status: 500,
      message: /file not found/,
    });
    answer = (socket) => socket.send(Buffer.from('\u0003no JSON'));
    await expect(client.exec(of)).rejects.toThrow('no JSON');
    answer = (socket) => socket.close();
    await expect(client.exec(of)).rejects.toThrow('the connection ended before the command did');
    const refusing = await FakeApi.start();
    refusing.overrides.push((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', status: 'Failure', message: 'pods "web" not found' }));
    });
    await using other = new KubeClient({ server: refusing.url, ca: '', cert: '', key: '' });
    await expect(other.exec(of)).rejects.toMatchObject({ name: 'KubeNotFoundError', message: 'pods "web" not found' });
    await refusing.close();
    await expect(other.exec(of)).rejects.toMatchObject({ name: 'KubeUnreachableError' });
  });

  it('ends with the signal, whatever the command does', async () => {
    const stop = new AbortController();
    const closed = new Promise<void>((resolve) => {
      answer = (socket) => {
        socket.on('close', () => resolve());
        stop.abort(new Error('enough'));
      };
    });
    await expect(client.exec(of, { signal: stop.signal })).rejects.toThrow('enough');
    await closed;
    await expect(client.exec(of, { signal: stop.signal })).rejects.toThrow('enough');
  });
});
