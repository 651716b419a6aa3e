import { describe, expect, it } from 'vitest';
import { GATEWAY_CONTROLLER } from './definitions.js';
import { LoadTests } from './load-tests.js';
import type { CircuitBreaker, Condition, GatewayClass, HttpRoute, LoadTest, RateLimit } from './objects.js';
import { breakerStatus, classStatus, conditionsOf, rateLimitStatus, routeStatus } from './statuses.js';
import { smallWorld } from './testing.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const metadata = { name: 'one', namespace: 'shop', uid: 'u1', generation: 3 };
const condition = (status: { conditions?: Condition[] }) => status.conditions?.[0];

describe('conditions', () => {
  it('keep the time of their transition for as long as their status stays', () => {
    const first = conditionsOf(
      [{ type: 'Open', status: true, reason: 'A' }],
      { generation: 1, before: undefined },
      START,
    );
    expect(first).toEqual([
      {
        type: 'Open',
        status: 'True',
        reason: 'A',
        message: '',
        observedGeneration: 1,
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ]);
    const later = { generation: 2, before: first };
    const kept = conditionsOf([{ type: 'Open', status: true, reason: 'B' }], later, START + 5_000);
    expect(kept[0]).toMatchObject({ reason: 'B', observedGeneration: 2, lastTransitionTime: '2026-01-01T00:00:00Z' });
    const turned = conditionsOf([{ type: 'Open', status: false, reason: 'C' }], later, START + 5_000);
    expect(turned[0]).toMatchObject({ status: 'False', lastTransitionTime: '2026-01-01T00:00:05Z' });
  });
});

describe('what the world says of objects', () => {
  it('of its GatewayClass', () => {
    const own = { apiVersion: 'v1', kind: 'GatewayClass', metadata, spec: { controllerName: GATEWAY_CONTROLLER } };
    expect(condition(classStatus(own as GatewayClass, START))).toMatchObject({ type: 'Accepted', status: 'True' });
  });

  it('of a route that names a Gateway of somebody else, nothing', () => {
    const route = { apiVersion: 'v1', kind: 'HTTPRoute', metadata, spec: { parentRefs: [{ name: 'theirs' }] } };
    const around = { classes: [], gateways: new Map(), services: new Map() };
    expect(routeStatus(route as HttpRoute, around, START)).toEqual({ parents: [] });
  });

  it('of a RateLimit, whether there is such a route', () => {
    const limit = {
      apiVersion: 'v1',
      kind: 'RateLimit',
      metadata,
      spec: { route: 'web', requestsPerSecond: 5 },
    } as RateLimit;
    expect(condition(rateLimitStatus(limit, new Set(['shop/web']), START))).toMatchObject({ status: 'True' });
    expect(condition(rateLimitStatus(limit, new Set(['mall/web']), START))).toMatchObject({
      status: 'False',
      reason: 'RouteNotFound',
      message: 'There is no HTTPRoute shop/web.',
    });
  });

  it.each([
    [undefined, 'False', 'Closed'],
    ['closed', 'False', 'Closed'],
    ['open', 'True', 'TooManyFailures'],
    ['half-open', 'True', 'Probing'],
  ])('of a CircuitBreaker that is %s', (state, status, reason) => {
    const breaker = { apiVersion: 'v1', kind: 'CircuitBreaker', metadata, spec: {} } as unknown as CircuitBreaker;
    expect(condition(breakerStatus(breaker, state, START))).toMatchObject({ type: 'Open', status, reason });
  });
});

describe('load tests', () => {
  const test = (uid: string, traffic: string): LoadTest => ({
    apiVersion: 'world.kubedan.dev/v1',
    kind: 'LoadTest',
    metadata: { name: uid, namespace: 'shop', uid },
    spec: { traffic },
  });
  const reasonOf = ([, status]: [LoadTest, LoadTest['status']]) => status?.conditions?.[0]?.reason;

  it('begin their traffic once, after the hand-over, and end it when they are deleted', () => {
    const { engine, played } = smallWorld();
    const tests = new LoadTests(played);
    const rate = () => engine.figures({ kind: 'source', name: 'storm' }, 1_000).rate;
    expect(tests.follow([test('a', 'storm')], START).map(reasonOf)).toEqual(['NotYet']);
    played.begin();
    expect(tests.follow([test('a', 'storm')], START).map(reasonOf)).toEqual(['Started']);
    engine.advance(3_000);
    expect(rate()).toBeGreaterThan(0);
    // Another process, or the same after a rest: it runs already.
    expect(new LoadTests(played).follow([test('a', 'storm')], START).map(reasonOf)).toEqual(['Started']);
    tests.follow([], START);
    engine.advance(30_000);
    expect(rate()).toBe(0);
  });

  it('say what there is to begin', () => {
    const { played } = smallWorld();
    played.begin();
    const [[, status] = []] = new LoadTests(played).follow([test('b', 'rain')], START);
    expect(status?.conditions).toMatchObject([
      { status: 'False', reason: 'NoSuchTraffic', message: 'There is no traffic rain; there is shoppers, storm.' },
    ]);
  });
});
