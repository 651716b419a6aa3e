import { millisecondsOf } from '@kubedan/contracts';
import type { BreakerFact, RateLimitFact, RouteFact, ServiceKey } from '@kubedan/world';
import { GATEWAY_CONTROLLER, GATEWAY_GROUP } from './definitions.js';
import {
  keyOf,
  type BackendRef,
  type CircuitBreaker,
  type Gateway,
  type GatewayClass,
  type HttpRoute,
  type ParentRef,
  type RateLimit,
  type Service,
} from './objects.js';

/** What a route needs to know of the cluster. */
export interface Surrounding {
  classes: readonly GatewayClass[];
  /** By `namespace/name`. */
  gateways: ReadonlyMap<string, Gateway>;
  services: ReadonlyMap<string, Service>;
}

/** @returns the names of the classes that the world plays */
export function playedClasses(classes: Iterable<GatewayClass>): Set<string> {
  return new Set(
    [...classes].filter(({ spec }) => spec.controllerName === GATEWAY_CONTROLLER).map(({ metadata }) => metadata.name),
  );
}

/** Why a parent does not take a route in the Gateway API's words; undefined when it does. */
export type Refusal = { reason: string; message: string } | undefined;

/** A parent of a route that the world plays. */
export interface Parent {
  ref: ParentRef;
  refused: Refusal;
  /** Of the listeners that take the route; empty: every host. */
  hostnames: string[];
}

/** @returns the Gateways of the world that a route names, with what they say to it; those of others are left out */
export function parentsOf(route: HttpRoute, { classes, gateways }: Surrounding): Parent[] {
  const played = playedClasses(classes);
  return (route.spec.parentRefs ?? []).flatMap((ref) => {
    const { group = GATEWAY_GROUP, kind = 'Gateway', namespace = route.metadata.namespace ?? 'default' } = ref;
    if (group !== GATEWAY_GROUP || kind !== 'Gateway') return [];
    const gateway = gateways.get(`${namespace}/${ref.name}`);
    if (!gateway || !played.has(gateway.spec.gatewayClassName)) return [];
    return [{ ref, ...takenBy(gateway, ref, route) }];
  });
}

function takenBy(gateway: Gateway, ref: ParentRef, route: HttpRoute): Pick<Parent, 'refused' | 'hostnames'> {
  const refuse = (reason: string, message: string) => ({ refused: { reason, message }, hostnames: [] });
  const wanted = gateway.spec.listeners.filter(
    ({ name, port }) =>
      (ref.sectionName === undefined || ref.sectionName === name) && (ref.port === undefined || ref.port === port),
  );
  if (wanted.length === 0) return refuse('NoMatchingParent', 'The Gateway has no such listener.');
  const sameNamespace = gateway.metadata.namespace === route.metadata.namespace;
  const open = wanted.filter(({ allowedRoutes }) => sameNamespace || allowedRoutes?.namespaces?.from === 'All');
  if (open.length === 0) {
    const message = `The Gateway takes routes of its own namespace alone; its listeners can allow more (allowedRoutes).`;
    return refuse('NotAllowedByListeners', message);
  }
  const own = route.spec.hostnames ?? [];
  const found = open.flatMap(({ hostname }) => common(hostname, own) ?? []);
  const isOpen = open.some(({ hostname }) => hostname === undefined) && own.length === 0;
  if (found.length === 0 && !isOpen)
    return refuse('NoMatchingListenerHostname', 'No listener has a hostname of the route.');
  return { refused: undefined, hostnames: isOpen ? [] : [...new Set(found)] };
}

/** The hostnames that a listener and a route have in common. @param own the route's; none: all */
function common(listener: string | undefined, own: readonly string[]): string[] | undefined {
  if (listener === undefined) return [...own];
  if (own.length === 0) return [listener];
  const covers = (pattern: string, name: string) =>
    pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)) && name !== pattern.slice(1));
  return own.flatMap((name) => (covers(listener, name) ? [name] : covers(name, listener) ? [listener] : []));
}

/**
 * @returns the name under which a port of a Service is known to the world: the Service's own for its first port, so that its
 *   traffic is counted as one
 */
export function serviceKey(namespace: string, name: string, port: number, service: Service | undefined): ServiceKey {
  const [first] = service?.spec?.ports ?? [];
  return first === undefined || first.port === port ? `${namespace}/${name}` : `${namespace}/${name}:${port}`;
}

/** Why a backend cannot be reached, in the Gateway API's words; undefined when it can. */
export function backendProblem(route: HttpRoute, ref: BackendRef, { services }: Surrounding): Refusal {
  const own = route.metadata.namespace ?? 'default';
  const { namespace = own, name, port } = ref;
  if (namespace !== own) {
    const message = `Service ${namespace}/${name} is in another namespace; the world has no ReferenceGrant.`;
    return { reason: 'RefNotPermitted', message };
  }
  const service = services.get(`${namespace}/${name}`);
  if (!service) return { reason: 'BackendNotFound', message: `There is no Service ${namespace}/${name}.` };
  if (!service.spec?.ports?.some((one) => one.port === port)) {
    const ports = service.spec?.ports?.map((one) => one.port).join(', ') ?? 'none';
    return { reason: 'BackendNotFound', message: `Service ${namespace}/${name} has no port ${port}; it has ${ports}.` };
  }
  return undefined;
}

/** @returns the route as the engine plays it; undefined while no Gateway of the world takes it */
export function routeFact(route: HttpRoute, around: Surrounding): RouteFact | undefined {
  const taking = parentsOf(route, around).filter(({ refused }) => refused === undefined);
  if (taking.length === 0) return undefined;
  const { name, namespace = 'default' } = route.metadata;
  const everyHost = taking.some(({ hostnames }) => hostnames.length === 0);
  return {
    namespace,
    name,
    ...(everyHost ? {} : { hostnames: [...new Set(taking.flatMap(({ hostnames }) => hostnames))] }),
    rules: (route.spec.rules ?? []).map((rule) => {
      const timeoutMs = rule.timeouts?.request === undefined ? 0 : millisecondsOf(rule.timeouts.request);
      return {
        paths: (rule.matches ?? []).map(({ path }) => ({
          type: path?.type ?? 'PathPrefix',
          value: path?.value ?? '/',
        })),
        backends: (rule.backendRefs ?? []).map((ref) => ({
          service:
            backendProblem(route, ref, around) === undefined
              ? serviceKey(namespace, ref.name, ref.port, around.services.get(`${namespace}/${ref.name}`))
              : // Nobody's name: its share is answered as that of a Service without endpoints.
                `${namespace}/${ref.name}:${ref.port}?`,
          weight: ref.weight ?? 1,
        })),
        // 0s: no limit.
        ...(timeoutMs > 0 ? { timeoutMs } : {}),
        ...(rule.retry ? { retries: rule.retry.attempts } : {}),
      };
    }),
  };
}

export function rateLimitFact(limit: RateLimit): RateLimitFact {
  const { route, requestsPerSecond, burst } = limit.spec;
  return {
    name: keyOf(limit),
    route: `${limit.metadata.namespace ?? 'default'}/${route}`,
    rate: requestsPerSecond,
    ...(burst === undefined ? {} : { burst }),
  };
}

export function breakerFact(breaker: CircuitBreaker): BreakerFact {
  const { target, maxRequests, errorPercent, window, minRequests, openFor } = breaker.spec;
  return {
    name: keyOf(breaker),
    target: target.kind === 'Service' ? `${breaker.metadata.namespace ?? 'default'}/${target.name}` : target.name,
    ...(maxRequests === undefined ? {} : { maxRequests }),
    ...(errorPercent === undefined ? {} : { errorShare: errorPercent / 100 }),
    ...(window === undefined ? {} : { windowMs: millisecondsOf(window) }),
    ...(minRequests === undefined ? {} : { minRequests }),
    ...(openFor === undefined ? {} : { openMs: millisecondsOf(openFor) }),
  };
}
