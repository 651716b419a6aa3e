import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** One measured figure: what, over how many samples, and what it has to reach. */
export interface Figure {
  name: string;
  unit: 'ms' | 'MB';
  samples: readonly number[];
  /** The figure to reach, in `unit`; which statistic has to reach it. */
  reach: number;
  by: 'p50' | 'p99' | 'max';
  /** What was measured, in a sentence. */
  what: string;
}

/** @param samples at least one @param share 0 to 1 @returns the nearest-rank percentile */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints a figure as one JSON line. */
export function print({ name, unit, samples, reach, by, what }: Figure): void {
  const round = (value: number): number => Math.round(value * 10) / 10;
  const statistics = { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99), max: Math.max(...samples) };
  console.log(
    JSON.stringify({
      figure: name,
      unit,
      p50: round(statistics.p50),
      p99: round(statistics.p99),
      max: round(statistics.max),
      samples: samples.length,
      reach: `${by} <= ${reach}`,
      reached: statistics[by] <= reach,
      what,
    }),
  );
}

/** Gives an action a folder of its own, which is gone afterwards. */
export async function inFolder(action: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), 'kd-bench-'));
  try {
    await action(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** @returns how many ms the action took, and what it returned */
export async function timed<T>(action: () => Promise<T>): Promise<[number, T]> {
  const startedAt = performance.now();
  const result = await action();
  return [performance.now() - startedAt, result];
}
