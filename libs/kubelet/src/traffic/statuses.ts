import { timeText } from '../pod-types.js';
import { GATEWAY_CONTROLLER } from './definitions.js';
import {
  keyOf,
  type CircuitBreaker,
  type Condition,
  type Gateway,
  type GatewayClass,
  type HttpRoute,
  type RateLimit,
} from './objects.js';
import { backendProblem, parentsOf, type Refusal, type Surrounding } from './route-facts.js';

/** Where the world's gateway answers; nothing routes there. */
export const GATEWAY_ADDRESS = '172.30.254.1';

export interface WantedCondition {
  type: string;
  status: boolean;
  reason: string;
  message?: string;
}

/**
 * Conditions as controllers write them: the time of a transition stays while the status does.
 * @param of the object's generation, and the conditions that it has
 * @param now in milliseconds since 1970
 */
export function conditionsOf(
  wanted: readonly WantedCondition[],
  of: { generation: number | undefined; before: readonly Condition[] | undefined },
  now: number,
): Condition[] {
  return wanted.map(({ type, status: isTrue, reason, message = '' }) => {
    const status = isTrue ? 'True' : 'False';
    const old = of.before?.find((one) => one.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : timeText(now);
    return { type, status, reason, message, observedGeneration: of.generation ?? 1, lastTransitionTime };
  });
}

export function classStatus({ metadata: { generation }, status }: GatewayClass, now: number) {
  const accepted = { type: 'Accepted', status: true, reason: 'Accepted' };
  return { conditions: conditionsOf([accepted], { generation, before: status?.conditions }, now) };
}

/** @param routes by `namespace/name` */
export function rateLimitStatus(limit: RateLimit, routes: ReadonlySet<string>, now: number) {
  const { metadata, spec, status } = limit;
  const [namespace] = keyOf(limit).split('/');
  const isThere = routes.has(`${namespace}/${spec.route}`);
  const accepted = {
    type: 'Accepted',
    status: isThere,
    ...(isThere
      ? { reason: 'Accepted' }
      : { reason: 'RouteNotFound', message: `There is no HTTPRoute ${namespace}/${spec.route}.` }),
  };
  return {
    conditions: conditionsOf([accepted], { generation: metadata.generation, before: status?.conditions }, now),
  };
}

/** @param state `open`, `half-open` or `closed`, which it is at first */
export function breakerStatus({ metadata, status }: CircuitBreaker, state: string | undefined, now: number) {
  const reason = state === 'open' ? 'TooManyFailures' : state === 'half-open' ? 'Probing' : 'Closed';
  const open = { type: 'Open', status: state === 'open' || state === 'half-open', reason };
  return { conditions: conditionsOf([open], { generation: metadata.generation, before: status?.conditions }, now) };
}

export function gatewayStatus(
  { metadata: { generation }, status }: Gateway,
  now: number,
): NonNullable<Gateway['status']> {
  const conditions = conditionsOf(
    [
      { type: 'Accepted', status: true, reason: 'Accepted' },
      { type: 'Programmed', status: true, reason: 'Programmed' },
    ],
    { generation, before: status?.conditions },
    now,
  );
  return { conditions, addresses: [{ type: 'IPAddress', value: GATEWAY_ADDRESS }] };
}

export function routeStatus(
  route: HttpRoute,
  around: Surrounding,
  now: number,
): Required<NonNullable<HttpRoute['status']>> {
  const problem = problemOf(route, around);
  const parents = parentsOf(route, around).map(({ ref, refused }) => {
    const before = route.status?.parents?.find(
      (one) => one.controllerName === GATEWAY_CONTROLLER && sameParent(one.parentRef, ref),
    );
    const conditions = conditionsOf(
      [
        { type: 'Accepted', status: !refused, reason: 'Accepted', ...refused },
        { type: 'ResolvedRefs', status: !problem, reason: 'ResolvedRefs', ...problem },
      ],
      { generation: route.metadata.generation, before: before?.conditions },
      now,
    );
    return { parentRef: ref, controllerName: GATEWAY_CONTROLLER, conditions };
  });
  return { parents };
}

type Reference = { namespace?: string; name: string; sectionName?: string; port?: number };
const sameParent = (one: Reference, other: Reference): boolean =>
  one.name === other.name &&
  one.namespace === other.namespace &&
  one.sectionName === other.sectionName &&
  one.port === other.port;

/** The first backend of a route that cannot be reached. */
function problemOf(route: HttpRoute, around: Surrounding): Refusal {
  for (const { backendRefs = [] } of route.spec.rules ?? []) {
    for (const ref of backendRefs) {
      const problem = backendProblem(route, ref, around);
      if (problem) return problem;
    }
  }
  return undefined;
}
