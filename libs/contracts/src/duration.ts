import { z } from 'zod';

const unitInMilliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const pattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

/** A Go-style duration without sign: `500ms`, `30s`, `1m30s`, `2h`. */
export const durationSchema = z
  .string()
  .regex(pattern, { error: 'expected a duration such as 500ms, 30s, 1m30s or 2h' });

/**
 * @param text a Go-style duration, as durationSchema accepts it
 * @returns milliseconds, not rounded
 * @throws RangeError when the text is no such duration
 */
export function millisecondsOf(text: string): number {
  if (!pattern.test(text)) throw new RangeError(`not a duration: ${text}; write it as 500ms, 30s, 1m30s or 2h`);
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * unitInMilliseconds[unit as keyof typeof unitInMilliseconds];
  }
  return total;
}

/** What somebody who waits would wait, from 100 ms to 10 s. */
export const shortDurationSchema = durationSchema.refine(
  (text) => !pattern.test(text) || (millisecondsOf(text) >= 100 && millisecondsOf(text) <= 10_000),
  { error: 'expected a duration from 100ms to 10s, such as 500ms or 2s' },
);
