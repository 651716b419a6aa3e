/** Buckets of times: each 5 % wider than the one before, from 10 µs to some eleven minutes; one more below and above. */
const growth = Math.log(1.05);
const lowestMs = 0.01;
export const bucketCount = 370;

/** @returns the bucket of a time, 0 to bucketCount - 1 */
export function bucketOf(ms: number): number {
  if (ms < lowestMs) return 0;
  const bucket = 1 + Math.floor(Math.log(ms / lowestMs) / growth);
  return bucket < bucketCount ? bucket : bucketCount - 1;
}

/** @returns the lower end of a bucket, milliseconds */
export function lowerMs(bucket: number): number {
  return bucket === 0 ? 0 : lowestMs * Math.exp((bucket - 1) * growth);
}

/**
 * @param counts by bucket
 * @param quantile 0 to 1
 * @returns milliseconds, by linear interpolation in the bucket that holds it, so at most 5 % off; NaN when nothing was counted
 */
export function quantileOf(counts: ArrayLike<number>, quantile: number): number {
  let total = 0;
  for (let i = 0; i < counts.length; i += 1) total += counts[i] as number;
  if (total === 0) return Number.NaN;
  const rank = quantile * total;
  let before = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] as number;
    if (count > 0 && before + count >= rank) {
      const low = lowerMs(i);
      return low + ((lowerMs(i + 1) - low) * (rank - before)) / count;
    }
    before += count;
  }
  return lowerMs(counts.length);
}
