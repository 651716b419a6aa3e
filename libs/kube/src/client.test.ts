import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeClient } from './client.js';
import { credentialsOf, kubeconfigOf, KubeconfigInvalidError } from './credentials.js';
import { KubeAlreadyExistsError, KubeConflictError, KubeNotFoundError, KubeUnreachableError } from './errors.js';
import { FakeApi, podNamed } from './fake-api.js';
import { linesOf } from './lines.js';

describe('a client', () => {
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
  const answer = (status: number, body: object) =>
    api.overrides.push((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });

  it('finds paths by discovery, asked once', async () => {
    await client.list({ apiVersion: 'v1', kind: 'Pod' });
    await client.list({ apiVersion: 'v1', kind: 'Pod', labelSelector: 'a=b,c!=d' });
    expect(api.requests).toEqual(['GET /api/v1', 'GET /api/v1/pods', 'GET /api/v1/pods?labelSelector=a%3Db%2Cc!%3Dd']);
    await expect(client.list({ apiVersion: 'v1', kind: 'Nope' })).rejects.toThrow(KubeNotFoundError);
  });

  it('gives objects of lists their kind', async () => {
    api.items = [{ metadata: { name: 'a' } } as never];
    const { items, resourceVersion } = await client.list({ apiVersion: 'v1', kind: 'Pod' });
    expect(items[0]).toMatchObject({ apiVersion: 'v1', kind: 'Pod' });
    expect(resourceVersion).toBe('100');
  });

  it("names errors by what they mean, with the server's own sentence", async () => {
    const pod = podNamed('a', 1);
    answer(409, { reason: 'AlreadyExists', message: 'pods "a" already exists' });
    await expect(client.create(pod)).rejects.toThrow(KubeAlreadyExistsError);
    answer(409, { reason: 'Conflict', message: 'the object has been modified' });
    await expect(client.replace(pod)).rejects.toThrow(KubeConflictError);
    answer(422, { reason: 'Invalid', message: 'spec: Required value' });
    await expect(client.apply(pod)).rejects.toThrow(
      expect.objectContaining({ name: 'KubeInvalidError', message: 'spec: Required value' }),
    );
    answer(404, {});
    expect(await client.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a' })).toBeUndefined();
    answer(404, {});
    expect(await client.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a' })).toBe(false);
  });

  it('says that a server is away', async () => {
    await using other = new KubeClient({ server: 'http://127.0.0.1:9', ca: '', cert: '', key: '' });
    await expect(other.list({ apiVersion: 'v1', kind: 'Pod' })).rejects.toThrow(KubeUnreachableError);
  });
});

describe('a kubeconfig', () => {
  const credentials = { server: 'https://127.0.0.1:6443', ca: 'CA', cert: 'CERT', key: 'KEY' };

  it('carries credentials there and back', () => {
    expect(credentialsOf(kubeconfigOf(credentials, { name: 'x', namespace: 'shop' }))).toEqual(credentials);
    expect(kubeconfigOf(credentials, { server: 'https://other' })).toContain('server: https://other');
  });

  it.each([['{'], ['a: 1'], [kubeconfigOf(credentials).replace('client-key-data', 'token')]])(
    'that cannot be used is refused',
    (text) => {
      expect(() => credentialsOf(text)).toThrow(KubeconfigInvalidError);
    },
  );
});

it('lines are put together from chunks, characters cut in two included', async () => {
  const bytes = Buffer.from('eins\n\nzwölf 中文\nlast');
  const chunks = async function* () {
    for (const byte of bytes) yield Buffer.from([byte]);
    await Promise.resolve();
  };
  const lines: string[] = [];
  for await (const line of linesOf(chunks())) lines.push(line);
  expect(lines).toEqual(['eins', 'zwölf 中文', 'last']);
});
