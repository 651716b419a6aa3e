import type { RouteFact, RouteRule } from '../facts.js';

/** The rule that a request takes, with its route. */
export interface RouteMatch {
  /** namespace/name */
  route: string;
  rule: RouteRule;
}

/**
 * Finds the rule for a request, with the precedence of the Gateway API: the longest exact hostname, then the longest wildcard,
 * then routes for all hosts; an exact path, then the longest prefix; then the route that comes first by namespace/name.
 * (HTTPRouteRule.matches and HTTPRouteSpec.hostnames, gateway.networking.k8s.io/v1.)
 * @returns undefined when no rule fits
 */
export function matchRoute(routes: Iterable<RouteFact>, host: string, path: string): RouteMatch | undefined {
  let best: (RouteMatch & { rank: readonly [number, number, string] }) | undefined;
  for (const { namespace, name, hostnames, rules } of routes) {
    const route = `${namespace}/${name}`;
    const hostRank = rankOfHost(hostnames, host);
    if (hostRank < 0) continue;
    for (const rule of rules) {
      const pathRank = rankOfPath(rule.paths, path);
      if (pathRank < 0) continue;
      const rank = [hostRank, pathRank, route] as const;
      if (!best || precedes(rank, best.rank)) best = { route, rule, rank };
    }
  }
  return best && { route: best.route, rule: best.rule };
}

function precedes(one: readonly [number, number, string], other: readonly [number, number, string]): boolean {
  if (one[0] !== other[0]) return one[0] > other[0];
  if (one[1] !== other[1]) return one[1] > other[1];
  return one[2] < other[2];
}

/** @returns -1 when it does not fit; more is better */
function rankOfHost(hostnames: readonly string[] | undefined, host: string): number {
  if (!hostnames?.length) return 0;
  let rank = -1;
  for (const name of hostnames) {
    if (name === host) rank = Math.max(rank, 1000 + name.length);
    else if (name.startsWith('*.') && host.endsWith(name.slice(1)) && host.length > name.length - 1)
      rank = Math.max(rank, name.length);
  }
  return rank;
}

function rankOfPath(paths: RouteRule['paths'], path: string): number {
  if (!paths?.length) return 1;
  let rank = -1;
  for (const { type, value } of paths) {
    if (type === 'Exact') {
      if (path === value) rank = Math.max(rank, 100_000);
      continue;
    }
    const prefix = value.replace(/\/+$/, '');
    if (path === prefix || path.startsWith(`${prefix}/`)) rank = Math.max(rank, 1 + prefix.length);
  }
  return rank;
}
