import { KubeExpiredError, KubeUnreachableError } from '@kubedan/kube';
import type { CheckSpec } from '@kubedan/contracts';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { grade, HeldClock, MemoryApi, settled, stopAll } from './testing.js';

afterEach(stopAll);

const title = { en: 'It is so', zh: '是这样' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const replicas = (count: number) => ({ kind: 'Deployment', spec: { replicas: count } });
const three = (extra: object = {}): CheckSpec => ({
  id: 'three',
  title,
  points: 2,
  object: deployment,
  expect: 'object.spec.replicas == 3',
  ...extra,
});
const question: CheckSpec = {
  id: 'why',
  points: 1,
  ask: {
    question: { en: 'Why?', zh: '为什么？' },
    choose: 'several',
    options: ['a', 'b', 'c'].map((id) => ({ id, text: { en: id, zh: id }, correct: id !== 'c' })),
    explanation: { en: 'So.', zh: '如此。' },
  },
};

describe('Grader', () => {
  it('is silent before it knows anything, then announces each change once', async () => {
    const api = new MemoryApi();
    api.put(replicas(1));
    const { grader, states } = grade(api, [three()]);
    expect(grader.verdicts()).toMatchObject([{ state: 'pending', points: 0 }]);
    await settled();
    api.put({ ...replicas(1), status: { observedGeneration: 2 } });
    await settled();
    api.put(replicas(3));
    await settled();
    api.put({ ...replicas(3), status: { observedGeneration: 3 } });
    await settled();
    expect(states()).toEqual(['fail', 'pass']);
    expect(grader.verdicts()).toMatchObject([{ state: 'pass', points: 2, taskId: 'task' }]);
  });
  it('shares one watch among checks that look at the same, and judges only what a change touches', async () => {
    const api = new MemoryApi();
    const pods: CheckSpec = {
      id: 'pods',
      title,
      points: 1,
      objects: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop' },
      expect: 'objects.size() > 0',
    };
    grade(api, [three(), { ...three(), id: 'other' }, pods]);
    await settled();
    expect(api.watches).toBe(2);
  });
  it('judges a burst once', async () => {
    const api = new MemoryApi();
    const { said } = grade(api, [three()]);
    await settled();
    for (let count = 10; count < 60; count++) api.put(replicas(count));
    await settled();
    expect(said).toHaveLength(2);
    expect(said.at(-1)?.mismatches[0]?.seen).toBe('59');
  });
  it('judges a check that takes long less often, and misses nothing that stays', async () => {
    const api = new MemoryApi();
    for (let count = 0; count < 4_000; count++)
      api.put({ kind: 'Pod', spec: { list: Array.from({ length: 50 }, () => ({ a: 'b' })) } }, `p${count}`);
    const pods: CheckSpec = {
      id: 'pods',
      title,
      points: 1,
      objects: { apiVersion: 'v1', kind: 'Pod' },
      expect: 'objects.all(p, p.spec.list.size() == 50)',
      always: true,
    };
    const { clock, states, grader } = grade(api, [pods]);
    await settled();
    const start = performance.now();
    for (let count = 0; count < 500; count++) {
      api.put({ kind: 'Pod', spec: { list: [] } }, `p${count}`);
      if (count % 10 === 0) await settled();
    }
    await clock.pass(2_000);
    expect(states()).toEqual(['pass', 'fail']);
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(grader.verdicts()[0]?.state).toBe('fail');
  });
  it('is done once, when all pass together and a direct read says so', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const { grader, done } = grade(api, [three(), question]);
    await settled();
    expect(done()).toBe(0);
    grader.answer('why', ['b', 'a']);
    await settled();
    expect(done()).toBe(1);
    api.put(replicas(2));
    await settled();
    api.put(replicas(3));
    await settled();
    expect(done()).toBe(1);
  });
  it('is not done while the direct read sees something else', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const list = api.list.bind(api);
    let lie = false;
    api.list = async (query) => (lie ? { items: [], resourceVersion: '1' } : list(query));
    const { grader, done, clock } = grade(api, [three(), question], { answers: { why: ['c'] } });
    await settled();
    lie = true;
    grader.answer('why', ['a', 'b']);
    await settled();
    expect(done()).toBe(0);
    lie = false;
    await clock.pass(1_000);
    expect(done()).toBe(1);
  });

  it('takes answers, says right or wrong, and never which', async () => {
    const api = new MemoryApi();
    const { grader, said } = grade(api, [question]);
    expect(grader.answer('why', ['a']).state).toBe('fail');
    expect(grader.answer('why', ['a', 'c']).state).toBe('fail');
    expect(grader.answer('why', ['b', 'a'])).toMatchObject({ state: 'pass', points: 1 });
    expect(grader.answer('why', [])).toMatchObject({ state: 'pending', points: 0 });
    expect(JSON.stringify(said)).not.toMatch(/"[abc]"|So\./);
    for (const [id, options] of [
      ['nope', ['a']],
      ['why', ['z']],
      ['why', ['a', 'a']],
    ] as const) {
      expect(() => grader.answer(id, options)).toThrow(expect.objectContaining({ name: 'AnswerInvalidError' }));
    }
  });

  it('wants holds to be true without a break', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const { clock, states, said } = grade(api, [three({ holds: '5s' })]);
    await settled();
    expect(said[0]).toMatchObject({ state: 'pending', holdsUntil: '2026-01-01T00:00:05.000Z' });
    await clock.pass(4_000);
    api.put(replicas(2));
    api.put(replicas(3));
    await settled();
    await clock.pass(4_999);
    expect(states()).toEqual(['pending', 'fail', 'pending']);
    await clock.pass(1);
    expect(states()).toEqual(['pending', 'fail', 'pending', 'pass']);
    api.put(replicas(1));
    await settled();
    expect(states().at(-1)).toBe('fail');
  });
  it('does not end a hold that nobody sees, and ends it when the watch is back', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const { clock, states } = grade(api, [three({ holds: '5s' })]);
    await settled();
    api.fail(new KubeUnreachableError('gone'));
    await settled();
    await clock.pass(20_000);
    expect(states()).toEqual(['pending']);
    api.fail(undefined);
    await clock.pass(10_000);
    expect(states()).toEqual(['pending', 'pass']);
  });
  it('keeps a hold across a restart of the server, after it is seen to be true still', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const first = grade(api, [three({ holds: '5s' })]);
    await settled();
    await first.clock.pass(3_000);
    const state = JSON.parse(JSON.stringify(first.grader.state()));
    await first.grader.stop();
    const clock = new HeldClock();
    await clock.pass(6_000);
    const second = grade(api, [three({ holds: '5s' })], { state, clock, verdicts: first.grader.verdicts() });
    await settled();
    expect(second.states()).toEqual(['pass']);
  });
  it('does not count the time of a suspended session as held', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const { grader, clock, states, said } = grade(api, [three({ holds: '5s' })]);
    await settled();
    await clock.pass(3_000);
    await grader.pause();
    await clock.pass(60_000);
    expect(states()).toEqual(['pending']);
    grader.resume();
    await settled();
    expect(said.at(-1)).toMatchObject({ state: 'pending', holdsUntil: '2026-01-01T00:01:05.000Z' });
    await clock.pass(2_000);
    expect(states().at(-1)).toBe('pass');
  });

  it('keeps what is latched, also in the next grader', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const { grader, states } = grade(api, [three({ latched: true })]);
    await settled();
    api.put(replicas(1));
    await settled();
    expect(states()).toEqual(['pass']);
    const second = grade(api, [three({ latched: true })], { state: grader.state() });
    await settled();
    expect(second.states()).toEqual(['pass']);
  });
  it('sees what is true for a moment only', async () => {
    const api = new MemoryApi();
    api.put(replicas(1));
    const latched = grade(api, [
      three({ latched: true }),
      { ...three({ always: true }), id: 'rule', title, expect: 'object.spec.replicas != 3' },
    ]);
    await settled();
    api.put(replicas(3));
    api.put(replicas(1));
    await settled();
    expect(latched.grader.verdicts().map(({ state }) => state)).toEqual(['pass', 'fail']);
  });
  it('never forgives a broken rule, also in the next grader, and says how it was broken', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const { grader, states } = grade(api, [three({ always: true })]);
    await settled();
    api.put(replicas(1));
    await settled();
    api.put(replicas(3));
    await settled();
    expect(states()).toEqual(['pass', 'fail']);
    const second = grade(api, [three({ always: true })], { state: grader.state() });
    await settled();
    expect(second.said).toMatchObject([
      {
        state: 'fail',
        mismatches: [{ seen: '1', expected: '3' }],
        message: { en: expect.stringContaining('A rule was broken.') },
      },
    ]);
  });
  it('takes an absent object for a broken rule, and a mistake of the lab for none', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const odd = { ...three({ always: true }), id: 'odd', title, expect: 'object == null || int("x") == 1' };
    const { grader } = grade(api, [three({ always: true }), odd]);
    await settled();
    api.remove('Deployment');
    await settled();
    api.put(replicas(3));
    await settled();
    expect(grader.verdicts().map(({ state }) => state)).toEqual(['fail', 'error']);
    expect(grader.state().checks).not.toHaveProperty('odd.broken');
  });

  it('keeps verdicts while the API is away, and says of the undecided, after a while, that it is', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const known = grade(api, [three()]);
    await settled();
    api.fail(new KubeUnreachableError('connection refused'));
    const late = grade(api, [three()]);
    await known.clock.pass(60_000);
    await late.clock.pass(9_000);
    expect(known.states()).toEqual(['pass']);
    expect(late.states()).toEqual([]);
    await late.clock.pass(1_000);
    expect(late.said).toMatchObject([
      { state: 'error', message: { en: expect.stringMatching(/connection refused.*not held against you/) } },
    ]);
    api.fail(undefined);
    await late.clock.pass(10_000);
    expect(late.states()).toEqual(['error', 'pass']);
  });
  it('sees what happened while the watch was away, also after 410', async () => {
    const api = new MemoryApi();
    api.put(replicas(1));
    const { clock, states } = grade(api, [three()]);
    await settled();
    api.fail(new KubeExpiredError(410, {}));
    api.put(replicas(3));
    api.fail(undefined);
    await clock.pass(1_000);
    expect(states()).toEqual(['fail', 'pass']);
  });
  it('takes a kind that does not exist for absent, and sees it when it comes', async () => {
    const api = new MemoryApi();
    const widget: CheckSpec = {
      id: 'w',
      title,
      points: 1,
      object: { apiVersion: 'example.com/v1', kind: 'Widget', name: 'web' },
      expect: 'object.spec.size == 1',
    };
    const { said, states } = grade(api, [widget]);
    await settled();
    expect(said).toMatchObject([{ state: 'fail', message: { en: 'There is no Widget shop/web.' } }]);
    api.kinds.add('Widget');
    api.put(
      { kind: 'CustomResourceDefinition', status: { conditions: [{ type: 'Established', status: 'True' }] } },
      'widgets',
    );
    await settled();
    api.put({ kind: 'Widget', spec: { size: 1 } });
    await settled();
    expect(states()).toEqual(['fail', 'pass']);
  });

  it('reads a file again when it changes', async () => {
    const files = new Map([['app/Dockerfile', 'FROM node:24\nUSER root\n']]);
    const check: CheckSpec = {
      id: 'user',
      title,
      points: 1,
      file: { path: './app/Dockerfile', format: 'dockerfile' },
      expect: 'file.instructions.exists(i, i.name == "USER" && i.args[0] != "root")',
    };
    const reader = {
      read: async (path: string) => {
        const text = files.get(path.replace('./', ''));
        return text === undefined ? undefined : Buffer.from(text);
      },
    };
    const { grader, states } = grade(new MemoryApi(), [check], { files: reader });
    await settled();
    files.set('app/Dockerfile', 'FROM node:24\nUSER node\n');
    grader.fileChanged('other');
    await settled();
    expect(states()).toEqual(['fail']);
    grader.fileChanged('app//Dockerfile');
    await settled();
    expect(states()).toEqual(['fail', 'pass']);
    files.delete('app/Dockerfile');
    expect(await grader.recheck()).toMatchObject([{ state: 'fail' }]);
  });
  it('judges an expression that speaks of now as time passes', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const { clock, states } = grade(api, [{ ...three(), expect: 'now > timestamp("2026-01-01T00:00:03Z")' }]);
    await settled();
    await clock.pass(4_000);
    expect(states()).toEqual(['fail', 'pass']);
  });

  it('rechecks by reading directly, leaves the watch its own pace, and says what cannot be read', async () => {
    const api = new MemoryApi();
    api.put(replicas(3));
    const { grader } = grade(api, [three(), three({ id: 'held', title, holds: '5s' })]);
    await settled();
    expect((await grader.recheck()).map(({ state }) => state)).toEqual(['pass', 'pending']);
    api.fail(new KubeUnreachableError('gone'));
    expect(await grader.recheck()).toMatchObject([{ state: 'error' }, { state: 'error' }]);
    expect(grader.verdicts().map(({ state }) => state)).toEqual(['pass', 'pending']);
    await grader.stop();
    await expect(grader.recheck()).rejects.toMatchObject({ name: 'GraderStoppedError' });
  });
  it('goes on when the one who listens throws', async () => {
    const api = new MemoryApi();
    api.put(replicas(1));
    const warned = once(process, 'warning');
    const { grader } = grade(api, [three()], {
      onVerdict: () => {
        throw new Error('the listener broke');
      },
    });
    await settled();
    api.put(replicas(3));
    await settled();
    expect(grader.verdicts()).toMatchObject([{ state: 'pass' }]);
    expect((await warned)[0]).toMatchObject({ message: 'the listener broke' });
  });
  it('says nothing after it was stopped', async () => {
    const api = new MemoryApi();
    api.put(replicas(1));
    const { grader, said } = grade(api, [three()]);
    await settled();
    api.put(replicas(3));
    await grader.stop();
    await settled();
    expect(said).toHaveLength(1);
  });
});
