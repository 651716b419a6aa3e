import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.js';
import type { BreakerFact } from '../facts.js';
import { mmc } from '../theory.fixture.js';
import { Breaker } from './breaker.js';
import { shareCores } from './node-share.js';
import { RateLimiter } from './rate-limiter.js';
import { matchRoute } from './routes.js';
import { Station } from './station.js';

describe('shareCores', () => {
  it('gives everybody what it wants when it fits', () => {
    expect(
      shareCores(4, [
        { demand: 1, weight: 1 },
        { demand: 2, weight: 0.1 },
      ]),
    ).toEqual([1, 2]);
  });
  it('shares by weight when it does not', () => {
    expect(
      shareCores(4, [
        { demand: 8, weight: 1 },
        { demand: 8, weight: 3 },
      ]),
    ).toEqual([1, 3]);
  });
  it('hands on what one leaves', () => {
    const claims = [
      { demand: 0.5, weight: 2 },
      { demand: 8, weight: 1 },
      { demand: 8, weight: 1 },
    ];
    expect(shareCores(4, claims)).toEqual([0.5, 1.75, 1.75]);
  });
  it('leaves next to nothing to what asked for nothing, beside what asked for something', () => {
    const [quiet = 0] = shareCores(4, [
      { demand: 4, weight: 2 / 1024 },
      { demand: 8, weight: 0.5 },
    ]);
    expect(quiet).toBeCloseTo(4 * (2 / 1024 / (0.5 + 2 / 1024)));
  });
});

describe('Station', () => {
  it.each([1, 3, 20])('is M/M/c with %i servers, within 3 per cent', (servers) => {
    const random = new Random('station');
    const station = new Station(servers, 1e6, new Random('services'));
    let nowMs = 0;
    let sum = 0;
    const count = 300_000;
    for (let i = 0; i < count; i += 1) {
      nowMs += random.exponential(10 / (servers * 0.8));
      sum += station.serve(nowMs, 10, 1) - nowMs;
    }
    const expected = 1000 * mmc(servers, servers * 80, 100);
    expect(Math.abs(sum / count / expected - 1)).toBeLessThan(0.03);
  });
  it('refuses when the backlog is full, and knows who waits', () => {
    const station = new Station(2, 3, new Random('x'));
    const answers = Array.from({ length: 6 }, () => station.serve(0, 10, 0));
    expect(answers).toEqual([10, 10, 20, 20, 30, Number.NaN]);
    expect([station.waiting(0), station.waiting(10), station.waiting(20)]).toEqual([3, 1, 0]);
    expect([station.busy(5), station.busy(25), station.busy(30)]).toEqual([2, 1, 0]);
  });
});

describe('matchRoute', () => {
  const rule = (value?: string, type: 'Exact' | 'PathPrefix' = 'PathPrefix') => ({
    ...(value === undefined ? {} : { paths: [{ type, value }] }),
    backends: [],
  });
  const routes = [
    { namespace: 'a', name: 'all', rules: [rule()] },
    { namespace: 'a', name: 'wild', hostnames: ['*.example'], rules: [rule()] },
    {
      namespace: 'a',
      name: 'shop',
      hostnames: ['shop.example'],
      rules: [rule('/'), rule('/cart'), rule('/cart/pay'), rule('/cart', 'Exact')],
    },
  ];
  const found = (host: string, path: string): string => {
    const match = matchRoute(routes, host, path);
    const [paths] = match?.rule.paths ?? [];
    return `${match?.route} ${paths?.type ?? ''} ${paths?.value ?? ''}`.trim();
  };
  it('prefers exact hosts to wildcards to none, exact paths to long prefixes to short ones', () => {
    expect(found('shop.example', '/cart')).toBe('a/shop Exact /cart');
    expect(found('shop.example', '/cart/pay/now')).toBe('a/shop PathPrefix /cart/pay');
    expect(found('shop.example', '/cart/payment')).toBe('a/shop PathPrefix /cart');
    expect(found('shop.example', '/cartoon')).toBe('a/shop PathPrefix /');
    expect(found('blog.example', '/')).toBe('a/wild');
    expect(found('example', '/')).toBe('a/all');
  });
  it('finds nothing where nothing fits', () => {
    expect(matchRoute(routes.slice(1), 'other.test', '/')).toBeUndefined();
  });
});

describe('RateLimiter', () => {
  it('lets a burst through and then its rate', () => {
    const limiter = new RateLimiter({ name: 'l', rate: 10, burst: 5 }, 0);
    const admitted = (fromMs: number, toMs: number): number => {
      let count = 0;
      for (let ms = fromMs; ms < toMs; ms += 1) if (limiter.admit(ms)) count += 1;
      return count;
    };
    expect(admitted(0, 5)).toBe(5);
    expect(admitted(5, 1005)).toBe(10);
    limiter.become({ name: 'l', rate: 125, burst: 1 }, 1005);
    // It begins with a part of a token.
    expect([124, 125]).toContain(admitted(1005, 2005));
  });
});

describe('Breaker', () => {
  function breakerOf(fact: Partial<BreakerFact>) {
    const states: string[] = [];
    const breaker = new Breaker({ name: 'b', target: 'db', ...fact }, (nowMs, state) =>
      states.push(`${nowMs} ${state}`),
    );
    return { breaker, states };
  }
  it('opens when too many fail, tries after a while, and closes when that goes well', () => {
    const { breaker, states } = breakerOf({ errorShare: 0.5, minRequests: 10, windowMs: 1000, openMs: 2000 });
    for (let i = 0; i < 10; i += 1) {
      expect(breaker.admit(i)).toBe(true);
      breaker.answered(i, i % 2 === 0);
    }
    expect(states).toEqual(['9 open']);
    expect(breaker.admit(1000)).toBe(false);
    expect([breaker.admit(2009), breaker.admit(2009)]).toEqual([true, false]);
    breaker.answered(2010, false);
    expect(breaker.admit(4000)).toBe(false);
    expect(breaker.admit(4011)).toBe(true);
    breaker.answered(4012, true);
    expect(breaker.admit(4013)).toBe(true);
    expect(states).toEqual(['9 open', '2009 half-open', '2010 open', '4011 half-open', '4012 closed']);
  });
  it('forgets what is older than its window', () => {
    const { breaker, states } = breakerOf({ errorShare: 0.5, minRequests: 4, windowMs: 1000 });
    for (const ms of [0, 700, 1400, 2100, 2800, 3500]) {
      breaker.admit(ms);
      breaker.answered(ms, false);
    }
    expect(states).toEqual([]);
  });
  it('lets only so many be under way', () => {
    const { breaker } = breakerOf({ maxRequests: 2 });
    expect([breaker.admit(0), breaker.admit(0), breaker.admit(0)]).toEqual([true, true, false]);
    breaker.answered(1, true);
    expect(breaker.admit(1)).toBe(true);
    breaker.gaveUp();
    expect([breaker.admit(1), breaker.admit(1)]).toEqual([true, false]);
  });
});
