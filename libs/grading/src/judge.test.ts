import { describe, expect, it } from 'vitest';
import { Judge, type Judgement } from './judge.js';

const title = { en: 'It is so', zh: '是这样' };
const moment = { now: new Date('2026-01-01T00:00:10Z'), session: { seed: 's', startedAt: '2026-01-01T00:00:00Z' } };
const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

function judge(expect: string, seen: unknown, extra: object = {}, given: unknown = null): Judgement {
  return new Judge({ id: 'c', title, points: 1, object, expect, ...extra }).judge({ seen, given, ...moment });
}
const web = (spec: object, status: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', labels: { 'app.kubernetes.io/name': 'web' } },
  spec,
  status,
});
const containers = (...images: string[]) => ({
  template: { spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) } },
});

describe('Judge', () => {
  it('passes what is true', () => {
    expect(judge('object.spec.replicas == 3', web({ replicas: 3 }))).toEqual({ state: 'pass', mismatches: [] });
  });
  it('fails what is false, with the field, what was seen and what was expected', () => {
    expect(judge('object.spec.replicas == 3', web({ replicas: 2 }))).toEqual({
      state: 'fail',
      mismatches: [{ field: 'Deployment shop/web: spec.replicas', seen: '2', expected: '3' }],
      message: {
        en: 'Deployment shop/web: spec.replicas is 2; expected: 3.',
        zh: 'Deployment shop/web: spec.replicas 现为 2，应为 3。',
      },
    });
  });
  it.each<[string, object, object]>([
    [
      '3 < object.spec.replicas',
      { replicas: 2 },
      { field: 'Deployment shop/web: spec.replicas', seen: '2', expected: '> 3' },
    ],
    [
      '!(object.spec.replicas == 2)',
      { replicas: 2 },
      { field: 'Deployment shop/web: spec.replicas', seen: '2', expected: '≠ 2' },
    ],
    [
      'object.spec.replicas in [3, 5]',
      { replicas: 2 },
      { field: 'Deployment shop/web: spec.replicas', seen: '2', expected: '∈ [3,5]' },
    ],
    [
      'object.spec.template.spec.containers.all(c, c.image.endsWith(":1.0"))',
      containers('web:1.0', 'web:1.1'),
      {
        field: 'Deployment shop/web: spec.template.spec.containers[1].image',
        seen: 'web:1.1',
        expected: 'endsWith(":1.0")',
      },
    ],
    [
      'object.spec.template.spec.containers[0].image == "web:1.0"',
      containers('web:1.1'),
      { field: 'Deployment shop/web: spec.template.spec.containers[0].image', seen: 'web:1.1', expected: 'web:1.0' },
    ],
    [
      'object.spec.template.spec.containers.exists(c, c.image == "log:1")',
      containers('web:1.1', 'web:1.2'),
      {
        field: 'Deployment shop/web: spec.template.spec.containers',
        seen: 'web:1.1, web:1.2',
        expected: 'exists(c, c.image == "log:1")',
      },
    ],
    ['has(object.spec.paused)', {}, { field: 'Deployment shop/web: spec.paused', seen: 'absent', expected: 'present' }],
    [
      'object.spec.paused',
      { paused: false },
      { field: 'Deployment shop/web: spec.paused', seen: 'false', expected: 'true' },
    ],
    [
      'object.metadata.labels["app.kubernetes.io/name"] == "shop"',
      {},
      { field: 'Deployment shop/web: metadata.labels["app.kubernetes.io/name"]', seen: 'web', expected: 'shop' },
    ],
    [
      'object.spec.template.spec.containers.size() == 1',
      containers('a', 'b'),
      { field: 'Deployment shop/web: spec.template.spec.containers.size()', seen: '2', expected: '1' },
    ],
    [
      'size(object.spec.template.spec.containers) == 1',
      containers('a', 'b'),
      { field: 'size(Deployment shop/web: spec.template.spec.containers)', seen: '2', expected: '1' },
    ],
    [
      'object.spec.replicas > 3 ? true : object.spec.paused',
      { replicas: 1, paused: false },
      { field: 'Deployment shop/web: spec.paused', seen: 'false', expected: 'true' },
    ],
    [
      'cel.bind(s, object.spec, s.replicas == 4)',
      { replicas: 1 },
      { field: 'Deployment shop/web: spec.replicas', seen: '1', expected: '4' },
    ],
    [
      'object.?spec.?replicas.orValue(1) == 4',
      {},
      { field: 'Deployment shop/web: spec.replicas', seen: '1', expected: '4' },
    ],
    [
      'object.spec.name.matches("^a+$")',
      { name: 'b' },
      { field: 'Deployment shop/web: spec.name', seen: 'b', expected: 'matches("^a+$")' },
    ],
    [
      'quantity(object.spec.m) >= quantity("64Mi")',
      { m: '1Mi' },
      { field: 'quantity(Deployment shop/web: spec.m)', seen: '1Mi', expected: '≥ 64Mi' },
    ],
  ])('explains %s', (expression, spec, mismatch) => {
    const judgement = judge(expression, web(spec));
    expect(judgement.state).toBe('fail');
    expect(judgement.mismatches[0]).toEqual(mismatch);
  });
  it('explains each operand of && that is not true, and no other', () => {
    const { mismatches } = judge(
      'object.spec.a == 1 && object.spec.b == 2 && object.spec.c == 3',
      web({ a: 0, b: 2, c: 0 }),
    );
    expect(mismatches.map(({ field }) => field)).toEqual([
      'Deployment shop/web: spec.a',
      'Deployment shop/web: spec.c',
    ]);
  });
  it('tells at most five mismatches', () => {
    const text = Array.from({ length: 9 }, (_, index) => `object.spec.f${index} == 1`).join(' && ');
    const spec = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}`, 0]));
    expect(judge(text, web(spec)).mismatches).toHaveLength(5);
  });

  it('says that the object is not there', () => {
    expect(judge('object.status.readyReplicas == 3', null)).toEqual({
      state: 'fail',
      mismatches: [{ field: 'Deployment shop/web', seen: 'absent', expected: 'present' }],
      message: { en: 'There is no Deployment shop/web.', zh: 'Deployment shop/web 不存在。' },
    });
  });
  it('lets an expression ask for an absent object', () => {
    expect(judge('object == null', null).state).toBe('pass');
    expect(judge('object == null', web({})).state).toBe('fail');
  });
  it('fails, and names the first field that is missing', () => {
    expect(judge('object.status.readyReplicas == 3', web({}))).toMatchObject({
      state: 'fail',
      mismatches: [{ field: 'Deployment shop/web: status.readyReplicas', seen: 'absent', expected: '3' }],
    });
    expect(judge('object.spec.strategy.rollingUpdate.maxSurge == 1', web({})).mismatches[0]).toEqual({
      field: 'Deployment shop/web: spec.strategy',
      seen: 'absent',
      expected: 'present',
    });
    expect(judge('object.spec.list[2] == 1', web({ list: [1] })).mismatches[0]).toMatchObject({
      field: 'Deployment shop/web: spec.list[2]',
      seen: 'absent',
    });
  });

  it.each([
    ['object.spec.replicas == unknown', /Unknown variable: unknown/],
    ['object.nothing()', /nothing/],
    ['object.spec.replicas <', /Unexpected/],
    ['object.spec.replicas', /gives 2, not true or false/],
    ['object.spec.replicas < "3"', /no such overload/],
    ['int(object.spec.name) == 3', /.+/],
  ])('takes %s for a mistake of the lab, not of the learner', (expression, reason) => {
    const judgement = judge(expression, web({ replicas: 2, name: 'x' }));
    expect(judgement.state).toBe('error');
    expect(judgement.message?.en).toMatch(reason);
    expect(judgement.message?.en).toMatch(/our mistake and is not held against you/);
    expect(judgement.message?.zh).toMatch(/我们的错误/);
  });
  it('stops an expression that takes too long, as a mistake of the lab', () => {
    const list = Array.from({ length: 300 }, (_, index) => index);
    const judgement = judge(
      'object.spec.l.all(a, object.spec.l.all(b, object.spec.l.all(c, a + b + c >= 0)))',
      web({ list, l: list }),
    );
    expect(judgement).toMatchObject({ state: 'error', message: { en: expect.stringMatching(/too many steps/) } });
  });

  it.each<[string, unknown]>([
    ['a number', 3],
    ['a text', 'x'],
    ['a list', [1]],
    ['nothing inside', {}],
    ['fields of other types', { spec: 'x', status: [null], metadata: 3 }],
    ['hostile keys', JSON.parse('{"__proto__": {"a": 1}, "constructor": 1, "spec": {"__proto__": 1}}')],
    ['deep nesting', Array.from({ length: 500 }).reduce<unknown>((inner) => ({ spec: inner }), 1)],
  ])('never crashes on an object that is %s', (_, seen) => {
    expect(['fail', 'error']).toContain(
      judge('object.spec.replicas > 3 && object.status.list.all(x, x.y == 1)', seen).state,
    );
  });

  it('compares with the object at hand-over', () => {
    expect(judge('object.metadata.uid == given.metadata.uid', web({}), {}, web({})).state).toBe('pass');
    expect(judge('given == null || object.metadata.uid == given.metadata.uid', web({})).state).toBe('pass');
    expect(new Judge({ id: 'c', title, points: 1, object, expect: 'object == given' }).dependsOnGiven).toBe(true);
    expect(new Judge({ id: 'c', title, points: 1, object, expect: 'object.given == 1' }).dependsOnGiven).toBe(false);
    expect(
      new Judge({ id: 'c', title, points: 1, object, expect: 'object.a.all(x, now > timestamp(x))' }).dependsOnTime,
    ).toBe(true);
  });
  it('knows the time and the session', () => {
    const text = 'now - timestamp(session.startedAt) == duration("10s") && session.seed == "s"';
    expect(judge(text, web({})).state).toBe('pass');
  });

  it("tells the lab's own words, with expressions filled in, and the mismatches besides", () => {
    const otherwise = {
      en: 'It runs {{ object.spec.image }} {{ object.spec.nothing }}.',
      zh: '运行 {{object.spec.image}}。',
    };
    const judgement = judge('object.spec.image == "a"', web({ image: 'b' }), { otherwise });
    expect(judgement.message).toEqual({ en: 'It runs b (nothing).', zh: '运行 b。' });
    expect(judgement.mismatches).toHaveLength(1);
    expect(judge('object.spec.image == "a"', null, { otherwise }).message?.en).toBe('There is no Deployment shop/web.');
    const plain = { en: 'Make it.', zh: '做。' };
    expect(judge('object.spec.image == "a"', null, { otherwise: plain }).message).toEqual(plain);
  });

  it('never tells what is in a Secret', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' };
    const data = { password: 'aHVudGVyMg==' };
    const seen = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', labels: { a: 'b' }, annotations: { last: 'aHVudGVyMg==' } },
      type: 'Opaque',
      data,
    };
    const otherwise = {
      en: '{{ object.data.password }} {{ object.metadata.annotations.last }}',
      zh: '{{ object.data }}',
    };
    for (const text of [
      'object.data.password == "b3RoZXI="',
      'string(object.data.password).startsWith("x")',
      'object.data.all(k, object.data[k] == "b3RoZXI=")',
      '["b3RoZXI="].exists(p, p == object.data.password)',
      'object.data == {}',
      'object == null',
      'object.metadata.annotations.last == "x"',
      'object.metadata.annotations.exists(k, object.metadata.annotations[k] == "x")',
      'object.metadata == {}',
      'int(object.data.password) == 1',
      'object.data.password',
    ]) {
      for (const extra of [{}, { otherwise }]) {
        const check = { id: 'c', title, points: 1, object: secret, expect: text, ...extra };
        const said = JSON.stringify(new Judge(check).judge({ seen, given: seen, ...moment }));
        expect(said).not.toContain('aHVudGVyMg');
        expect(said).not.toContain('hunter2');
      }
    }
    const check = { id: 'c', title, points: 1, object: secret, expect: 'object.metadata.labels.a == "c"' };
    expect(new Judge(check).judge({ seen, given: null, ...moment }).mismatches[0]).toMatchObject({
      seen: 'b',
      expected: 'c',
    });
  });
});

describe('Judge of several objects', () => {
  const pod = (name: string, phase: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    status: { phase },
  });
  const several = (expect: string, seen: unknown[]) =>
    new Judge({
      id: 'c',
      title,
      points: 1,
      objects: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', labels: { app: 'web' } },
      expect,
    }).judge({
      seen,
      given: undefined,
      ...moment,
    });
  it('names the element that is not as it should be', () => {
    expect(
      several('objects.all(p, p.status.phase == "Running")', [pod('a', 'Running'), pod('b', 'Pending')]).mismatches,
    ).toEqual([{ field: 'Pod shop/b: status.phase', seen: 'Pending', expected: 'Running' }]);
  });
  it('shows what the elements have when none is as it should be', () => {
    expect(
      several('objects.exists(p, p.status.phase == "Failed")', [pod('a', 'Running'), pod('b', 'Pending')]).mismatches,
    ).toEqual([
      { field: 'Pod shop/* (app=web)', seen: 'Running, Pending', expected: 'exists(p, p.status.phase == "Failed")' },
    ]);
  });
  it('counts', () => {
    expect(several('objects.size() == 2', []).mismatches).toEqual([
      { field: 'Pod shop/* (app=web).size()', seen: '0', expected: '2' },
    ]);
    expect(several('objects.filter(p, p.status.phase == "Running").size() == 2', [pod('a', 'Running')]).state).toBe(
      'fail',
    );
    expect(several('given.size() == 0', []).state).toBe('pass');
  });
});

describe('Judge of a file', () => {
  it("takes an unfitting type in the learner's own file for a fail", () => {
    const check = {
      id: 'c',
      title,
      points: 1,
      file: { path: 'values.yaml', format: 'yaml' as const },
      expect: 'file.data.replicas > 3',
    };
    const seen = { path: 'values.yaml', text: '', lines: [], data: { replicas: 'many' } };
    expect(new Judge(check).judge({ seen, given: null, ...moment })).toMatchObject({
      state: 'fail',
      mismatches: [{ field: 'values.yaml: data.replicas', seen: 'many', expected: '> 3' }],
    });
    expect(new Judge(check).judge({ seen: null, given: null, ...moment }).message?.en).toBe('There is no values.yaml.');
  });
});
