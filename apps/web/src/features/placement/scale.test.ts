import { describe, expect, it } from 'vitest';
import { curveOver, placeOnScale } from './scale';

describe('the pictures’ scale', () => {
  it('gives each tier a quarter', () => {
    expect([-2.3, -1, 0.3, 1.6, 2.9].map((ability) => placeOnScale(ability))).toEqual(
      [0, 0.25, 0.5, 0.75, 1].map((place) => expect.closeTo(place, 10) as number),
    );
    expect([placeOnScale(-9), placeOnScale(9)]).toEqual([0, 1]);
  });

  it('draws a curve that fills the height wherever its top is', () => {
    for (const ability of [-3.5, 0.3, 3.5]) {
      const points = curveOver({ ability, error: 0.5 });
      expect(Math.max(...points.map(({ y }) => y))).toBe(1);
      const top = points.find(({ y }) => y === 1)!;
      expect(Math.abs(top.x - placeOnScale(ability))).toBeLessThan(0.01);
    }
  });
});
