import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeClient } from './client.js';
import { KubeExpiredError, KubeWatchMalformedError, KubeWatchStalledError } from './errors.js';
import { FakeApi, podNamed } from './fake-api.js';
import { Reflector, ReflectorHandlerError, type ReflectorHandlers } from './reflector.js';

let api: FakeApi;
let client: KubeClient;
let reflector: Reflector;
const seen: string[] = [];
const errors: Error[] = [];
let arrived: { after: number; resolve: () => void }[] = [];

/** Resolves when so many events were seen in all. */
const events = (count: number) =>
  seen.length >= count ? Promise.resolve() : new Promise<void>((resolve) => arrived.push({ after: count, resolve }));
const isWatch = (url: string) => url.includes('watch=true');
const isList = (url: string) => url.startsWith('/api/v1/pods') && !isWatch(url);

async function start(more: Partial<ReflectorHandlers> = {}): Promise<void> {
  reflector = new Reflector(
    client,
    { apiVersion: 'v1', kind: 'Pod' },
    {
      onEvent: ({ type, object }) => {
        seen.push(`${type} ${object.metadata.name}`);
        for (const one of arrived.filter(({ after }) => seen.length >= after)) one.resolve();
      },
      onState: ({ error }) => error && errors.push(error),
      random: () => 0,
      ...more,
    },
  );
  const watching = api.asked(isWatch);
  reflector.start();
  await watching;
}

beforeEach(async () => {
  seen.length = errors.length = 0;
  arrived = [];
  api = await FakeApi.start();
  client = new KubeClient({ server: api.url, ca: '', cert: '', key: '' });
});
afterEach(async () => {
  await reflector.stop();
  await client.close();
  await api.close();
});

describe('a reflector', () => {
  it('lists, then watches from there, and keeps what exists', async () => {
    api.items = [podNamed('a', 1), podNamed('b', 2)];
    await start();
    await reflector.synced;
    api.event('ADDED', 'c');
    api.event('MODIFIED', 'a');
    api.event('DELETED', 'b');
    await events(5);
    expect(seen).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'MODIFIED a', 'DELETED b']);
    expect([...reflector.items.keys()]).toEqual(['uid-a', 'uid-c']);
    expect(api.requests.find(isWatchLine)).toContain('resourceVersion=100');
    expect(api.requests.find(isWatchLine)).toContain('allowWatchBookmarks=true');
  });

  it('goes on from the last version when the server ends the watch, without a list', async () => {
    await start();
    api.send(JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '250' } } }));
    const again = api.asked(isWatch);
    api.event('ADDED', 'a');
    await events(1);
    api.endWatches('end');
    await again;
    expect(api.requests.filter((line) => isList(line.slice(4)))).toHaveLength(1);
    expect(api.requests.at(-1)).toContain('resourceVersion=101');
  });

  it('goes on after a connection that broke', async () => {
    await start();
    const again = api.asked(isWatch);
    api.endWatches('destroy');
    await again;
    api.event('ADDED', 'a');
    await events(1);
    expect(errors[0]?.name).toBe('KubeUnreachableError');
  });

  it('lists again after 410 Expired, and tells the differences', async () => {
    api.items = [podNamed('a', 1), podNamed('b', 2)];
    await start();
    await events(2);
    api.items = [podNamed('a', 7), podNamed('c', 8)];
    const again = api.asked(isWatch);
    api.send(
      JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } }),
    );
    await again;
    expect(seen.slice(2)).toEqual(['DELETED b', 'MODIFIED a', 'ADDED c']);
    expect(errors[0]).toBeInstanceOf(KubeExpiredError);
  });

  it('tells of a line that is no event, and lists again', async () => {
    await start();
    const again = api.asked(isList);
    api.send('{"type":"ADDED","object":');
    await again;
    expect(errors[0]).toBeInstanceOf(KubeWatchMalformedError);
  });

  it('notices a connection that is dead', async () => {
    await start({ stallMs: 50 });
    await api.asked(isWatch);
    expect(errors[0]).toBeInstanceOf(KubeWatchStalledError);
  });

  it('outlives refusals of any kind', async () => {
    const status =
      (code: number) => (_: unknown, response: { writeHead(code: number): unknown; end(text: string): unknown }) => {
        response.writeHead(code);
        response.end('no');
      };
    api.overrides.push(
      status(500),
      status(403),
      (request) => request.socket.destroy(),
      (request) => request.socket.destroy(),
    );
    await start();
    await reflector.synced;
    api.event('ADDED', 'a');
    await events(1);
    expect(errors.map((error) => error.name)).toEqual(['KubeApiError', 'KubeForbiddenError', 'KubeUnreachableError']);
  });

  it('tells what a handler threw, and goes on', async () => {
    let threw = false;
    await start({
      onEvent: ({ object }) => {
        if (!threw) {
          threw = true;
          throw new Error('oops');
        }
        seen.push(object.metadata.name);
        for (const one of arrived) one.resolve();
      },
    });
    api.event('ADDED', 'a');
    api.event('ADDED', 'b');
    await events(1);
    expect(seen).toEqual(['b']);
    expect(errors[0]).toBeInstanceOf(ReflectorHandlerError);
    expect(errors[0]?.message).toContain('oops');
  });
});

const isWatchLine = (line: string) => line.includes('watch=true');
