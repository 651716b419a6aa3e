import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeClient } from './client.js';
import { FakeApi } from './fake-api.js';

describe('what is asked through the API server', () => {
  let api: FakeApi;
  let client: KubeClient;
  beforeEach(async () => {
    api = await FakeApi.start();
    client = new KubeClient({ server: api.url, ca: '', cert: '', key: '' });
  });
  afterEach(async () => {
    await client.close();
    await api.close();
  });
  const ask = (more: object = {}) => client.ask('GET', '/proxy/', { maxBytes: 1_000, ...more });

  it('is an answer whatever its status, with its headers, and is not sent elsewhere', async () => {
    api.overrides.push((request, response) => {
      expect(request.headers).toMatchObject({ 'x-canary': '1', 'user-agent': 'kubedan' });
      response.writeHead(302, { location: '/elsewhere', 'X-Many': ['a', 'b'] });
      response.end('moved');
    });
    const { status, headers, body, truncated } = await ask({ headers: { 'x-canary': '1' } });
    expect([status, headers['location'], headers['x-many'], body.toString(), truncated]).toEqual([
      302,
      '/elsewhere',
      'a, b',
      'moved',
      false,
    ]);
    expect(api.requests).toEqual(['GET /proxy/']);
  });

  it('is read as far as is wanted, also where it never ends', async () => {
    api.overrides.push((_request, response) => response.end('x'.repeat(1_000)));
    expect(await ask()).toMatchObject({ truncated: false, body: { length: 1_000 } });
    api.overrides.push((_request, response) => {
      const flood = setInterval(() => response.write('y'.repeat(700)), 1);
      response.on('close', () => clearInterval(flood));
    });
    expect(await ask()).toMatchObject({ truncated: true, body: { length: 1_000 } });
  });

  it('is no answer when it breaks off, is no HTTP, has headers without end, or comes too late', async () => {
    api.overrides.push((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('part');
      setImmediate(() => response.destroy());
    });
    await expect(ask()).rejects.toMatchObject({ name: 'KubeUnreachableError' });
    api.overrides.push((request) => request.socket.end('HTTP/1.1 200 OK\r\nno header\r\n\r\n'));
    await expect(ask()).rejects.toMatchObject({ name: 'KubeUnreachableError' });
    api.overrides.push((_request, response) => response.writeHead(200, { long: 'z'.repeat(20_000) }).end());
    await expect(ask()).rejects.toMatchObject({ cause: { code: 'UND_ERR_HEADERS_OVERFLOW' } });
    api.overrides.push(() => undefined);
    await expect(ask({ signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
