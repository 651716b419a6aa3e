import { type WorldSeries, worldSecondsKept } from '@kubedan/contracts';

/**
 * Puts later seconds to earlier ones: each once, what came last counts, at most ten minutes.
 * @returns `hasGap` when seconds between the two are missing
 */
export function mergeSeries(
  known: WorldSeries | undefined,
  next: WorldSeries,
): { series: WorldSeries; hasGap: boolean } {
  const first = next.second[0];
  const last = known?.second.at(-1);
  if (known === undefined || last === undefined || first === undefined) {
    return { series: first === undefined && known ? known : next, hasGap: false };
  }
  const kept = known.second.findIndex((second) => second >= first);
  const from = kept === -1 ? known.second.length : kept;
  const join = <T>(before: readonly T[], after: readonly T[]): T[] =>
    [...before.slice(0, from), ...after].slice(-worldSecondsKept);
  return {
    series: {
      second: join(known.second, next.second),
      requests: join(known.requests, next.requests),
      errors: join(known.errors, next.errors),
      p50Ms: join(known.p50Ms, next.p50Ms),
      p99Ms: join(known.p99Ms, next.p99Ms),
      replicas: join(known.replicas, next.replicas),
      nodes: join(known.nodes, next.nodes),
      perHour: join(known.perHour, next.perHour),
    },
    hasGap: first > last + 1,
  };
}
