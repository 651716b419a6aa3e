import { describe, expect, it } from 'vitest';
import {
  compileExpression,
  ExpressionFailedError,
  ExpressionInvalidError,
  ExpressionTooCostlyError,
  FieldMissingError,
} from './expression.js';
import { toCelValue } from './values.js';

const evaluate = (text: string, object: unknown): unknown =>
  compileExpression(text, 'object').evaluate({
    object: toCelValue(object),
    given: null,
    now: new Date(0),
    session: toCelValue({ seed: 's' }),
  });

describe('compileExpression', () => {
  it.each([
    ['object.a == 3', { a: 3 }, true],
    ['object.a + 1 == 4', { a: 3 }, true],
    ['object.l["a/b"] == "x"', { l: { 'a/b': 'x' } }, true],
    ['object.c.all(c, c.image.endsWith(":1.0"))', { c: [{ image: 'w:1.0' }, { image: 'w:1.1' }] }, false],
    ['has(object.x)', {}, false],
    ['object.?x.?y.orValue(2) == 2', {}, true],
    ['object == null', null, true],
    ['quantity(object.m) >= quantity("64Mi")', { m: '0.0625Gi' }, true],
    ['quantity("100m") == quantity("0.1")', {}, true],
    ['object.l.map(i, i.n).sum() == 3', { l: [{ n: 1 }, { n: 2 }] }, true],
    ['object.constructor == "data" && object.__proto__ == 1', JSON.parse('{"constructor":"data","__proto__":1}'), true],
    ['duration("1m") > duration("5s") && now < timestamp("2020-01-01T00:00:00Z")', {}, true],
    ['object.a.matches("^(a+)+$")', { a: `${'a'.repeat(5000)}b` }, false],
    ['object.a.matches("^shop-[0-9]+$")', { a: 'shop-12' }, true],
    ['object.a.replace("$&", "$1") == "x$1"', { a: 'x$&' }, true],
  ])('evaluates %s', (text, object, expected) => {
    expect(evaluate(text, object)).toBe(expected);
  });

  it('says which variables there are when one is unknown', () => {
    expect(() => compileExpression('objects.size() == 1', 'object')).toThrow(
      expect.objectContaining({
        name: 'ExpressionInvalidError',
        offset: 0,
        allowed: ['object', 'given', 'now', 'session'],
      }),
    );
  });
  it.each([
    '1 +',
    'object.foo(',
    'object.nothing()',
    'unknown(1)',
    '"a" + 1 == 2',
    `[${'1,'.repeat(300)}1].size() == 1`,
  ])('refuses %s before it is ever evaluated', (text) => {
    expect(() => compileExpression(text, 'object')).toThrow(ExpressionInvalidError);
  });
  it('refuses an expression that is too long or too deep', () => {
    expect(() => compileExpression(`"${'a'.repeat(5000)}" == ""`, 'object')).toThrow(ExpressionInvalidError);
    expect(() => compileExpression(`${'('.repeat(200)}true${')'.repeat(200)}`, 'object')).toThrow(
      ExpressionInvalidError,
    );
  });

  it('tells a missing field from other failures', () => {
    expect(() => evaluate('object.a.b == 1', { a: {} })).toThrow(FieldMissingError);
    expect(() => evaluate('object.a[2] == 1', { a: [1] })).toThrow(FieldMissingError);
    expect(() => evaluate('object.a < "x"', { a: 1 })).toThrow(ExpressionFailedError);
    expect(() => evaluate('int(object.a) == 1', { a: 'x' })).toThrow(ExpressionFailedError);
    expect(() => evaluate('object.a.matches("(")', { a: 'x' })).toThrow(ExpressionFailedError);
  });

  it('stops an expression that would run for ever, even where errors are swallowed', () => {
    const l = Array.from({ length: 300 }, (_, index) => index);
    const costly = 'object.l.all(a, object.l.all(b, object.l.all(c, a + b + c >= 0)))';
    const start = performance.now();
    expect(() => evaluate(costly, { l })).toThrow(ExpressionTooCostlyError);
    expect(() => evaluate(`${costly} || true`, { l })).toThrow(ExpressionTooCostlyError);
    expect(() => evaluate(`object.l.exists(x, ${costly})`, { l })).toThrow(ExpressionTooCostlyError);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
  it('stops an expression that would fill the memory', () => {
    let text = 'object.s';
    for (let i = 0; i < 6; i++)
      text = `cel.bind(x${i}, ${text}, ${Array.from({ length: 20 }, () => `x${i}`).join(' + ')})`;
    expect(() => evaluate(`size(${text}) > 0`, { s: 'abcdef' })).toThrow(ExpressionTooCostlyError);
  });
});
