import { describe, expect, it } from 'vitest';
import type { Lookup } from '../lookups.js';
import { resolve, type Network, type ServiceFacts } from './network.js';

function network(services: Record<string, Partial<ServiceFacts>>): Network {
  return {
    namespace: 'shop',
    podAt: () => undefined,
    lookUp: ({ namespace, name }): Lookup => {
      const facts = services[`${namespace}/${name}`];
      if (!facts) return { state: 'absent' };
      const whole: ServiceFacts = { clusterIP: '', ports: [], endpoints: [], ...facts };
      return { state: 'present', data: { facts: JSON.stringify(whole) } };
    },
  };
}
const addressesOf = (host: string, services: Record<string, Partial<ServiceFacts>>) => {
  const found = resolve(host, network(services));
  return found && 'addresses' in found ? found.addresses : undefined;
};

describe('resolve', () => {
  const services = {
    'shop/menu': { clusterIP: '10.96.0.7' },
    'depot/kitchen': { clusterIP: '10.96.0.9' },
    'shop/kitchen': { externalName: 'kitchen.depot.svc.cluster.local' },
    'shop/short': { externalName: 'kitchen.depot' },
    'shop/loop': { externalName: 'loop.shop.svc.cluster.local' },
  };

  it('completes a name with the namespace and the domains that a pod searches', () => {
    expect(addressesOf('menu', services)).toEqual(['10.96.0.7']);
    for (const host of ['kitchen.depot', 'kitchen.depot.svc', 'kitchen.depot.svc.cluster.local'])
      expect(addressesOf(host, services)).toEqual(['10.96.0.9']);
  });

  it('knows no half of a domain, no other namespace, and takes a name with a dot at its end as it is', () => {
    for (const host of [
      'kitchen.depot.s',
      'kitchen.depot.svc.cluster',
      'kitchen.svc.cluster.local',
      'menu.depot',
      'menu.',
    ])
      expect(addressesOf(host, services)).toBeUndefined();
    expect(addressesOf('menu.shop.svc.cluster.local.', services)).toEqual(['10.96.0.7']);
  });

  it('follows a Service that stands for another name, which must be complete', () => {
    expect(addressesOf('kitchen', services)).toEqual(['10.96.0.9']);
    expect(addressesOf('short', services)).toBeUndefined();
    expect(addressesOf('loop', services)).toBeUndefined();
  });
});
