import { describe, expect, it } from 'vitest';
import type { EndpointSlice, Service } from './objects.js';
import { serviceFacts } from './service-facts.js';

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    ports: [
      { name: 'http', port: 80 },
      { name: 'admin', port: 9000 },
    ],
  },
};
const slice = (endpoints: EndpointSlice['endpoints'], ports: EndpointSlice['ports']): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-x', namespace: 'shop' },
  endpoints: endpoints ?? [],
  ports: ports ?? [],
});
const pod = (uid: string, address: string, ready?: boolean) => ({
  addresses: [address],
  ...(ready === undefined ? {} : { conditions: { ready } }),
  targetRef: { kind: 'Pod', uid },
});
const ports = [
  { name: 'http', port: 8080 },
  { name: 'admin', port: 9090 },
];
const listeners = {
  containerAt: (uid: string, port: number) =>
    port === 8080 ? 'main' : uid === 'b' && port === 9090 ? 'side' : undefined,
};

describe('a Service', () => {
  it('leads to the containers that listen behind its ready endpoints, in the order of their addresses', () => {
    const slices = [
      slice([pod('b', '10.0.0.2', true)], ports),
      slice([pod('a', '10.0.0.1'), pod('c', '10.0.0.3', false)], ports),
    ];
    const { facts, dead } = serviceFacts(service, slices, listeners);
    expect(facts).toEqual([
      {
        namespace: 'shop',
        name: 'web',
        endpoints: [
          { pod: 'a', container: 'main' },
          { pod: 'b', container: 'main' },
        ],
      },
      {
        namespace: 'shop',
        name: 'web:9000',
        endpoints: [
          { pod: 'a', container: ':9090' },
          { pod: 'b', container: 'side' },
        ],
      },
    ]);
    expect(dead).toEqual(new Map([['a', new Set([9090])]]));
  });

  it('is there without endpoints too, and without ports it is nothing', () => {
    expect(serviceFacts(service, [], listeners).facts.map(({ endpoints }) => endpoints)).toEqual([[], []]);
    expect(serviceFacts({ ...service, spec: {} }, [], listeners).facts).toEqual([]);
  });

  it('leads nowhere by endpoints that are no Pods', () => {
    const outside = { addresses: ['192.0.2.1'], conditions: { ready: true } };
    expect(serviceFacts(service, [slice([outside], ports)], listeners).facts[0]?.endpoints).toEqual([]);
  });
});
