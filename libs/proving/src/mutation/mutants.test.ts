import { checkSchema } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { mutantsOf } from './mutants.js';

const title = { en: 'It is so', zh: '是这样' };
const object = { apiVersion: 'v1', kind: 'Pod', name: 'web' };
const expressionsOf = (expect: string): (string | undefined)[] =>
  mutantsOf(checkSchema.parse({ id: 'c', title, object, expect }))
    .filter(({ check }) => check !== undefined)
    .map(({ check }) => check?.expect);

describe('mutantsOf', () => {
  it('negates, swaps operators, drops sides and moves constants, one at a time', () => {
    expect(expressionsOf("object.a >= 2 && object.b == 'x'")).toEqual([
      '!(object.a >= 2 && object.b == "x")',
      'object.a >= 2 || object.b == "x"',
      'object.a >= 2',
      'object.b == "x"',
      'object.a > 2 && object.b == "x"',
      'object.a >= 3 && object.b == "x"',
      'object.a >= 1 && object.b == "x"',
      'object.a >= 2 && object.b != "x"',
      'object.a >= 2 && object.b == "x~"',
    ]);
  });

  it('reaches into macros and swaps them', () => {
    expect(expressionsOf('object.l.all(c, !c.ready)')).toEqual([
      '!object.l.all(c, !c.ready)',
      'object.l.exists(c, !c.ready)',
      'object.l.all(c, c.ready)',
    ]);
  });

  it('leaves out expressions that say what another says, or nothing', () => {
    expect(new Set(expressionsOf('object.a == 1 || object.a == 1')).size).toBe(
      expressionsOf('object.a == 1 || object.a == 1').length,
    );
  });

  it('moves the bounds of what is measured so far that it must show', () => {
    const check = checkSchema.parse({
      id: 'c',
      title,
      slo: { source: 's' },
      expect: 'slo.p99Ms < 300 && slo.count > 0',
    });
    expect(mutantsOf(check).map(({ check: one }) => one && 'expect' in one && one.expect)).toEqual([
      undefined,
      '!(slo.p99Ms < 300 && slo.count > 0)',
      'slo.p99Ms < 300 || slo.count > 0',
      'slo.p99Ms < 300',
      'slo.count > 0',
      'slo.p99Ms > 300 && slo.count > 0',
      'slo.p99Ms < 3000 && slo.count > 0',
      'slo.p99Ms < 30 && slo.count > 0',
      'slo.p99Ms < 300 && slo.count < 0',
      'slo.p99Ms < 300 && slo.count > 1',
      'slo.p99Ms < 300 && slo.count > -1',
    ]);
  });

  it('takes the times away and leaves the check out', () => {
    const mutants = mutantsOf(
      checkSchema.parse({ id: 'c', title, object, expect: 'object.a', holds: '5s', latched: true }),
    );
    expect(mutants.map(({ key }) => key)).toEqual(['c/removed', 'c/holds', 'c/latched', 'c/0']);
    expect(mutants[1]?.check).not.toHaveProperty('holds');
    expect(mutants[2]?.check).toMatchObject({ holds: '5s' });
  });
});
