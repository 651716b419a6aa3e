/**
 * The scale of abilities as pictures show it. The cut points lie 1.3 logits apart; four bands of that width make the scale from
 * -2.3 to 2.9.
 */
const lowest = -2.3;
const highest = 2.9;

/** @returns where an ability (logits) lies on the scale, from 0 to 1; what lies outside, at its end */
export function placeOnScale(ability: number): number {
  return Math.min(1, Math.max(0, (ability - lowest) / (highest - lowest)));
}

/** @returns points of the normal curve of an estimate over the scale: x from 0 to 1, y from 0 to 1 at its top */
export function curveOver({ ability, error }: { ability: number; error: number }): { x: number; y: number }[] {
  const count = 80;
  const density = (at: number): number => Math.exp(-(((at - ability) / error) ** 2) / 2);
  const points = Array.from({ length: count + 1 }, (_, index) => {
    const x = index / count;
    return { x, y: density(lowest + x * (highest - lowest)) };
  });
  // An ability beyond the scale has its top there: what is left of the curve still fills the picture's height.
  const top = Math.max(...points.map(({ y }) => y));
  return points.map(({ x, y }) => ({ x, y: y / top }));
}
