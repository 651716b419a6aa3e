import { describe, expect, it } from 'vitest';
import { TokenMint } from './token-mint.js';

describe('TokenMint', () => {
  const mint = new TokenMint('a secret of at least thirty-two characters');

  it('knows its own tokens', () => {
    expect(mint.isGenuine(mint.issue())).toBe(true);
  });

  it('refuses tokens that were made up, changed, or signed with another secret', () => {
    const token = mint.issue();
    const other = new TokenMint('another secret of thirty-two characters or more').issue();
    for (const forged of [
      '',
      '.',
      'x',
      `${token}x`,
      `${token.startsWith('x') ? 'y' : 'x'}${token.slice(1)}`,
      other,
      `${token}.${token}`,
      'é'.repeat(32) + '.' + 'é'.repeat(32),
    ]) {
      expect(mint.isGenuine(forged)).toBe(false);
    }
  });
});
