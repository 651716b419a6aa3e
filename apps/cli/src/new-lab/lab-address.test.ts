import { describe, expect, it } from 'vitest';
import { readLabAddress } from './lab-address.js';

describe('readLabAddress', () => {
  it('reads a tier and a name', () => {
    expect(readLabAddress('gold/flash-sale')).toEqual({ tier: 'gold', name: 'flash-sale' });
  });

  it.each(['gold', 'gold/', '/flash-sale', 'wood/flash-sale', 'gold/a/b', 'Gold/a', ''])(
    'says how a place is written: %s',
    (text) => {
      expect(() => readLabAddress(text)).toThrow(
        /write <tier>\/<name>, such as silver\/first-rollback \(tiers: bronze, silver, gold, diamond\)/,
      );
    },
  );

  it.each(['gold/..', 'gold/Flash', 'gold/-a', 'gold/a-', 'gold/a b', 'gold/秒杀', `gold/${'a'.repeat(64)}`])(
    'says what a name may be: %s',
    (text) => {
      expect(() => readLabAddress(text)).toThrow(/up to 63 lower-case letters, digits and dashes/);
    },
  );
});
