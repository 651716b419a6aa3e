/** Where a chart's line goes, in a box that is 100 wide and 100 high. */

export interface Frame {
  /** Seconds at the left and the right edge. */
  from: number;
  to: number;
  /** The value at the upper edge. */
  top: number;
}

export const xOf = (second: number, { from, to }: Frame): number => ((second - from) / Math.max(1, to - from)) * 100;

/**
 * @param isStep the value stands until the next one, as numbers of things do
 * @returns an SVG path; it is interrupted where nothing is known
 */
export function linePath(
  seconds: readonly number[],
  values: readonly (number | null)[],
  frame: Frame,
  isStep = false,
): string {
  let path = '';
  let before: number | undefined;
  seconds.forEach((second, index) => {
    const value = values[index];
    if (second < frame.from || second > frame.to || value === null || value === undefined) {
      if (value === null) before = undefined;
      return;
    }
    const x = round(xOf(second, frame));
    const y = round(100 - (Math.min(value, frame.top) / frame.top) * 100);
    if (before === undefined || second > before + 1) path += `M${x} ${y}`;
    else path += isStep ? `H${x}V${y}` : `L${x} ${y}`;
    before = second;
  });
  return path;
}

const round = (value: number): number => Math.round(value * 100) / 100;
