import type { Point } from '../time-series.js';

/** What a function of points over a range gives; undefined when there are too few. */
type OverRange = (points: readonly Point[], fromMs: number, toMs: number) => number | undefined;

const values = (points: readonly Point[]): number[] => points.map(({ value }) => value);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/**
 * How much a counter grew over a range, as Prometheus reckons (promql/functions.go, extrapolatedRate): resets are made up for,
 * and the ends of the range are reached in a straight line, as far as the points allow.
 */
function increase(points: readonly Point[], fromMs: number, toMs: number, counter = true): number | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return undefined;
  let grown = last.value - first.value;
  if (counter) {
    points.forEach(({ value }, index) => {
      const before = points[index - 1]?.value ?? value;
      if (value < before) grown += before;
    });
  }
  const sampledMs = last.atMs - first.atMs;
  const meanMs = sampledMs / (points.length - 1);
  let toStart = first.atMs - fromMs;
  const toEnd = toMs - last.atMs;
  if (toStart >= meanMs * 1.1) toStart = meanMs / 2;
  if (counter && grown > 0 && first.value >= 0) toStart = Math.min(toStart, sampledMs * (first.value / grown));
  const reachedMs = sampledMs + toStart + (toEnd < meanMs * 1.1 ? toEnd : meanMs / 2);
  return grown * (reachedMs / sampledMs);
}

/** @returns slope per second and value at `atMs` of the line through the points, by least squares */
function regression(points: readonly Point[], atMs: number): { slope: number; value: number } | undefined {
  if (points.length < 2) return undefined;
  const xs = points.map((point) => (point.atMs - atMs) / 1000);
  const ys = values(points);
  const meanX = sum(xs) / xs.length;
  const meanY = sum(ys) / ys.length;
  const covariance = sum(xs.map((x, i) => (x - meanX) * ((ys[i] ?? 0) - meanY)));
  const slope = covariance / sum(xs.map((x) => (x - meanX) ** 2));
  return { slope, value: meanY - slope * meanX };
}

/** Functions of one range. */
export const overRange: Readonly<Record<string, OverRange>> = {
  rate: (points, fromMs, toMs) => {
    const grown = increase(points, fromMs, toMs);
    return grown === undefined ? undefined : grown / ((toMs - fromMs) / 1000);
  },
  increase,
  delta: (points, fromMs, toMs) => increase(points, fromMs, toMs, false),
  irate: (points) => {
    const [before, last] = points.slice(-2);
    if (!before || !last) return undefined;
    const grown = last.value < before.value ? last.value : last.value - before.value;
    return grown / ((last.atMs - before.atMs) / 1000);
  },
  deriv: (points, _fromMs, toMs) => regression(points, toMs)?.slope,
  avg_over_time: (points) => sum(values(points)) / points.length,
  sum_over_time: (points) => sum(values(points)),
  min_over_time: (points) => Math.min(...values(points)),
  max_over_time: (points) => Math.max(...values(points)),
  count_over_time: (points) => points.length,
  last_over_time: (points) => points.at(-1)?.value,
  changes: (points) => points.filter(({ value }, i) => i > 0 && value !== points[i - 1]?.value).length,
  resets: (points) => points.filter(({ value }, i) => i > 0 && value < (points[i - 1]?.value ?? value)).length,
};

/** Where a range would be in so many seconds. */
export function predictLinear(points: readonly Point[], toMs: number, seconds: number): number | undefined {
  const line = regression(points, toMs);
  return line && line.value + line.slope * seconds;
}

/** Functions of a vector's values, some with one more number. */
export const ofValue: Readonly<Record<string, (value: number, parameter: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  sqrt: Math.sqrt,
  ln: Math.log,
  exp: Math.exp,
  clamp_min: Math.max,
  clamp_max: Math.min,
};
export const withParameter = ['clamp_min', 'clamp_max'];

export const functionNames: readonly string[] = [
  ...Object.keys(overRange),
  'predict_linear',
  'histogram_quantile',
  ...Object.keys(ofValue),
  'absent',
  'scalar',
  'vector',
  'time',
];

/**
 * The quantile of a histogram with cumulative buckets, as Prometheus reckons (promql/quantile.go, bucketQuantile).
 * @param buckets upper bounds with counts, in any order
 */
export function bucketQuantile(quantile: number, buckets: readonly { le: number; count: number }[]): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const sorted = buckets.toSorted((a, b) => a.le - b.le);
  const last = sorted.at(-1);
  if (!last || last.le !== Infinity || sorted.length < 2) return Number.NaN;
  // Counts are read one after another: a larger bucket never holds fewer.
  let most = 0;
  const counts = sorted.map(({ count }) => (most = Math.max(most, count)));
  if (most === 0) return Number.NaN;
  const rank = quantile * most;
  const index = counts.findIndex((count) => count >= rank);
  if (index === sorted.length - 1) return sorted[index - 1]?.le ?? Number.NaN;
  const { le } = sorted[index] as { le: number };
  if (index === 0 && le <= 0) return le;
  const start = index === 0 ? 0 : (sorted[index - 1]?.le ?? 0);
  const before = index === 0 ? 0 : (counts[index - 1] ?? 0);
  return start + (le - start) * ((rank - before) / ((counts[index] ?? 0) - before));
}
