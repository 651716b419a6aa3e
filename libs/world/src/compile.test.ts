import { imageCatalogueSchema, worldSchema, type TrafficProfile } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { compileWorld, idleWork, targetOf } from './compile.js';
import { profileOf, rateAt } from './profile.js';

function rates(profile: TrafficProfile, ...seconds: number[]): number[] {
  return seconds.map((second) => rateAt(profileOf(profile), second * 1000));
}

describe('compileWorld', () => {
  it('puts a world into units and fills in what was left out', () => {
    const world = worldSchema.parse({
      traffic: {
        shoppers: { url: 'http://shop.example/cart', profile: { steady: { rate: 20 } }, timeout: '2s', retries: 3 },
        jobs: { queue: 'orders', profile: { steady: { rate: 1 } }, starts: 'on-request' },
      },
      dependencies: { cache: { kind: 'cache', behind: 'db' }, db: { kind: 'database', latency: '8ms' } },
      incidents: [
        { name: 'slow-db', on: 'db', at: '1m', slower: 10, when: { value: 'db', is: 'db' } },
        { name: 'slow-cache', on: 'cache', at: '1m', slower: 10, when: { value: 'db', is: 'cache' } },
      ],
      nodeTypes: { small: { cpu: '2', memory: '4Gi', pricePerHour: 0.1 } },
      nodePools: { main: { type: 'small', size: 2, max: 5 } },
    });
    const images = imageCatalogueSchema.parse({
      'registry.example/web:1.0': { memory: '64Mi', work: { cpu: '5ms', calls: [{ to: 'cache', timeout: '50ms' }] } },
      'registry.example/idle:1.0': {},
    });
    const plan = compileWorld(world, images);
    expect(plan.sources).toMatchObject([
      { name: 'shoppers', target: { kind: 'gateway', host: 'shop.example', path: '/cart' }, startsMs: 0, retries: 3 },
      { name: 'jobs', target: { kind: 'queue', name: 'orders' }, startsMs: undefined, timeoutMs: 10_000 },
    ]);
    expect(plan.dependencies).toMatchObject([
      { name: 'cache', latencyMs: 0.5, hits: 0.9, behind: 'db' },
      { name: 'db', latencyMs: 8, hits: 1, behind: undefined },
    ]);
    expect(plan.incidents.map(({ name }) => name)).toEqual(['slow-db']);
    expect(plan.images['registry.example/idle:1.0']).toEqual(idleWork);
    expect(plan.images['registry.example/web:1.0']).toMatchObject({ cpuMs: 5, baseMemory: 2 ** 26, concurrency: 16 });
    expect(plan.nodePools).toMatchObject([{ name: 'main', min: 2, size: 2, max: 5, zones: ['a'] }]);
  });

  it('refuses a variable that was not put in', () => {
    const world = worldSchema.parse({
      traffic: { a: { url: 'http://a.b.svc/', profile: { steady: { rate: '${rate}' } } } },
    });
    expect(() => compileWorld(world, {})).toThrow('${rate} is not a number');
  });

  it('knows a Service by its name', () => {
    expect(targetOf('http://web.shop.svc:8080/')).toEqual({ kind: 'service', service: 'shop/web', path: '/' });
    expect(targetOf('http://web.shop.svc.cluster.local/a')).toMatchObject({ service: 'shop/web', path: '/a' });
    expect(targetOf('https://shop.example/a')).toEqual({ kind: 'gateway', host: 'shop.example', path: '/a' });
  });
});

describe('profileOf', () => {
  it('multiplies by 30 within a minute for a flash sale, and falls as it rose', () => {
    const profile = { flashSale: { rate: 10, at: '1m', lasts: '2m' } };
    expect(rates(profile, 0, 60, 90, 120, 239, 270, 300, 9999)).toEqual([10, 10, 155, 300, 300, 155, 10, 10]);
  });

  it('doubles when something goes viral', () => {
    const profile = { viral: { rate: 5, peak: 40, at: '10s', doubles: '20s', lasts: '1m' } };
    expect(rates(profile, 0, 10, 30, 50, 70, 129, 150, 190, 500).map(Math.round)).toEqual([
      5, 5, 10, 20, 40, 40, 20, 5, 5,
    ]);
  });

  it('is a bell at noon', () => {
    const profile = { noon: { rate: 20, peak: 100, at: '1m', lasts: '2m' } };
    expect(rates(profile, 0, 60, 90, 120, 150, 180, 300).map(Math.round)).toEqual([20, 20, 60, 100, 60, 20, 20]);
  });

  it('draws straight lines between points', () => {
    const points = [
      { at: '10s', rate: 10 },
      { at: '20s', rate: 0 },
      { at: '30s', rate: 0 },
      { at: '40s', rate: 50 },
    ];
    expect(rates({ points }, 0, 15, 25, 35, 60)).toEqual([10, 5, 0, 25, 50]);
  });

  it('jumps when a rise takes no time', () => {
    expect(rates({ flashSale: { rate: 1, factor: 5, at: '0s', rises: '0s', lasts: '1m' } }, 0, 59, 61)).toEqual([
      5, 5, 1,
    ]);
  });
});
