import { describe, expect, it } from 'vitest';
import { patternOf } from './pattern.js';

describe('a pattern', () => {
  it.each([
    ['abc', 'xabcx', true],
    ['^abc', 'xabc', false],
    ['c$', 'abc', true],
    ['c$', 'abcd', false],
    ['a.*c', 'xx a b c', true],
    ['[0-9]+ms', 'took 12ms', true],
    ['[^a]b', 'ab', false],
    ['yes|no', 'oh no', true],
    ['a\\.b', 'axb', false],
    ['', 'anything', true],
  ])('%s on %s', (pattern, line, expected) => expect(patternOf(pattern)(line)).toBe(expected));

  it('of a kind that is slow as a RegExp is fast', () => {
    const before = performance.now();
    expect(patternOf(`${'a*'.repeat(50)}b`)('a'.repeat(2_000))).toBe(false);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
