import { describe, expect, it } from 'vitest';
import { addPod, second, serve, shop, shoppers, type ShopOptions } from './shop.fixture.js';
import { erlangB, mg1, mm1Quantile, mmc } from './theory.fixture.js';

// Every run is of ten minutes after a warm-up, busy ones of less; the seeds are fixed. The mean of n services at a load ρ has a
// standard error of about sqrt(2 (1 + ρ) / (ρ (1 - ρ)² n)) of it (M/M/1; W. Whitt, Planning Queueing Simulations, 1989): 1.3 % at
// 0.7, 3.8 % at 0.9. The tolerances are about three times that where they are not tighter.
const window = 600 * second;

function run(options: ShopOptions, forMs = window) {
  const world = shop(options);
  world.advance(30 * second + forMs);
  return { world, ...world.figures(shoppers, forMs) };
}
/** Off by at most a share of the expected value. */
function expectWithin(seen: number, expected: number, share: number): void {
  expect(Math.abs(seen - expected) / expected, `${seen} against ${expected}`).toBeLessThan(share);
}

describe('one container against queueing theory', () => {
  it.each([
    [0.3, 0.02],
    [0.7, 0.05],
    [0.9, 0.12],
  ])('is M/M/1 with one thread at load %d, within a share of %d', (load, share) => {
    const { meanMs, p50Ms, p99Ms, world } = run({ rate: 500 * load, work: { cpu: '2ms', concurrency: 1 } });
    expectWithin(meanMs, 1000 * mmc(1, 500 * load, 500), share);
    expectWithin(p50Ms, 1000 * mm1Quantile(500 * load, 500, 0.5), share + 0.02);
    expectWithin(p99Ms, 1000 * mm1Quantile(500 * load, 500, 0.99), share * 1.5 + 0.02);
    // Utilization law: what it uses is what arrives times what each costs.
    expectWithin(world.usageOf('web-0', 'main')?.cpuSeconds ?? 0, 630 * load, 0.02);
  });

  it.each([
    [2, 600],
    [4, 600],
    [16, 200],
  ])('is M/M/c with %i threads on as many cores, within 5 per cent', (threads, seconds) => {
    const rate = threads * 100 * 0.8;
    const work = { cpu: '10ms', concurrency: threads };
    const { meanMs } = run({ rate, cores: threads, work }, seconds * second);
    expectWithin(meanMs, 1000 * mmc(threads, rate, 100), 0.05);
  });

  it('has the mean of M/M/c also when more threads share the cores, within 3 per cent', () => {
    const work = { cpu: '10ms', concurrency: 256 };
    expectWithin(run({ rate: 320, cores: 4, work }).meanMs, 1000 * mmc(4, 320, 100), 0.03);
  });

  it.each([0, 0.5, 2])(
    'is M/G/1 with a coefficient of variation of %d, within 5 per cent (Pollaczek-Khinchine)',
    (variation) => {
      const work = { cpu: '2ms', concurrency: 1, variation, backlog: 100_000 };
      expectWithin(run({ rate: 350, work }).meanMs, 1000 * mg1(350, 500, variation), 0.05 * Math.max(1, variation));
    },
  );

  it.each([0, 1, 3])(
    'shares one core so that the mean time does not depend on the variation: %d, within 5 per cent',
    (variation) => {
      // M/G/1 with processor sharing is insensitive: 1 / (μ - λ).
      const work = { cpu: '2ms', concurrency: 1024, variation };
      expectWithin(run({ rate: 300, work }).meanMs, 1000 / (500 - 300), 0.05);
    },
  );

  it('loses what Erlang B says when nothing may wait, within 3 per cent', () => {
    const { outcomes, count } = run({ rate: 500, cores: 4, work: { cpu: '10ms', concurrency: 4, backlog: 0 } });
    expectWithin(outcomes.refused / count, erlangB(4, 5), 0.03);
  });

  it("obeys Little's law: the mean number in the system is the rate times the mean time, within 3 per cent", () => {
    const world = shop({ rate: 320, cores: 4, work: { cpu: '10ms', concurrency: 4 } });
    world.advance(30 * second);
    let sum = 0;
    const looks = 6000;
    for (let i = 1; i <= looks; i += 1) {
      world.advance(30 * second + (i * window) / looks);
      const usage = world.usageOf('web-0', 'main');
      sum += (usage?.inProgress ?? 0) + (usage?.waiting ?? 0);
    }
    const { rate, meanMs } = world.figures(shoppers, window);
    expectWithin(sum / looks, (rate * meanMs) / 1000, 0.03);
  });
});

describe('several containers against queueing theory', () => {
  it('are M/M/1 each when requests are spread at random, within 5 per cent', () => {
    const { meanMs } = run({ rate: 4 * 350, pods: 4, work: { cpu: '2ms', concurrency: 1 } }, 200 * second);
    expectWithin(meanMs, 1000 * mmc(1, 350, 500), 0.05);
  });

  it('one after another are a Jackson network: the times add up, within 5 per cent', () => {
    const world = shop({
      rate: 100,
      work: { cpu: '4ms', concurrency: 1024, calls: [{ to: 'stock' }, { to: 'db' }] },
      world: {
        dependencies: { db: { kind: 'database', latency: '20ms', concurrency: 3 } },
      },
    });
    // Without an entry of its own in the catalogue it costs nothing; the time is that of web and of the database.
    addPod(world, 'stock', 0, 'node-0');
    serve(world, 'stock', 1);
    world.advance(30 * second + window);
    const { meanMs } = world.figures(shoppers, window);
    expectWithin(meanMs, 1000 * (mmc(1, 100, 250) + mmc(3, 100, 50)), 0.05);
    expectWithin(world.figures({ kind: 'dependency', name: 'db' }, window).meanMs, 1000 * mmc(3, 100, 50), 0.05);
  });
});

describe('a CPU limit', () => {
  it('is what an overloaded container uses, no more and no less', () => {
    const { world, outcomes } = run({
      rate: 50,
      cores: 4,
      container: { cpuLimit: 0.5 },
      work: { cpu: '20ms', backlog: 32 },
    });
    const { cpu = 0, periods = 0, throttledPeriods = 0 } = world.usageOf('web-0', 'main') ?? {};
    expectWithin(cpu, 500, 0.001);
    expect(throttledPeriods / periods).toBeGreaterThan(0.98);
    // 500m over 20 ms: 25 a second.
    expectWithin(outcomes.ok / 600, 25, 0.02);
  });

  it('does not slow down what stays below it in every period', () => {
    const { meanMs, world } = run({ rate: 0.2, container: { cpuLimit: 0.5 }, work: { cpu: '20ms', variation: 0 } });
    expectWithin(meanMs, 20, 0.01);
    expect(world.usageOf('web-0', 'main')?.throttledPeriods).toBe(0);
  });
});
