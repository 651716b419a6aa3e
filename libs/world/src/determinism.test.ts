import { imageCatalogueSchema, worldSchema } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { compileWorld } from './compile.js';
import { Random } from './core/random.js';
import type { Scope, WorldEvent } from './figures.js';
import { MiB } from './shop.fixture.js';
import { createWorld } from './simulated-world.js';
import type { World } from './world-api.js';

/** A world with something of everything. */
const plan = compileWorld(
  worldSchema.parse({
    traffic: {
      shoppers: {
        url: 'http://shop.example/',
        profile: { flashSale: { rate: 30, factor: 10, at: '10s', rises: '10s', lasts: '20s' } },
        timeout: '500ms',
        retries: 2,
        backoff: '50ms',
      },
      jobs: { queue: 'orders', profile: { steady: { rate: 5 } } },
    },
    dependencies: {
      cache: { kind: 'cache', behind: 'db' },
      db: { kind: 'database', concurrency: 4 },
      dns: { kind: 'dns' },
      orders: { kind: 'queue' },
    },
    incidents: [
      { name: 'slow', on: 'db', at: '20s', lasts: '10s', slower: 30 },
      { name: 'noise', on: 'noise', at: '15s', burns: '4' },
    ],
    nodeTypes: {
      small: {
        cpu: '4',
        memory: '4Gi',
        pricePerHour: 1,
        spot: { pricePerHour: 0.3, interruptedEvery: '1m', notice: '10s' },
      },
    },
  }),
  imageCatalogueSchema.parse({
    web: {
      memory: '50Mi',
      work: {
        cpu: '8ms',
        memory: '1Mi',
        leak: '1Mi',
        errors: 0.01,
        calls: [
          { to: 'cache', timeout: '50ms', optional: true },
          { to: 'stock', share: 0.3, timeout: '200ms', retries: 1 },
        ],
      },
    },
    stock: { work: { cpu: '3ms', concurrency: 2 } },
    worker: { work: { cpu: '20ms', takes: 'orders', batch: { max: 4, wait: '50ms', base: '30ms' } } },
    noise: {},
  }),
);

/** Plays a minute; the facts come at the same times, whatever lies between. */
function play(seed: string, names: string, cuts: (toMs: number, world: World) => WorldEvent[]) {
  const world = createWorld(plan, seed);
  const pod = (image: string, number: number, startedAt = 0): void =>
    world.setPod({
      uid: `${names}${image}-${number}`,
      namespace: 'shop',
      name: `${names}${image}-${number}`,
      node: `node-${number % 2}`,
      version: '1',
      containers: [
        {
          name: 'main',
          image,
          startedAt,
          serving: true,
          cpuLimit: 1,
          memoryLimit: 100 * MiB,
          gpus: image === 'worker' ? 1 : 0,
        },
      ],
    });
  const serve = (name: string, count: number): void =>
    world.setService({
      namespace: 'shop',
      name,
      endpoints: Array.from({ length: count }, (_, i) => ({ pod: `${names}${name}-${i}`, container: 'main' })),
    });
  for (const name of ['node-0', 'node-1'])
    world.setNode({ name, cpu: 4, memory: 4096 * MiB, type: 'small', spot: true });
  for (const [image, count] of [
    ['web', 3],
    ['stock', 2],
    ['worker', 1],
    ['noise', 1],
  ] as const)
    for (let i = 0; i < count; i += 1) pod(image, i);
  serve('web', 3);
  serve('stock', 2);
  world.setRoute({
    namespace: 'shop',
    name: 'r',
    rules: [{ backends: [{ service: 'shop/web', weight: 1 }], retries: 1 }],
  });
  world.setBreaker({ name: 'db', target: 'db', errorShare: 0.3, openMs: 3000 });
  world.setRateLimit({ name: 'all', rate: 250 });
  const events = cuts(25_030, world);
  pod('web', 3, 25_030);
  serve('web', 4);
  events.push(...cuts(60_000, world));
  const scopes: Scope[] = [
    { kind: 'source', name: 'shoppers' },
    { kind: 'source', name: 'jobs' },
    { kind: 'route', route: 'shop/r' },
    { kind: 'service', service: 'shop/stock' },
    { kind: 'dependency', name: 'db' },
    { kind: 'pod', uid: `${names}web-1` },
  ];
  const shown = {
    events: events.map((event) => ({ ...event, pod: undefined })),
    figures: scopes.map((scope) => world.figures(scope, 60_000)),
    usage: world.usageOf(`${names}stock-0`, 'main'),
    node: world.nodeUsage('node-1'),
    bill: world.bill(60_000),
    traces: world.traces(60_000),
  };
  return shown;
}
const atOnce = (toMs: number, world: World): WorldEvent[] => world.advance(toMs);

describe('the same seed', () => {
  const once = play('seed', '', atOnce);

  it('gives something to compare', () => {
    expect(once.events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['incident', 'oom-killed', 'breaker', 'spot-notice']),
    );
    for (const { count } of once.figures) expect(count).toBeGreaterThan(100);
    expect(once.traces.length).toBeGreaterThan(100);
  });

  it('gives the same twice, and another one something else', () => {
    expect(play('seed', '', atOnce)).toEqual(once);
    expect(play('other', '', atOnce).figures).not.toEqual(once.figures);
  });

  it('gives the same however advance() is cut, and whoever looks meanwhile', () => {
    const random = new Random('cuts');
    const cuts = (toMs: number, world: World): WorldEvent[] => {
      const events: WorldEvent[] = [];
      while (world.nowMs < toMs) {
        events.push(...world.advance(Math.min(toMs, world.nowMs + random.exponential(70))));
        world.probeMs('web-1', 'main');
        world.usageOf('web-0', 'main');
        world.figures({ kind: 'source', name: 'shoppers' }, 10_000);
      }
      return events;
    };
    expect(play('seed', '', cuts)).toEqual(once);
  });

  it('gives the same figures whatever Pods are called', () => {
    expect(play('seed', 'x7f-', atOnce).figures).toEqual(once.figures);
  });
});

describe('traces', () => {
  const { traces } = play('seed', '', atOnce);

  it('are waterfalls: every span lies within the one that caused it', () => {
    for (const { spans, startMs, endMs } of traces) {
      const byId = new Map(spans.map((span) => [span.id, span]));
      expect(spans[0]).toMatchObject({ service: 'client', startMs, endMs });
      for (const span of spans) {
        expect(span.endMs).toBeGreaterThanOrEqual(span.startMs);
        const parent = span.parent === undefined ? undefined : byId.get(span.parent);
        if (span.name === 'wait for a thread' || !parent) continue;
        expect(span.startMs).toBeGreaterThanOrEqual(parent.startMs);
      }
    }
  });

  it('go over gateway, service, cache, database and DNS, and say which Pod', () => {
    const services = new Set(traces.flatMap(({ spans }) => spans.map(({ service }) => service)));
    for (const name of ['client', 'gateway', 'web-0', 'cache', 'db', 'dns', 'shop/stock', 'orders'])
      expect(services).toContain(name);
    const span = traces.flatMap(({ spans }) => spans).find(({ service }) => service === 'web-1');
    expect(span).toMatchObject({ pod: 'web-1', node: 'node-1', version: '1' });
  });

  it('show tries and failures', () => {
    const retried = traces.find(({ spans }) => spans.filter(({ service }) => service === 'gateway').length > 1);
    expect(retried?.spans.find(({ service }) => service === 'gateway')?.outcome).not.toBe('ok');
    expect(new Set(traces.map(({ outcome }) => outcome)).size).toBeGreaterThan(1);
  });
});
