import type { MetricFamily, MetricSample } from './families.js';

/** A label set with its name under `__name__`. */
export type Labels = Readonly<Record<string, string>>;

export interface Point {
  atMs: number;
  value: number;
}

/** One series: a label set and its points, oldest first. */
export interface StoredSeries {
  labels: Labels;
  points: readonly Point[];
}

/** Which series are meant: label, how, text or test. */
export interface Matcher {
  label: string;
  matches(value: string): boolean;
}

/** What looking at series is paid from. */
export interface Spendable {
  spend(amount: number): void;
}

interface Kept {
  labels: Labels;
  points: Point[];
  /** How long a point counts, when it does not come with every reading. */
  validMs: number | undefined;
}

/** How old a value may be: Prometheus' lookback delta. */
const lookBackMs = 300_000;

/** @returns a text that is the same for the same labels in whatever order */
export function keyOfLabels(labels: Labels): string {
  return Object.keys(labels)
    .toSorted()
    .map((label) => `${label}\u0001${labels[label]}`)
    .join('\u0002');
}

/**
 * What was read of all metrics over the last minutes. As in Prometheus a series ends when a reading does not have it any more,
 * and a value that is older than five minutes is none.
 */
export class TimeSeries {
  readonly #byName = new Map<string, Map<string, Kept>>();
  readonly #readings: number[] = [];
  #size = 0;
  #lastMs = -Infinity;

  /** @param keptMs how long points are kept @param most series that are kept; more are left out */
  constructor(
    private readonly keptMs = 900_000,
    private readonly most = 50_000,
  ) {}

  /** When it was read last. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** A reading of everything. Times must grow. */
  read(atMs: number, families: Iterable<MetricFamily>): void {
    this.#lastMs = atMs;
    for (const { samples } of families) for (const sample of samples) this.#add(atMs, sample);
    this.#forget(atMs);
  }

  /** One more value, of a recording rule. @param validMs how long it counts if no other follows */
  record(atMs: number, sample: MetricSample, validMs: number): void {
    this.#add(atMs, sample, validMs);
  }

  /** @returns the latest point of each series that is still there at that time */
  latest(
    name: string | undefined,
    matchers: readonly Matcher[],
    atMs: number,
    budget: Spendable,
  ): { labels: Labels; value: number }[] {
    const found: { labels: Labels; value: number }[] = [];
    const readingMs = Math.max(atMs - lookBackMs, this.#lastReadingAt(atMs));
    for (const { labels, points, validMs } of this.#matching(name, matchers, budget)) {
      const point = points.findLast((one) => one.atMs <= atMs);
      if (point && point.atMs >= (validMs === undefined ? readingMs : atMs - validMs))
        found.push({ labels, value: point.value });
    }
    return found;
  }

  /** @returns the points of each series after `fromMs` up to `toMs` (included); series without any are left out */
  between(
    name: string | undefined,
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    budget: Spendable,
  ): StoredSeries[] {
    const found: StoredSeries[] = [];
    for (const { labels, points } of this.#matching(name, matchers, budget)) {
      budget.spend(points.length);
      const within = points.filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
      if (within.length > 0) found.push({ labels, points: within });
    }
    return found;
  }

  #lastReadingAt(atMs: number): number {
    return this.#readings.findLast((one) => one <= atMs) ?? -Infinity;
  }

  *#matching(name: string | undefined, matchers: readonly Matcher[], budget: Spendable): Generator<Kept, void> {
    const names = name === undefined ? this.#byName.values() : [this.#byName.get(name) ?? new Map<string, Kept>()];
    for (const series of names) {
      for (const kept of series.values()) {
        budget.spend(1 + matchers.length);
        if (matchers.every(({ label, matches }) => matches(kept.labels[label] ?? ''))) yield kept;
      }
    }
  }

  #add(atMs: number, { name, labels, value }: MetricSample, validMs?: number): void {
    let series = this.#byName.get(name);
    if (!series) this.#byName.set(name, (series = new Map()));
    const key = keyOfLabels(labels);
    const kept = series.get(key);
    if (kept) kept.points.push({ atMs, value });
    else if (this.#size < this.most) {
      this.#size += 1;
      series.set(key, { labels: { ...labels, __name__: name }, points: [{ atMs, value }], validMs });
    }
  }

  #forget(atMs: number): void {
    const oldest = atMs - this.keptMs;
    this.#readings.push(atMs);
    while ((this.#readings[0] ?? Infinity) < oldest) this.#readings.shift();
    for (const [name, series] of this.#byName) {
      for (const [key, kept] of series) {
        while (kept.points[0] && kept.points[0].atMs < oldest) kept.points.shift();
        if (kept.points.length > 0) continue;
        series.delete(key);
        this.#size -= 1;
      }
      if (series.size === 0) this.#byName.delete(name);
    }
  }
}
