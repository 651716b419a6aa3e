/**
 * The standard normal distribution's cumulative function.
 * @returns P(Z < z), to 1.5e-7 (Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.26)
 */
export function normalCumulative(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.327_591_1 * x);
  const polynomial =
    t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
  const tail = (polynomial * Math.exp(-x * x)) / 2;
  return z > 0 ? 1 - tail : tail;
}
