import type { ServiceFact } from '@kubedan/world';
import type { EndpointSlice, Service } from './objects.js';
import { serviceKey } from './route-facts.js';

/** Where a request to a pod's port ends up: in the container that listens there, or nowhere. */
export interface Listeners {
  /** @returns the container of the pod that listens on the port, by name; undefined when none does */
  containerAt(pod: string, port: number): string | undefined;
}

/** What stands for a port of a pod that no container listens on: whoever is sent there is refused. */
export const deadPort = (port: number): string => `:${port}`;

export interface ServiceFacts {
  /** One for each port of the Service. */
  facts: ServiceFact[];
  /** Ports of pods, by uid, that requests are sent to and nobody listens on. */
  dead: Map<string, Set<number>>;
}

/**
 * @param slices those of the Service
 * @returns the Service as the engine plays it: the ready endpoints and who listens there
 */
export function serviceFacts(service: Service, slices: readonly EndpointSlice[], listeners: Listeners): ServiceFacts {
  const { name, namespace = 'default' } = service.metadata;
  const dead = new Map<string, Set<number>>();
  const facts = (service.spec?.ports ?? []).map((port) => {
    const endpoints = slices.flatMap((slice) => {
      const target = slice.ports?.find((one) => (one.name ?? '') === (port.name ?? ''))?.port;
      if (target === undefined) return [];
      return (slice.endpoints ?? []).flatMap(({ addresses, conditions, targetRef }) => {
        const uid = targetRef?.kind === 'Pod' ? targetRef.uid : undefined;
        if (uid === undefined || conditions?.ready === false) return [];
        const listening = listeners.containerAt(uid, target);
        if (listening === undefined) dead.set(uid, (dead.get(uid) ?? new Set()).add(target));
        return [{ address: addresses[0] ?? '', pod: uid, container: listening ?? deadPort(target) }];
      });
    });
    // In one order whatever the slices' is, so that chance falls alike.
    endpoints.sort((one, other) => (one.address < other.address ? -1 : 1));
    const [, known = name] = serviceKey(namespace, name, port.port, service).split('/');
    return { namespace, name: known, endpoints: endpoints.map(({ pod, container }) => ({ pod, container })) };
  });
  return { facts, dead };
}
