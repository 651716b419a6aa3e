import { imageCatalogueSchema, worldSchema } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { compileWorld } from './compile.js';
import { Random } from './core/random.js';
import { MiB } from './shop.fixture.js';
import { createWorld } from './simulated-world.js';
import type { World } from './world-api.js';

const second = 1000;

/** Services that call each other in a circle, dependencies that break, queues, GPUs, leaks: whatever can go wrong, does. */
const plan = compileWorld(
  worldSchema.parse({
    traffic: {
      people: {
        url: 'http://shop.example/',
        profile: { noon: { rate: 20, peak: 300, at: '5s', lasts: '50s' } },
        timeout: '1s',
        retries: 2,
        backoff: '20ms',
      },
      robots: { url: 'http://b.shop.svc/', profile: { steady: { rate: 60 } }, timeout: '300ms', retries: 1 },
      jobs: { queue: 'jobs', profile: { steady: { rate: 20 } }, timeout: '5s', retries: 1 },
    },
    dependencies: {
      cache: { kind: 'cache', behind: 'db', concurrency: 2, backlog: 3 },
      db: { kind: 'database', concurrency: 2, backlog: 20, errors: 0.02 },
      dns: { kind: 'dns', asked: 0.2 },
      jobs: { kind: 'queue', backlog: 30 },
      log: { kind: 'queue', backlog: 10 },
    },
    incidents: [
      { name: 'cache', on: 'cache', at: '10s', every: '17s', lasts: '3s', down: true },
      { name: 'db', on: 'db', at: '12s', every: '23s', lasts: '5s', slower: 50, errors: 0.2 },
      { name: 'dns', on: 'dns', at: '20s', every: '31s', lasts: '2s', down: true },
      { name: 'hang', on: 'b', at: '15s', every: '19s', lasts: '2s', down: true },
      { name: 'burn', on: 'c', at: '5s', every: '13s', lasts: '4s', burns: '3', slower: 5 },
    ],
  }),
  imageCatalogueSchema.parse({
    a: {
      work: {
        cpu: '4ms',
        concurrency: 8,
        backlog: 20,
        memory: '2Mi',
        calls: [
          { to: 'cache', timeout: '50ms', retries: 1, optional: true },
          { to: 'b', share: 0.8, timeout: '200ms', retries: 2, backoff: '10ms' },
          { to: 'log', share: 0.5 },
        ],
      },
    },
    b: { work: { cpu: '2ms', concurrency: 4, backlog: 5, errors: 0.05, calls: [{ to: 'c', timeout: '100ms' }] } },
    c: {
      work: {
        variation: 3,
        cpu: '1ms',
        concurrency: 2,
        calls: [{ to: 'a', share: 0.05, timeout: '80ms', optional: true }],
      },
    },
    worker: { work: { cpu: '10ms', takes: 'jobs', concurrency: 3, batch: { max: 4, wait: '30ms', base: '20ms' } } },
    free: { work: { takes: 'log' } },
  }),
);
const images = ['a', 'b', 'c', 'worker', 'free'];

/** Facts drawn at random for a minute, then a quiet end. */
function rough(seed: string): World {
  const random = new Random(seed);
  const world = createWorld(plan, seed);
  const there = new Map<string, { image: string; number: number }>();
  const some = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const serveAll = (): void => {
    for (const name of images)
      world.setService({
        namespace: 'shop',
        name,
        endpoints: [...there].filter(([, { image }]) => image === name).map(([pod]) => ({ pod, container: 'main' })),
      });
  };
  const start = (image: string, number: number): void => {
    const uid = `${image}-${number}`;
    there.set(uid, { image, number });
    world.setPod({
      uid,
      namespace: 'shop',
      name: uid,
      node: `node-${number % 3}`,
      version: String(number % 2),
      containers: [
        {
          name: 'main',
          image,
          startedAt: world.nowMs,
          serving: random.next() < 0.9,
          ...(random.next() < 0.5 ? { cpuLimit: 0.2 + random.next() } : {}),
          cpuRequest: random.next() < 0.5 ? 0 : 0.3,
          ...(random.next() < 0.3 ? { memoryLimit: 30 * MiB } : {}),
          gpus: image === 'worker' ? some([0, 0.5, 1, 2]) : 0,
        },
      ],
    });
  };
  for (let n = 0; n < 3; n += 1) world.setNode({ name: `node-${n}`, cpu: 2, memory: 200 * MiB });
  for (const image of images) for (let n = 0; n < 2; n += 1) start(image, n);
  serveAll();
  while (world.nowMs < 60 * second) {
    const uid = some([...there.keys(), 'a-0']);
    const known = there.get(uid);
    switch (random.below(9)) {
      case 0:
      case 1:
        start(some(images), random.below(5));
        break;
      case 2:
        if (known && there.size > 4) {
          there.delete(uid);
          world.removePod(uid);
        }
        break;
      case 3:
        if (known) start(known.image, known.number);
        break;
      case 4:
        world.setBreaker({
          name: some(['x', 'y']),
          target: some(['db', 'cache', 'shop/b']),
          errorShare: 0.3,
          maxRequests: 5,
          openMs: 500,
        });
        break;
      case 5:
        world.removeBreaker(some(['x', 'y']));
        break;
      case 6:
        world.setRateLimit({ name: 'l', rate: 20 + random.below(200) });
        break;
      case 7:
        world.removeRateLimit('l');
        break;
      default:
        world.setRoute({
          namespace: 'shop',
          name: 'r',
          rules: [
            {
              backends: [
                { service: 'shop/a', weight: random.below(3) },
                { service: 'shop/none', weight: random.below(2) },
              ],
              retries: random.below(3),
              ...(random.next() < 0.5 ? { timeoutMs: 200 } : {}),
            },
          ],
        });
    }
    if (random.next() < 0.7) serveAll();
    world.advance(world.nowMs + random.exponential(400));
  }
  return world;
}

/** Sums by source, of everything since the start. */
function sums(world: World): Record<string, { sent: number; ended: number }> {
  const result: Record<string, { sent: number; ended: number }> = {};
  for (const { samples } of world.metrics()) {
    for (const { name, labels, value } of samples) {
      const { source } = labels;
      if (source === undefined) continue;
      const sum = (result[source] ??= { sent: 0, ended: 0 });
      if (name === 'client_requests_sent_total') sum.sent += value;
      if (name === 'client_requests_total') sum.ended += value;
    }
  }
  return result;
}

describe('every request', () => {
  it.each(['one', 'two', 'three', 'four', 'five', 'six'])('that is sent ends exactly once: %s', (seed) => {
    const world = rough(seed);
    for (const source of ['people', 'robots', 'jobs']) world.stopTraffic(source);
    const before = sums(world);
    // Longer than all timeouts with all tries.
    world.advance(world.nowMs + 30 * second);
    const after = sums(world);
    for (const [source, { sent, ended }] of Object.entries(after)) {
      expect(sent, source).toBeGreaterThan(500);
      expect(sent - (before[source]?.sent ?? 0), source).toBeLessThan(60);
      expect(ended, source).toBe(sent);
    }
    expect(world.figures({ kind: 'source', name: 'people' }, 600 * second).outcomes.ok).toBeGreaterThan(0);
  });

  it('leaves nothing behind in the containers', () => {
    const world = rough('seven');
    for (const source of ['people', 'robots', 'jobs']) world.stopTraffic(source);
    world.advance(world.nowMs + 200 * second);
    const busy = world
      .metrics()
      .filter(({ name }) => name === 'http_requests_in_progress' || name === 'http_requests_waiting')
      .flatMap(({ samples }) => samples)
      .filter(({ value, labels }) => value !== 0 && labels['container'] === 'main');
    expect(busy).toEqual([]);
  });
});
