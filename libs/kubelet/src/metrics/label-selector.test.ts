import { describe, expect, it } from 'vitest';
import { fieldSelector, labelSelector, SelectorInvalidError } from './label-selector.js';

const labels = { app: 'web', tier: 'front', 'example.com/team': 'blue', empty: '' };

describe('a label selector', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier=front', true],
    ['app = web , tier != back', true],
    ['app=db', false],
    ['app=', false],
    ['missing=web', false],
    ['missing!=web', true],
    ['app', true],
    ['!app', false],
    ['! missing', true],
    ['app in (web,db)', true],
    ['app in (db, cache),tier', false],
    ['app notin (db)', true],
    ['missing notin (db)', true],
    ['missing in (db)', false],
    ['example.com/team=blue', true],
    ['empty=', true],
    ['empty in ()', true],
    ['constructor', false],
    ['toString!=x', true],
  ])('%j', (selector, matches) => expect(labelSelector(selector)(labels)).toBe(matches));

  it.each(['a b', 'app=we b', '=web', 'app in web', 'app in (we b)', 'app>1', `app=${'x'.repeat(64)}`, ',', '-a'])(
    'is refused: %j',
    (selector) => expect(() => labelSelector(selector)).toThrow(SelectorInvalidError),
  );

  it('is refused when it is too long to be anybody’s, and read in no time up to there', () => {
    expect(() => labelSelector('a'.repeat(5_000))).toThrow('at most 4096 characters');
    const startedAt = performance.now();
    expect(() => labelSelector(`${'a.'.repeat(2_040)}!`)).toThrow(SelectorInvalidError);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});

describe('a field selector', () => {
  const known = ['metadata.name', 'metadata.namespace'];
  it('compares the fields that there are', () => {
    const fields = { 'metadata.name': 'web', 'metadata.namespace': 'shop' };
    expect(fieldSelector('', known)(fields)).toBe(true);
    expect(fieldSelector('metadata.name=web,metadata.namespace!=mall', known)(fields)).toBe(true);
    expect(fieldSelector('metadata.name==db', known)(fields)).toBe(false);
  });
  it('refuses other fields, and what is none', () => {
    expect(() => fieldSelector('spec.color=red', known)).toThrow('field label not supported: spec.color');
    expect(() => fieldSelector('web', known)).toThrow(SelectorInvalidError);
  });
});
