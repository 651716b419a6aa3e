import type { IncidentSpec } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { compileWorld } from './compile.js';
import type { WorldEvent } from './figures.js';
import { addPod, MiB, second, serve, shop, shoppers } from './shop.fixture.js';
import { createWorld } from './simulated-world.js';
import type { World } from './world-api.js';

const minute = 60 * second;
const web = { kind: 'service', service: 'shop/web' } as const;

function figuresAt(world: World, atMs: number, windowMs = 20 * second) {
  world.advance(atMs);
  return world.figures(shoppers, windowMs);
}

describe('the flash sale', () => {
  const options = {
    traffic: {
      profile: { flashSale: { rate: 20, factor: 30, at: '1m', rises: '1m', lasts: '2m' } },
      timeout: '1s',
    },
    work: { cpu: '10ms' },
    container: { cpuLimit: 1 },
    cores: 2,
  };

  it('is lost with what is enough on other days', () => {
    const world = shop({ ...options, pods: 3 });
    expect(figuresAt(world, minute).errorRate).toBe(0);
    const { errorRate, outcomes, p99Ms } = figuresAt(world, 4 * minute);
    expect(errorRate).toBeGreaterThan(0.5);
    expect(outcomes.timeout + outcomes.refused).toBeGreaterThan(0.99 * errorRate * 600 * 20);
    expect(p99Ms).toBeGreaterThan(950);
    // It recovers when the sale is over.
    expect(figuresAt(world, 8 * minute).errorRate).toBe(0);
  });

  it('is won by enough containers, also by those that come within a minute', () => {
    const world = shop({ ...options, pods: 3 });
    world.advance(90 * second);
    for (let n = 3; n < 12; n += 1) {
      world.setNode({ name: `node-${n}`, cpu: 2, memory: 1024 * MiB });
      addPod(world, 'web', n, `node-${n}`, { cpuLimit: 1, startedAt: 90 * second });
    }
    serve(world, 'web', 12);
    const { errorRate, p99Ms, rate } = figuresAt(world, 4 * minute);
    expect(rate).toBeCloseTo(600, -2);
    expect(errorRate).toBe(0);
    expect(p99Ms).toBeLessThan(150);
  });
});

describe('a retry storm', () => {
  const surge = (retries: number): World =>
    shop({
      traffic: {
        profile: {
          points: [
            { at: '0s', rate: 80 },
            { at: '60s', rate: 80 },
            { at: '61s', rate: 400 },
            { at: '80s', rate: 400 },
            { at: '81s', rate: 80 },
          ],
        },
        timeout: '1s',
        retries,
        backoff: '100ms',
      },
      work: { cpu: '10ms', concurrency: 1 },
    });

  it('keeps a service down long after the surge that began it', () => {
    const world = surge(3);
    expect(figuresAt(world, minute).errorRate).toBe(0);
    const { errorRate } = figuresAt(world, 10 * minute);
    expect(errorRate).toBeGreaterThan(0.9);
    // It works all the time, on requests that nobody waits for any more.
    expect(world.usageOf('web-0', 'main')?.cpu).toBeCloseTo(1000);
    expect(world.figures(web, 20 * second).rate).toBeGreaterThan(3 * 80);
  });

  it('does not happen without retries', () => {
    const world = surge(0);
    expect(figuresAt(world, 80 * second).errorRate).toBeGreaterThan(0.5);
    expect(figuresAt(world, 10 * minute).errorRate).toBe(0);
  });
});

describe('the gateway', () => {
  function canary(): World {
    const work = { cpu: '5ms' };
    const plan = compileWorld(
      { traffic: { shoppers: { url: 'http://shop.example/', profile: { steady: { rate: 200 } } } } },
      { web: { work }, next: { work: { ...work, errors: 0.4 } } },
    );
    const world = createWorld(plan, 'canary');
    world.setNode({ name: 'node', cpu: 8, memory: 8192 * MiB });
    addPod(world, 'web', 0, 'node', {}, '1.0');
    addPod(world, 'next', 0, 'node', {}, '1.1');
    serve(world, 'web', 1);
    serve(world, 'next', 1);
    return world;
  }
  const route = (...weights: [string, number][]) => ({
    namespace: 'shop',
    name: 'shop',
    hostnames: ['shop.example'],
    rules: [{ backends: weights.map(([name, weight]) => ({ service: `shop/${name}`, weight })) }],
  });

  it('answers 404 without a route, and 500 when all weights are nothing', () => {
    const world = canary();
    expect(figuresAt(world, 20 * second).outcomes).toMatchObject({ ok: 0, failed: 0 });
    expect(world.figures(shoppers, 20 * second).outcomes['no-endpoint']).toBeGreaterThan(3800);
    world.setRoute(route(['web', 0]));
    const { outcomes } = figuresAt(world, 50 * second);
    expect(outcomes.failed).toBeGreaterThan(3800);
  });

  it('sends a half of the traffic to a new release and takes all of it back at once', () => {
    const world = canary();
    world.setRoute(route(['web', 50], ['next', 50]));
    expect(figuresAt(world, minute).errorRate).toBeCloseTo(0.2, 1);
    const shares = ['web', 'next'].map((name) =>
      world.figures({ kind: 'service', service: `shop/${name}` }, 40 * second),
    );
    // 8000 requests: the share of one has a standard error of 0.56 %.
    expect((shares[0]?.count ?? 0) / 8000).toBeCloseTo(0.5, 1);
    expect(world.traffic('shop/next', 40 * second)).toMatchObject([{ version: '1.1', share: 1 }]);
    expect(world.traffic('shop/next', 40 * second)[0]?.errorRate).toBeCloseTo(0.4, 1);
    world.setRoute(route(['web', 100], ['next', 0]));
    world.advance(minute + 2 * second);
    expect(figuresAt(world, minute + 12 * second, 10 * second).errorRate).toBe(0);
    expect(world.figures({ kind: 'service', service: 'shop/next' }, 10 * second).count).toBe(0);
    expect(world.figures({ kind: 'route', route: 'shop/shop' }, 10 * second).rate).toBeCloseTo(200, -2);
  });

  it('tries again elsewhere when a rule says so', () => {
    const world = canary();
    world.setRoute({ ...route(), rules: [{ backends: [{ service: 'shop/next', weight: 1 }], retries: 2 }] });
    // 0.4³
    expect(figuresAt(world, minute, 50 * second).errorRate).toBeCloseTo(0.064, 2);
  });

  it('gives up when a rule says so', () => {
    const world = canary();
    world.setRoute({ ...route(), rules: [{ backends: [{ service: 'shop/web', weight: 1 }], timeoutMs: 5 }] });
    const { outcomes, count } = figuresAt(world, minute, 50 * second);
    // Sharing 8 cores, 5 ms of work on average take 5 ms: P(X > 5) = 1/e.
    expect(outcomes.timeout / count).toBeCloseTo(Math.exp(-1), 1);
  });

  it('limits the rate, so that what comes through is quick', () => {
    const world = canary();
    world.setRoute(route(['web', 1]));
    world.setRateLimit({ name: 'limit', route: 'shop/shop', rate: 50, burst: 10 });
    const { outcomes, p99Ms } = figuresAt(world, minute, 50 * second);
    expect(outcomes.ok / 50).toBeCloseTo(50, 0);
    expect(outcomes['rate-limited'] / 50).toBeCloseTo(150, -1);
    expect(p99Ms).toBeLessThan(30);
    world.removeRateLimit('limit');
    expect(figuresAt(world, 2 * minute).errorRate).toBe(0);
  });
});

describe('inference on a GPU', () => {
  const saturated = (max: number, gpus: number): World =>
    shop({
      rate: 400,
      traffic: { timeout: '60s' },
      cores: 8,
      container: { gpus },
      work: {
        cpu: '1ms',
        concurrency: 64,
        backlog: 50,
        batch: { max, wait: '20ms', base: '40ms', perItem: '2ms' },
      },
    });
  it.each([
    [1, 1, 1 / 0.042],
    [16, 1, 16 / 0.072],
    [16, 2, 32 / 0.072],
    [16, 0.5, 8 / 0.072],
  ])('answers what batches of %i on %d GPUs carry', (max, gpus, expected) => {
    const world = saturated(max, gpus);
    const { outcomes } = figuresAt(world, 2 * minute, minute);
    const rate = outcomes.ok / 60;
    expect(rate / Math.min(expected, 400)).toBeCloseTo(1, 1);
  });
  it('uses a GPU all the time when there is more to do than it can', () => {
    const world = saturated(8, 1);
    world.advance(minute);
    expect(world.usageOf('web-0', 'main')?.gpuSeconds).toBeCloseTo(60, 0);
  });
  it('fails without a GPU', () => {
    expect(figuresAt(saturated(16, 0), minute).outcomes).toMatchObject({ ok: 0, timeout: 0 });
  });
  it('waits for others only so long when few come', () => {
    const world = shop({
      rate: 1,
      cores: 8,
      container: { gpus: 1 },
      work: { batch: { max: 8, wait: '20ms', base: '40ms', perItem: '2ms' } },
    });
    expect(figuresAt(world, 5 * minute, 4 * minute).p50Ms / 62).toBeCloseTo(1, 1);
  });
});

describe('a queue in front', () => {
  const options = {
    traffic: { queue: 'jobs', profile: { steady: { rate: 20 } }, timeout: '10m' },
    world: { dependencies: { jobs: { kind: 'queue' as const, backlog: 5000 } } },
    work: { cpu: '100ms', concurrency: 1, takes: 'jobs' },
  };
  function queueWorld(): World {
    const { url: _, ...traffic } = { url: undefined, ...options.traffic };
    const plan = compileWorld({ ...options.world, traffic: { shoppers: traffic } }, { worker: { work: options.work } });
    const world = createWorld(plan, 'queue');
    for (let n = 0; n < 4; n += 1) world.setNode({ name: `node-${n}`, cpu: 1, memory: 1024 * MiB });
    return world;
  }
  it('keeps requests while nobody works, and hands them out when somebody comes', () => {
    const world = queueWorld();
    world.advance(minute);
    const { waiting = 0, oldestMs = 0 } = world.queueLength('jobs') ?? {};
    expect(waiting / 1200).toBeCloseTo(1, 1);
    expect(oldestMs / minute).toBeCloseTo(1, 1);
    for (let p = 0; p < 4; p += 1) addPod(world, 'worker', p, `node-${p}`, { startedAt: minute });
    // 40 a second go, 20 come: empty after another minute, then an answer in a moment.
    world.advance(minute + 30 * second);
    expect((world.queueLength('jobs')?.waiting ?? 0) / 600).toBeCloseTo(1, 0);
    expect(world.queueLength('jobs')?.inWork).toBe(4);
    const { errorRate, p50Ms } = figuresAt(world, 4 * minute);
    expect(errorRate).toBe(0);
    expect(p50Ms).toBeLessThan(200);
    expect(world.usageOf('worker-2', 'main')?.cpu).toBeGreaterThan(300);
  });
  it('gets back what a worker had in hand when it ended', () => {
    const world = queueWorld();
    addPod(world, 'worker', 0, 'node-0');
    world.advance(minute);
    const before = world.queueLength('jobs')?.waiting ?? 0;
    world.removePod('worker-0');
    world.advance(minute + 100);
    expect((world.queueLength('jobs')?.waiting ?? 0) - before).toBeGreaterThanOrEqual(1);
    expect(world.figures(shoppers, minute).outcomes.refused).toBe(0);
  });
  it('refuses when it is full', () => {
    const world = queueWorld();
    world.advance(5 * minute);
    expect(world.queueLength('jobs')?.waiting).toBe(5000);
    expect(world.figures(shoppers, 10 * second).outcomes.refused).toBeGreaterThan(150);
  });
});

describe('who takes the blame', () => {
  const dependencies = {
    cache: { kind: 'cache' as const, latency: '1ms', hits: 0.9, behind: 'db' },
    // Carries 100 a second.
    db: { kind: 'database' as const, latency: '10ms', concurrency: 1 },
    dns: { kind: 'dns' as const, asked: 0.5 },
  };
  const options = (incident: Pick<IncidentSpec, 'on' | 'slower' | 'errors' | 'down'>) => ({
    rate: 200,
    cores: 4,
    traffic: { timeout: '2s' },
    work: { cpu: '2ms', concurrency: 64, calls: [{ to: 'cache', timeout: '500ms' }] },
    world: { dependencies, incidents: [{ name: 'night', at: '1m', lasts: '2m', ...incident }] },
  });

  it('is quiet before', () => {
    const world = shop(options({ on: 'cache', down: true }));
    const { errorRate, p99Ms } = figuresAt(world, minute);
    expect(errorRate).toBe(0);
    expect(p99Ms).toBeLessThan(80);
    expect(world.figures({ kind: 'dependency', name: 'db' }, 20 * second).rate).toBeCloseTo(20, -1);
  });

  it('can be the cache: without it the database gets all, and cannot', () => {
    const world = shop(options({ on: 'cache', errors: 1 }));
    const { errorRate } = figuresAt(world, 2 * minute);
    expect(errorRate).toBeGreaterThan(0.4);
    expect(world.figures({ kind: 'dependency', name: 'db' }, 20 * second).errorRate).toBeGreaterThan(0.4);
    expect(figuresAt(world, 5 * minute).errorRate).toBe(0);
  });

  it('can be DNS: what still knows the address is well, what asks is not', () => {
    const world = shop(options({ on: 'dns', down: true }));
    const { errorRate } = figuresAt(world, 2 * minute);
    expect(errorRate).toBeGreaterThan(0.4);
    expect(world.figures({ kind: 'dependency', name: 'dns' }, 20 * second).outcomes.ok).toBe(0);
    expect(world.figures({ kind: 'dependency', name: 'cache' }, 20 * second).errorRate).toBe(0);
  });

  it('can be the new release: its CPU time grows', () => {
    const world = shop(options({ on: 'web', slower: 20 }));
    expect(figuresAt(world, 2 * minute).errorRate).toBeGreaterThan(0.3);
    expect(world.figures({ kind: 'dependency', name: 'cache' }, 20 * second).p99Ms).toBeLessThan(10);
    expect(world.usageOf('web-0', 'main')?.cpu).toBeCloseTo(4000, -2);
  });

  it('can be a hanging release, whose requests are answered when it is over', () => {
    const world = shop(options({ on: 'web', down: true }));
    expect(figuresAt(world, 2 * minute).outcomes).toMatchObject({ ok: 0 });
    expect(world.probeMs('web-0', 'main')).toBe(Infinity);
    expect(figuresAt(world, 4 * minute).errorRate).toBe(0);
    expect(world.usageOf('web-0', 'main')?.inProgress).toBeLessThan(20);
  });

  it.each([
    ['what runs without a request', 0, 10, 1000],
    ['but not what runs with one', 2, 0.7, 1.3],
  ])('can be a noisy neighbour, for %s', (_, cpuRequest, least, most) => {
    const plan = compileWorld(
      {
        traffic: { shoppers: { url: 'http://web.shop.svc/', profile: { steady: { rate: 150 } }, timeout: '2s' } },
        incidents: [{ name: 'noise', on: 'noise', at: '1m', burns: '16' }],
      },
      { web: { work: { cpu: '10ms' } }, noise: { work: {} } },
    );
    const world = createWorld(plan, 'noise');
    world.setNode({ name: 'node', cpu: 2, memory: 8192 * MiB });
    addPod(world, 'web', 0, 'node', { cpuRequest });
    addPod(world, 'noise', 0, 'node', {});
    serve(world, 'web', 1);
    const before = figuresAt(world, minute, 50 * second).p99Ms;
    expect(before).toBeLessThan(200);
    const { p99Ms } = figuresAt(world, 3 * minute, 110 * second);
    expect(p99Ms / before).toBeGreaterThan(least);
    expect(p99Ms / before).toBeLessThan(most);
    expect(world.nodeUsage('node')?.cpu).toBeCloseTo(2000, -2);
  });

  it('is kept from the rest by a circuit breaker', () => {
    const slow = {
      ...options({ on: 'db', slower: 1000 }),
      work: {
        cpu: '2ms',
        concurrency: 8,
        backlog: 8,
        calls: [{ to: 'db', share: 0.3, timeout: '5s', optional: true }],
      },
    };
    const without = shop(slow);
    expect(figuresAt(without, 2 * minute).errorRate).toBeGreaterThan(0.5);
    const withBreaker = shop(slow);
    withBreaker.setBreaker({ name: 'db', target: 'db', maxRequests: 4 });
    expect(figuresAt(withBreaker, 2 * minute).errorRate).toBeLessThan(0.02);
    expect(
      withBreaker.figures({ kind: 'dependency', name: 'db' }, 20 * second).outcomes['broken-circuit'],
    ).toBeGreaterThan(800);
    withBreaker.removeBreaker('db');
    expect(figuresAt(withBreaker, 2.5 * minute).errorRate).toBeGreaterThan(0.5);
  });

  it('is asked in the place of a cache that a breaker keeps callers from', () => {
    const world = shop({
      rate: 40,
      work: { cpu: '1ms', calls: [{ to: 'cache', timeout: '1s' }] },
      world: {
        dependencies: { cache: { kind: 'cache', behind: 'db' }, db: { kind: 'database', latency: '5ms' } },
        incidents: [{ name: 'hangs', on: 'cache', at: '0s', down: true }],
      },
    });
    expect(figuresAt(world, minute).p50Ms).toBeGreaterThan(950);
    world.setBreaker({ name: 'cache', target: 'cache', errorShare: 0.5 });
    const { errorRate, p50Ms } = figuresAt(world, 2 * minute);
    expect(errorRate).toBe(0);
    expect(p50Ms).toBeLessThan(20);
  });

  it('is told when a breaker opens', () => {
    const world = shop({
      ...options({ on: 'db', errors: 1 }),
      work: { cpu: '1ms', calls: [{ to: 'db', share: 0.3, timeout: '1s', optional: true }] },
    });
    world.setBreaker({ name: 'db', target: 'db', errorShare: 0.5, minRequests: 10, windowMs: 5000, openMs: 2000 });
    const events = world.advance(4 * minute).filter(({ kind }) => kind !== 'incident');
    expect(events.slice(0, 3)).toMatchObject([{ state: 'open' }, { state: 'half-open' }, { state: 'open' }]);
    expect(events.at(-1)).toMatchObject({ kind: 'breaker', name: 'db', state: 'closed' });
  });
});

describe('memory', () => {
  it('that leaks is killed when it comes to the limit, and starts anew', () => {
    const leak = { cpu: '1ms', leak: '1Mi' };
    const world = shop({ rate: 10, memory: '64Mi', work: leak, container: { memoryLimit: 100 * MiB } });
    world.advance(30 * second);
    expect((world.usageOf('web-0', 'main')?.memory ?? 0) / MiB).toBeCloseTo(94, 0);
    const [event] = world.advance(minute);
    expect(event).toMatchObject({ kind: 'oom-killed', pod: 'web-0', container: 'main', reason: 'limit' });
    expect(event?.atMs).toBeCloseTo(36_100, -2);
    expect(world.usageOf('web-0', 'main')).toBeUndefined();
    expect(world.figures(shoppers, 20 * second).outcomes.refused).toBeGreaterThan(150);
    addPod(world, 'web', 0, 'node-0', { startedAt: minute, memoryLimit: 100 * MiB });
    world.advance(70 * second);
    expect((world.usageOf('web-0', 'main')?.memory ?? 0) / MiB).toBeCloseTo(74, 0);
    expect(world.figures(shoppers, 9 * second).errorRate).toBe(0);
  });

  it('grows with what waits, so that a surge kills', () => {
    const world = shop({
      rate: 200,
      memory: '50Mi',
      work: { cpu: '10ms', memory: '1Mi', backlog: 500 },
      container: { memoryLimit: 200 * MiB },
    });
    const [event] = world.advance(minute);
    // 100 a second are too many: 150 wait after one and a half seconds.
    expect(event).toMatchObject({ kind: 'oom-killed', reason: 'limit' });
    expect(event?.atMs).toBeLessThan(2500);
  });

  it('of a node that is full costs the one most beyond its request', () => {
    const world = shop({ work: { leak: '1Mi' }, memory: '400Mi', nodes: 1, pods: 2 });
    addPod(world, 'web', 0, 'node-0', { memoryRequest: 450 * MiB });
    world.setNode({ name: 'node-0', cpu: 1, memory: 1024 * MiB });
    const events: WorldEvent[] = world.advance(3 * minute);
    expect(events).toMatchObject([{ kind: 'oom-killed', pod: 'web-1', reason: 'node' }]);
    expect(events[0]?.atMs).toBeCloseTo(112_100, -2);
  });
});

describe('what learners make and delete', () => {
  it('is forgotten, and found again as it was', () => {
    const world = shop({ rate: 50, work: {}, traffic: { url: 'http://shop.example/' } });
    const name = 'web';
    const route = { namespace: 'shop', name, rules: [{ backends: [{ service: 'shop/web', weight: 1 }] }] };
    world.setRoute(route);
    world.setBreaker({ name: 'b', target: 'shop/web', maxRequests: 1000 });
    expect(figuresAt(world, minute).errorRate).toBe(0);
    const families = (): string =>
      JSON.stringify(world.metrics().filter(({ name }) => /^(service|gateway)_requests_total$/.test(name)));
    expect(families()).toContain('web');
    world.removeRoute('shop/web');
    world.removeService('shop/web');
    expect(figuresAt(world, 13 * minute).errorRate).toBe(1);
    expect(families()).not.toContain('web');
    world.setRoute(route);
    world.setBreaker({ name: 'b', target: 'shop/web', maxRequests: 0 });
    expect(figuresAt(world, 14 * minute).outcomes['broken-circuit']).toBeGreaterThan(900);
    world.setBreaker({ name: 'b', target: 'shop/web' });
    serve(world, 'web', 1);
    expect(figuresAt(world, 15 * minute).errorRate).toBe(0);
  });
});

describe('a node that is taken away', () => {
  it('takes all that runs on it along', () => {
    const world = shop({ rate: 100, pods: 2, work: { cpu: '5ms' }, traffic: { retries: 0 } });
    expect(figuresAt(world, minute).errorRate).toBe(0);
    world.removeNode('node-1');
    expect(figuresAt(world, 2 * minute).errorRate).toBeCloseTo(0.5, 1);
    expect(world.usageOf('web-1', 'main')).toBeUndefined();
    world.removePod('web-1');
    serve(world, 'web', 1);
    expect(figuresAt(world, 3 * minute).errorRate).toBe(0);
  });
});

describe('probes', () => {
  it('are quick where there is room and slow or refused where there is none', () => {
    const world = shop({ rate: 150, work: { cpu: '10ms', concurrency: 4, backlog: 300 } });
    world.advance(1000);
    expect(world.probeMs('web-0', 'main')).toBeLessThan(1000);
    world.advance(6 * second);
    const waitsMs = world.probeMs('web-0', 'main');
    expect(waitsMs).toBeGreaterThan(1500);
    world.advance(30 * second);
    expect(world.usageOf('web-0', 'main')?.waiting).toBeGreaterThan(290);
    expect(world.probeMs('web-0', 'main')).toBeGreaterThan(2500);
    expect(world.probeMs('web-9', 'main')).toBe(Infinity);
    expect(shop({ work: {} }).probeMs('web-0', 'main')).toBe(Infinity);
  });
  it('find a container that waits for its next CPU period', () => {
    const world = shop({
      rate: 5,
      work: { cpu: '400ms', variation: 0, concurrency: 1024 },
      cores: 4,
      container: { cpuLimit: 0.2 },
    });
    world.advance(10 * second + 90);
    expect(world.probeMs('web-0', 'main')).toBeGreaterThan(0);
    expect(world.probeMs('web-0', 'main')).toBeLessThanOrEqual(100);
  });
});

describe('traffic on request', () => {
  it('begins when it is asked for, and ends', () => {
    const world = shop({ traffic: { starts: 'on-request', profile: { steady: { rate: 100 } } }, work: {} });
    expect(figuresAt(world, minute).count).toBe(0);
    world.startTraffic('shoppers');
    expect(figuresAt(world, 2 * minute).rate).toBeCloseTo(100, -1);
    world.stopTraffic('shoppers');
    expect(figuresAt(world, 3 * minute).count).toBe(0);
    expect(() => world.startTraffic('robots')).toThrow('There is no traffic robots; there is shoppers.');
  });
  it('begins anew after `every`', () => {
    const points = [
      { at: '0s', rate: 0 },
      { at: '10s', rate: 0 },
      { at: '10500ms', rate: 100 },
    ];
    const world = shop({ traffic: { profile: { points }, every: '20s' }, work: {} });
    const counts = [10, 20, 30, 40].map((at) => figuresAt(world, at * second, 10 * second).count);
    expect(counts.map((count) => Math.round(count / 1000))).toEqual([0, 1, 0, 1]);
  });
});

describe('money', () => {
  const world = {
    nodeTypes: {
      small: { cpu: '2', memory: '4Gi', pricePerHour: 0.36 },
      cheap: { cpu: '2', memory: '4Gi', pricePerHour: 1, spot: { pricePerHour: 0.18, interruptedEvery: '30m' } },
    },
  };
  it('is spent by the second, for the nodes that are there', () => {
    const made = shop({ rate: 100, work: {}, world });
    made.setNode({ name: 'a', cpu: 2, memory: 1, type: 'small' });
    made.setNode({ name: 'b', cpu: 2, memory: 1, type: 'small' });
    made.advance(100 * second);
    made.removeNode('b');
    made.setNode({ name: 'c', cpu: 2, memory: 1, type: 'cheap', spot: true });
    made.advance(200 * second);
    const { total, perHour, perHourAtStart, perThousandRequests, byType } = made.bill(50 * second);
    // 0.36 an hour is a hundredth of a cent a second.
    expect(total).toBeCloseTo(100 * 0.0002 + 100 * 0.00015, 9);
    expect([perHour, perHourAtStart]).toEqual([0.54, 0.72]);
    expect(byType).toEqual({ small: 0.36, cheap: 0.18 });
    expect(perThousandRequests).toBeCloseTo(0.0015, 4);
  });
  it('is not forgotten by a world that goes on where another one ended', () => {
    const incidents = [{ name: 'late', on: 'web', at: '2m', errors: 1 }];
    const plan = compileWorld({ ...world, incidents }, { web: { work: {} } });
    const made = createWorld(plan, 'seed', { nowMs: 90_050, spent: 2 });
    made.setNode({ name: 'a', cpu: 2, memory: 1, type: 'small' });
    expect(made.nowMs).toBe(90_100);
    expect(made.advance(130 * second)).toMatchObject([{ kind: 'incident', name: 'late', atMs: 120_000 }]);
    expect(made.bill(10 * second).total).toBeCloseTo(2 + 39.9 * 0.0001, 9);
  });
  it('is saved on spot nodes, which are taken back after notice', () => {
    const made = shop({ work: {}, world });
    for (let n = 0; n < 200; n += 1) made.setNode({ name: `s${n}`, cpu: 2, memory: 1, type: 'cheap', spot: true });
    const events = made.advance(32 * minute);
    const notices = events.filter((event) => event.kind === 'spot-notice');
    // Within 30 minutes of the end of the notice: 1 - 1/e of them.
    expect(events.filter(({ kind }) => kind === 'spot-taken').length / 200).toBeCloseTo(1 - Math.exp(-1), 1);
    for (const { atMs, endsAtMs } of notices) {
      expect(endsAtMs - atMs).toBeGreaterThan(2 * minute - 100);
      expect(endsAtMs - atMs).toBeLessThanOrEqual(2 * minute);
    }
  });
});
