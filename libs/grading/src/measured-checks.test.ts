import { checkSchema, type CheckSpec } from '@kubedan/contracts';
import { outcomes, type Bill, type Figures, type Scope } from '@kubedan/world';
import { afterEach, describe, expect, it } from 'vitest';
import { grade, MemoryApi, settled, stopAll } from './testing.js';
import { untilNextSecond } from './sources/measurements.js';

afterEach(stopAll);

const title = { en: 'It is so', zh: '是这样' };
const check = (fields: object): CheckSpec => checkSchema.parse({ id: 'c', title, points: 1, ...fields });
const slo = (expect: string, more: object = {}, target: object = {}): CheckSpec =>
  check({ slo: { source: 'shoppers', window: '5s', ...target }, expect, ...more });

/** A world whose figures a test sets. */
class MemoryWorld {
  nowMs = 0;
  now: Partial<Figures> = {};
  versions: Record<string, { version: string; count: number; share: number; errorRate: number }[]> = {};
  money: Partial<Bill> = {};
  asked: { scope: Scope; windowMs: number }[] = [];
  figures(scope: Scope, windowMs: number): Figures {
    this.asked.push({ scope, windowMs });
    const toMs = Math.floor(this.nowMs / 1_000) * 1_000;
    const times = { meanMs: 90, p50Ms: 80, p90Ms: 150, p99Ms: 200 };
    const ended = Object.fromEntries(outcomes.map((one) => [one, 0])) as Figures['outcomes'];
    const counts = { count: 100, rate: 20, errorRate: 0, outcomes: { ...ended, ok: 100 } };
    return { fromMs: toMs - windowMs, toMs, ...counts, ...times, ...this.now };
  }
  traffic(service: string) {
    return this.versions[service] ?? [];
  }
  bill(): Bill {
    const nothing = { total: 0, perHour: 1, perHourAtStart: 1, perThousandRequests: Infinity, byType: {} };
    return { ...nothing, ...this.money };
  }
}

/** Grades with a world whose clock goes as ours does. */
function play(checks: CheckSpec[], world = new MemoryWorld(), more: object = {}) {
  const graded = grade(new MemoryApi(), checks, { world, ...more });
  const pass = async (seconds: number): Promise<void> => {
    for (let step = 0; step < seconds * 10; step += 1) {
      world.nowMs += 100;
      await graded.clock.pass(100);
    }
  };
  return { ...graded, world, pass };
}

describe('a check that measures requests', () => {
  it('waits until the window is full, then sees figures once a second', async () => {
    const { pass, said, states, world } = play([slo('slo.p99Ms < 300 && slo.errorRate < 0.01')]);
    await pass(4.9);
    expect(states()).toEqual(['pending']);
    expect(said[0]?.message?.en).toBe('What the last 5s were like is measured; so long has not passed yet.');
    await pass(0.3);
    expect(states()).toEqual(['pending', 'pass']);
    // At the start, after each of five seconds, and once more as all checks pass.
    expect(world.asked.length).toBe(7);
    expect(world.asked.at(-1)).toEqual({ scope: { kind: 'source', name: 'shoppers' }, windowMs: 5_000 });
    world.now = { p99Ms: 812.345 };
    await pass(1);
    expect(states()).toEqual(['pending', 'pass', 'fail']);
    expect(said[2]).toMatchObject({
      mismatches: [{ field: 'source shoppers: p99Ms', seen: '812.3', expected: '< 300' }],
    });
  });

  it('tells of figures that only move ever more rarely', async () => {
    const { pass, said, world } = play([slo('slo.p99Ms < 100')]);
    await pass(5);
    for (let second = 0; second < 60; second += 1) {
      world.now = { p99Ms: 200 + second };
      await pass(1);
    }
    // After 5, 15 and 35 seconds; the next would come after 75.
    expect(said.map(({ mismatches: [first] }) => first?.seen)).toEqual([undefined, '200', '209', '229']);
  });

  it('says that there were too few requests to tell', async () => {
    const { pass, said, world } = play([slo('slo.p99Ms < 300', {}, { minRequests: 50 })]);
    world.now = { count: 3 };
    await pass(6);
    expect(said.at(-1)).toMatchObject({
      state: 'fail',
      message: { en: 'source shoppers had 3 requests in the last 5s; fewer than 50 say nothing.' },
      mismatches: [{ field: 'source shoppers: count', seen: '3', expected: '≥ 50' }],
    });
    world.now = { count: 50 };
    await pass(1);
    expect(said.at(-1)?.state).toBe('pass');
  });

  it('fails, and says why, where nobody was served and there is no time', async () => {
    const { pass, said, world } = play([slo('slo.p99Ms < 300'), { ...slo('!(slo.p99Ms > 300)'), id: 'd' }]);
    world.now = { meanMs: NaN, p50Ms: NaN, p90Ms: NaN, p99Ms: NaN, errorRate: 1 };
    await pass(6);
    const last = said.slice(-2);
    expect(last.map(({ state }) => state)).toEqual(['fail', 'fail']);
    expect(last[0]?.mismatches).toEqual([{ field: 'source shoppers: p99Ms', seen: 'absent', expected: '< 300' }]);
  });

  it('holds by the seconds of the world, however late we look', async () => {
    const world = new MemoryWorld();
    const { pass, clock, said, states } = play([slo('slo.p99Ms < 300', { holds: '10s' })], world);
    await pass(6);
    const until = said.at(-1)?.holdsUntil;
    expect(states()).toEqual(['pending', 'pending']);
    // The host has no time for a while; the world has played on meanwhile, but only for 4 of 9 seconds.
    world.nowMs += 4_000;
    await clock.pass(9_000);
    expect(states().at(-1)).toBe('pending');
    expect(said.at(-1)?.holdsUntil).toBe(until);
    await pass(4.8);
    expect(states().at(-1)).toBe('pending');
    await pass(0.4);
    expect(states().at(-1)).toBe('pass');
  });

  it('begins anew to hold after one bad second', async () => {
    const { pass, states, world } = play([slo('slo.p99Ms < 300', { holds: '10s' })]);
    await pass(12);
    world.now = { p99Ms: 301 };
    await pass(1);
    world.now = {};
    await pass(10.5);
    expect(states()).toEqual(['pending', 'pending', 'fail', 'pending']);
    await pass(1);
    expect(states().at(-1)).toBe('pass');
  });

  it('stays passed when it is latched, and is measured no more', async () => {
    const { pass, states, world } = play([slo('slo.rate > 10', { latched: true })]);
    await pass(6);
    const asked = world.asked.length;
    world.now = { rate: 1 };
    await pass(5);
    expect(states()).toEqual(['pending', 'pass']);
    expect(world.asked.length).toBe(asked);
  });

  it('as a rule is not broken by what says nothing, and is by one bad second', async () => {
    const { pass, states, world } = play([slo('slo.errorRate < 0.05', { always: true })]);
    world.now = { count: 0 };
    await pass(8.5);
    expect(states()).toEqual(['pass']);
    world.now = { errorRate: 0.2 };
    await pass(1);
    world.now = {};
    await pass(5);
    expect(states()).toEqual(['pass', 'fail']);
  });

  it('does not trust a window from before our own process began', async () => {
    const world = new MemoryWorld();
    world.nowMs = 60_400;
    const { pass, states } = play([slo('slo.p99Ms < 300')], world);
    await pass(4);
    expect(states()).toEqual(['pending']);
    await pass(2);
    expect(states().at(-1)).toBe('pass');
  });

  it('does not count the time of a pause', async () => {
    const { pass, grader, clock, states } = play([slo('slo.p99Ms < 300', { holds: '10s' })]);
    await pass(10);
    await grader.pause();
    await clock.pass(600_000);
    grader.resume();
    await pass(4.5);
    expect(states().at(-1)).toBe('pending');
    await pass(1);
    expect(states().at(-1)).toBe('pass');
  });

  it('is an error, and nobody’s fault, where no world is played', async () => {
    const rule = { ...slo('slo.errorRate < 0.05', { always: true }), id: 'rule' };
    const { grader, said } = grade(new MemoryApi(), [slo('slo.p99Ms < 300'), rule]);
    await settled();
    expect(said).toMatchObject([
      { state: 'error', message: { en: expect.stringContaining('no traffic and no prices to measure') } },
      { state: 'error' },
    ]);
    expect(await grader.recheck()).toMatchObject([{ state: 'error' }, { state: 'error' }]);
  });

  it('is measured once more, directly, before all is done', async () => {
    const { pass, world, grader, done } = play([slo('slo.p99Ms < 300')]);
    await pass(6);
    await settled();
    expect(done()).toBe(1);
    world.now = { p99Ms: 900 };
    expect(await grader.recheck()).toMatchObject([{ state: 'fail' }]);
  });

  it.each([
    [{ route: 'front' }, { kind: 'route', route: 'shop/front' }, 'HTTPRoute shop/front'],
    [{ service: 'web', namespace: 'mall' }, { kind: 'service', service: 'mall/web' }, 'Service mall/web'],
    [
      { service: 'web', version: '2.0' },
      { kind: 'service', service: 'shop/web', version: '2.0' },
      'Service shop/web 2.0',
    ],
    [{ dependency: 'cache' }, { kind: 'dependency', name: 'cache' }, 'dependency cache'],
  ])('measures %j', async (target, scope, subject) => {
    const one = check({ slo: { ...target, window: '1s' }, expect: 'slo.p50Ms < 1' });
    const { pass, world, said } = play([one]);
    await pass(2);
    expect(world.asked.at(-1)?.scope).toEqual(scope);
    expect(said.at(-1)?.mismatches).toEqual([{ field: `${subject}: p50Ms`, seen: '80', expected: '< 1' }]);
  });
});

describe('a check on money', () => {
  it('compares with the start, and names what a thousand requests cost', async () => {
    const cheap = check({ cost: { window: '1s' }, expect: 'cost.share <= 0.4 && cost.perThousandRequests < 0.01' });
    const { pass, world, said } = play([cheap]);
    world.money = { perHour: 0.9, perHourAtStart: 2, perThousandRequests: 0.02 };
    await pass(2);
    expect(said.at(-1)?.mismatches).toEqual([
      { field: 'cost: share', seen: '0.45', expected: '≤ 0.4' },
      { field: 'cost: perThousandRequests', seen: '0.02', expected: '< 0.01' },
    ]);
    world.money = { perHour: 0.8, perHourAtStart: 2, perThousandRequests: 0.005 };
    await pass(1);
    expect(said.at(-1)?.state).toBe('pass');
  });

  it('has no price for requests that nobody answered', async () => {
    const { pass, said } = play([check({ cost: { window: '1s' }, expect: 'cost.perThousandRequests < 1' })]);
    await pass(2);
    expect(said.at(-1)).toMatchObject({ state: 'fail', mismatches: [{ seen: 'absent' }] });
  });
});

describe('a check on which versions were reached', () => {
  const half = check({
    traffic: { services: ['web', 'next'], window: '5s' },
    expect: "traffic.shares['2.0'] >= 0.4 && traffic.versions.all(v, v.errorRate < 0.5)",
  });

  it('adds up Services that share the traffic', async () => {
    const { pass, world, said } = play([half]);
    world.versions = {
      'shop/web': [{ version: '1.0', count: 300, share: 1, errorRate: 0 }],
      'shop/next': [{ version: '2.0', count: 100, share: 1, errorRate: 0.75 }],
    };
    await pass(6);
    expect(said.at(-1)?.mismatches).toEqual([
      { field: 'Service shop/web, next: shares["2.0"]', seen: '0.25', expected: '≥ 0.4' },
      { field: 'Service shop/web, next: versions[1].errorRate', seen: '0.75', expected: '< 0.5' },
    ]);
    world.versions = {
      'shop/web': [{ version: '1.0', count: 210, share: 1, errorRate: 0 }],
      'shop/next': [{ version: '2.0', count: 190, share: 1, errorRate: 0 }],
    };
    await pass(1);
    expect(said.at(-1)?.state).toBe('pass');
  });

  it('fails where a version was not reached at all, and where nothing was', async () => {
    const { pass, world, said } = play([half]);
    world.versions = { 'shop/web': [{ version: '1.0', count: 300, share: 1, errorRate: 0 }] };
    await pass(6);
    expect(said.at(-1)).toMatchObject({ state: 'fail', mismatches: [{ seen: 'absent' }] });
    world.versions = {};
    await pass(11);
    expect(said.at(-1)).toMatchObject({ state: 'fail', mismatches: [{ seen: '0', expected: '≥ 20' }] });
  });

  it('counts versions by whatever name, the most requested of very many', async () => {
    const one = check({
      traffic: { service: 'web', window: '1s' },
      expect:
        "traffic.versions.size() == 50 && traffic.shares['__proto__'] > 0.4 && traffic.counts['__proto__'] == 1000",
    });
    const { pass, world, said } = play([one]);
    const versions = Array.from({ length: 1_000 }, (_, index) => ({
      version: `v${index}`,
      count: 1,
      share: 0,
      errorRate: 0,
    }));
    world.versions = { 'shop/web': [...versions, { version: '__proto__', count: 1_000, share: 0, errorRate: 0 }] };
    await pass(2);
    expect(said.at(-1)?.mismatches).toEqual([]);
    expect(said.at(-1)?.state).toBe('pass');
  });
});

describe('untilNextSecond', () => {
  it.each([
    [0, 1_060],
    [100, 960],
    [990, 100],
    [1_000, 1_060],
  ])('from %d ms of the world: %d ms', (worldMs, wanted) => {
    expect(untilNextSecond(worldMs)).toBe(wanted);
  });
});
