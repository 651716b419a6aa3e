import { describe, expect, it } from 'vitest';
import { shortName } from './short-name';

describe('shortName', () => {
  it("takes a ReplicaSet's hash out", () => {
    expect(shortName({ name: 'counter-6f68d497c6-2mfbj' })).toBe('counter 2mfbj');
    expect(shortName({ name: 'night-light-7d8b4c9f5-zz9xk' })).toBe('night-light zz9xk');
  });

  it('leaves the names of other pods as they are', () => {
    const names = ['night-light-8w267', 'cache-0', 'lunch', 'my-web-01'];
    expect(names.map((name) => shortName({ name }))).toEqual(names);
  });
});
