import { describe, expect, it } from 'vitest';
import { GATEWAY_CONTROLLER } from './definitions.js';
import type { Gateway, GatewayClass, HttpRoute, Service } from './objects.js';
import {
  backendProblem,
  breakerFact,
  parentsOf,
  rateLimitFact,
  routeFact,
  serviceKey,
  type Surrounding,
} from './route-facts.js';

const v1 = 'gateway.networking.k8s.io/v1';
const gatewayClass = (name: string, controllerName: string): GatewayClass => ({
  apiVersion: v1,
  kind: 'GatewayClass',
  metadata: { name },
  spec: { controllerName },
});
const gateway = (listeners: Gateway['spec']['listeners'], gatewayClassName = 'world'): Gateway => ({
  apiVersion: v1,
  kind: 'Gateway',
  metadata: { name: 'front', namespace: 'shop' },
  spec: { gatewayClassName, listeners },
});
const listener = { name: 'http', port: 80, protocol: 'HTTP' } as const;
const service = (name: string, ...ports: number[]): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { ports: ports.map((port) => ({ name: `p${port}`, port })) },
});
const route = (spec: HttpRoute['spec'], namespace = 'shop'): HttpRoute => ({
  apiVersion: v1,
  kind: 'HTTPRoute',
  metadata: { name: 'web', namespace },
  spec: { parentRefs: [{ name: 'front', namespace: 'shop' }], ...spec },
});
const around = (one: Gateway, ...services: Service[]): Surrounding => ({
  classes: [gatewayClass('world', GATEWAY_CONTROLLER), gatewayClass('other', 'example.com/other')],
  gateways: new Map([['shop/front', one]]),
  services: new Map(services.map((each) => [`shop/${each.metadata.name}`, each])),
});

describe('a route', () => {
  const two = {
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/cart' } as const }],
        backendRefs: [
          { name: 'old', port: 80, weight: 9 },
          { name: 'new', port: 80 },
        ],
        timeouts: { request: '1s500ms' },
        retry: { attempts: 2 },
      },
    ],
  };

  it('is played as its rules say, once a Gateway of the world takes it', () => {
    const surrounding = around(gateway([listener]), service('old', 80), service('new', 80));
    expect(routeFact(route({ hostnames: ['shop.example'], ...two }), surrounding)).toEqual({
      namespace: 'shop',
      name: 'web',
      hostnames: ['shop.example'],
      rules: [
        {
          paths: [{ type: 'PathPrefix', value: '/cart' }],
          backends: [
            { service: 'shop/old', weight: 9 },
            { service: 'shop/new', weight: 1 },
          ],
          timeoutMs: 1500,
          retries: 2,
        },
      ],
    });
    expect(routeFact(route(two), surrounding)).not.toHaveProperty('hostnames');
    const unlimited = routeFact(route({ rules: [{ timeouts: { request: '0s' } }] }), surrounding);
    expect(unlimited?.rules[0]).not.toHaveProperty('timeoutMs');
  });

  it('is nobody’s without a Gateway, or with one of another class', () => {
    expect(routeFact(route({ parentRefs: [] }), around(gateway([listener])))).toBeUndefined();
    expect(routeFact(route({ parentRefs: [{ name: 'nowhere' }] }), around(gateway([listener])))).toBeUndefined();
    expect(routeFact(route({}), around(gateway([listener], 'other')))).toBeUndefined();
    expect(parentsOf(route({}), around(gateway([listener], 'other')))).toEqual([]);
  });

  it.each([
    ['NoMatchingParent', gateway([listener]), route({ parentRefs: [{ name: 'front', sectionName: 'https' }] })],
    ['NoMatchingParent', gateway([listener]), route({ parentRefs: [{ name: 'front', port: 443 }] })],
    ['NotAllowedByListeners', gateway([listener]), route({}, 'mall')],
    [
      'NoMatchingListenerHostname',
      gateway([{ ...listener, hostname: 'shop.example' }]),
      route({ hostnames: ['mall.example'] }),
    ],
  ])('is refused: %s', (reason, one, refused) => {
    expect(parentsOf(refused, around(one)).map((parent) => parent.refused?.reason)).toEqual([reason]);
    expect(routeFact(refused, around(one))).toBeUndefined();
  });

  it('of another namespace is taken where the Gateway allows it', () => {
    const open = gateway([{ ...listener, allowedRoutes: { namespaces: { from: 'All' } } }]);
    expect(routeFact(route({}, 'mall'), around(open))).toBeDefined();
  });

  it.each([
    ['shop.example', undefined, ['shop.example']],
    ['*.example', ['shop.example', 'mall.test'], ['shop.example']],
    ['shop.example', ['*.example'], ['shop.example']],
    [undefined, ['a.example', 'b.example'], ['a.example', 'b.example']],
  ])('takes the hosts that listener %j and route %j have in common', (hostname, hostnames, wanted) => {
    const one = gateway([{ ...listener, ...(hostname ? { hostname } : {}) }]);
    expect(routeFact(route(hostnames ? { hostnames } : {}), around(one))?.hostnames).toEqual(wanted);
  });
});

describe('a backend', () => {
  const surrounding = around(gateway([listener]), service('web', 80, 8443));
  it('is the Service, or one of its further ports', () => {
    expect(serviceKey('shop', 'web', 80, surrounding.services.get('shop/web'))).toBe('shop/web');
    expect(serviceKey('shop', 'web', 8443, surrounding.services.get('shop/web'))).toBe('shop/web:8443');
    expect(backendProblem(route({}), { name: 'web', port: 8443 }, surrounding)).toBeUndefined();
  });
  it.each([
    [{ name: 'nobody', port: 80 }, 'BackendNotFound', 'There is no Service shop/nobody.'],
    [{ name: 'web', port: 81 }, 'BackendNotFound', 'Service shop/web has no port 81; it has 80, 8443.'],
    [{ name: 'web', port: 80, namespace: 'mall' }, 'RefNotPermitted', 'in another namespace'],
  ])('%j is told to be %s, and gets nothing through', (ref, reason, message) => {
    const problem = backendProblem(route({}), ref, surrounding);
    expect(problem).toMatchObject({ reason, message: expect.stringContaining(message) });
    const [backend] = routeFact(route({ rules: [{ backendRefs: [ref] }] }), surrounding)?.rules[0]?.backends ?? [];
    expect(surrounding.services.has(backend?.service ?? '')).toBe(false);
  });
});

describe('what limits traffic', () => {
  const metadata = { name: 'calm', namespace: 'shop' };
  it('is a rate for a route', () => {
    const limit = { apiVersion: 'world.kubedan.dev/v1', kind: 'RateLimit', metadata };
    expect(rateLimitFact({ ...limit, spec: { route: 'web', requestsPerSecond: 50, burst: 10 } })).toEqual({
      name: 'shop/calm',
      route: 'shop/web',
      rate: 50,
      burst: 10,
    });
  });
  it('is a breaker for a Service or a dependency, in the engine’s units', () => {
    const breaker = { apiVersion: 'world.kubedan.dev/v1', kind: 'CircuitBreaker', metadata };
    const spec = { errorPercent: 40, window: '20s', minRequests: 5, openFor: '3s', maxRequests: 7 };
    expect(breakerFact({ ...breaker, spec: { target: { kind: 'Service', name: 'stock' }, ...spec } })).toEqual({
      name: 'shop/calm',
      target: 'shop/stock',
      errorShare: 0.4,
      windowMs: 20_000,
      minRequests: 5,
      openMs: 3_000,
      maxRequests: 7,
    });
    expect(
      breakerFact({ ...breaker, spec: { target: { kind: 'Dependency', name: 'redis' }, maxRequests: 1 } }),
    ).toEqual({
      name: 'shop/calm',
      target: 'redis',
      maxRequests: 1,
    });
  });
});
