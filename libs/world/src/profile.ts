import { millisecondsOf, numberOf, type TrafficProfile } from '@kubedan/contracts';
import type { Profile, RatePiece } from './plan.js';

/** @returns the pieces of a profile, in order @throws RangeError for a profile of no kind */
export function profileOf({ steady, noon, flashSale, viral, points }: TrafficProfile): Profile {
  if (steady) return [flat(0, numberOf(steady.rate))];
  if (noon) {
    const [rate, at, lengthMs] = [numberOf(noon.rate), millisecondsOf(noon.at), millisecondsOf(noon.lasts)];
    const height = numberOf(noon.peak) - rate;
    return ordered([flat(0, rate), { kind: 'bell', fromMs: at, rate, height, lengthMs }, flat(at + lengthMs, rate)]);
  }
  if (flashSale) {
    const rate = numberOf(flashSale.rate);
    const peak = rate * numberOf(flashSale.factor ?? 30);
    const at = millisecondsOf(flashSale.at);
    const rises = millisecondsOf(flashSale.rises ?? '1m');
    const falls = at + rises + millisecondsOf(flashSale.lasts);
    return ordered([
      flat(0, rate),
      line(at, rate, at + rises, peak),
      flat(at + rises, peak),
      line(falls, peak, falls + rises, rate),
      flat(falls + rises, rate),
    ]);
  }
  if (viral) {
    const [rate, peak] = [numberOf(viral.rate), numberOf(viral.peak)];
    const [at, doublesMs] = [millisecondsOf(viral.at), millisecondsOf(viral.doubles)];
    if (rate <= 0 || peak <= rate) throw new RangeError('viral traffic grows: expected 0 < rate < peak');
    const growth = doublesMs * Math.log2(peak / rate);
    const falls = at + growth + (viral.lasts === undefined ? Infinity : millisecondsOf(viral.lasts));
    const rise: RatePiece[] = [
      flat(0, rate),
      { kind: 'exponential', fromMs: at, rate, doublesMs },
      flat(at + growth, peak),
    ];
    if (falls === Infinity) return ordered(rise);
    const fall: RatePiece = { kind: 'exponential', fromMs: falls, rate: peak, doublesMs: -doublesMs };
    return ordered([...rise, fall, flat(falls + growth, rate)]);
  }
  const [first, ...rest] = (points ?? []).map(({ at, rate }) => ({ at: millisecondsOf(at), rate: numberOf(rate) }));
  if (!first) throw new RangeError('a profile needs one of steady, noon, flashSale, viral and points');
  const pieces: RatePiece[] = [flat(0, first.rate)];
  let last = first;
  for (const next of rest) {
    pieces.push(line(last.at, last.rate, next.at, next.rate));
    last = next;
  }
  return ordered([...pieces, flat(last.at, last.rate)]);
}

const flat = (fromMs: number, rate: number): RatePiece => ({ kind: 'line', fromMs, rate, slope: 0 });
const line = (fromMs: number, rate: number, toMs: number, end: number): RatePiece => ({
  kind: 'line',
  fromMs,
  rate,
  slope: toMs > fromMs ? (end - rate) / (toMs - fromMs) : 0,
});

/** Of pieces that start together, the last one counts. */
function ordered(pieces: readonly RatePiece[]): Profile {
  return pieces.filter((piece, index) => pieces[index + 1]?.fromMs !== piece.fromMs);
}

/** @param atMs since the source started, at least 0 @returns requests per second at that moment */
export function rateAt(profile: Profile, atMs: number): number {
  const piece = profile.findLast(({ fromMs }) => fromMs <= atMs);
  if (!piece) return 0;
  const since = atMs - piece.fromMs;
  switch (piece.kind) {
    case 'line':
      return piece.rate + piece.slope * since;
    case 'exponential':
      return piece.rate * 2 ** (since / piece.doublesMs);
    case 'bell':
      return piece.rate + (piece.height * (1 - Math.cos((2 * Math.PI * since) / piece.lengthMs))) / 2;
  }
}
