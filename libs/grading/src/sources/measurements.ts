import { millisecondsOf, windowOf, type CheckSpec, type MeasuredCheck } from '@kubedan/contracts';
import type { Scope, World } from '@kubedan/world';
import { namespaceOf } from '../subject.js';

/** What a cluster's traffic and nodes come to, on a clock of their own: milliseconds since the hand-over. */
export type WorldFigures = Pick<World, 'nowMs' | 'figures' | 'traffic' | 'bill'>;

/** What a check that measures sees. */
export interface Measurement {
  /** All of the window has been watched. */
  full: boolean;
  /** Requests in the window; undefined where it is not requests that are measured. */
  count: number | undefined;
  /** The fields of the expression's variable. */
  values: Readonly<Record<string, unknown>>;
}

/** Of more versions the least requested are left out: an expression must be able to go through them. */
export const mostVersions = 50;
/** After the end of a second, until the world has surely been played on to it, ms. */
const lag = 60;
const soonest = 100;

/** @returns milliseconds until the next full second of the world has ended */
export function untilNextSecond(worldMs: number): number {
  return Math.max(soonest, 1_000 - (worldMs % 1_000) + lag);
}

/**
 * @param sinceMs world time from which on figures are known
 * @returns what the check sees at the end of the last full second
 */
export function measure(
  check: MeasuredCheck,
  world: WorldFigures,
  sinceMs: number,
  labNamespace: string | undefined,
): Measurement {
  const windowMs = millisecondsOf(windowOf(check));
  const endMs = Math.floor(world.nowMs / 1_000) * 1_000;
  const full = endMs - windowMs >= sinceMs;
  if ('cost' in check) {
    const { total, perHour, perHourAtStart, perThousandRequests, byType } = world.bill(windowMs);
    const share = perHourAtStart === 0 ? undefined : perHour / perHourAtStart;
    const amounts = { total, perHour, perHourAtStart, share, perThousandRequests };
    const values = { ...known(amounts), byType: known(byType) };
    return { full, count: undefined, values };
  }
  if ('slo' in check) {
    const figures = world.figures(scopeOf(check.slo, labNamespace), windowMs);
    const { count, rate, errorRate, meanMs, p50Ms, p90Ms, p99Ms, outcomes } = figures;
    const values = { count, ...known({ rate, errorRate, meanMs, p50Ms, p90Ms, p99Ms }), outcomes };
    return { full, count, values };
  }
  const { service, services = [service ?? ''], namespace } = check.traffic;
  const reached = services.flatMap((name) =>
    world
      .traffic(`${namespaceOf(namespace, labNamespace)}/${name}`, windowMs)
      .map(({ version, count, errorRate }) => ({ service: name, version, count, errorRate })),
  );
  const count = reached.reduce((sum, one) => sum + one.count, 0);
  // What a version is called is the learner's word.
  const byVersion = new Map<string, number>();
  for (const one of reached) byVersion.set(one.version, (byVersion.get(one.version) ?? 0) + one.count);
  const most = [...byVersion].toSorted(([, a], [, b]) => b - a).slice(0, mostVersions);
  const shares = Object.fromEntries(most.map(([version, part]) => [version, part / count]));
  const versions = reached
    .map((one) => ({ ...one, ...known({ share: one.count / count, errorRate: one.errorRate }) }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, mostVersions);
  return { full, count, values: { count, counts: Object.fromEntries(most), shares: known(shares), versions } };
}

function scopeOf(
  { source, route, service, dependency, namespace, version }: Extract<CheckSpec, { slo: unknown }>['slo'],
  labNamespace: string | undefined,
): Scope {
  const within = (name: string): string => `${namespaceOf(namespace, labNamespace)}/${name}`;
  if (source !== undefined) return { kind: 'source', name: source };
  if (route !== undefined) return { kind: 'route', route: within(route) };
  if (dependency !== undefined) return { kind: 'dependency', name: dependency };
  return { kind: 'service', service: within(service ?? ''), ...(version === undefined ? {} : { version }) };
}

/** What has no value (a time without any answer, a price without any request) is absent; four digits say enough. */
function known(figures: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]): [string, number][] =>
      value === undefined || !Number.isFinite(value) ? [] : [[name, Number(value.toPrecision(4))]],
    ),
  );
}

/** How many requests a check wants to see before it says anything; 0 where it measures no requests. */
export function leastOf(check: MeasuredCheck): number {
  if ('slo' in check) return check.slo.minRequests;
  return 'traffic' in check ? check.traffic.minRequests : 0;
}
