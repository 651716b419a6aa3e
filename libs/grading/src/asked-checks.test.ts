import { checkSchema, type CheckSpec } from '@kubedan/contracts';
import { apiErrorOf, KubeUnreachableError, type ProxiedAnswer } from '@kubedan/kube';
import { afterEach, describe, expect, it } from 'vitest';
import { grade, MemoryApi, settled, stopAll } from './testing.js';

afterEach(stopAll);

const title = { en: 'It is so', zh: '是这样' };
const http = (target: object, rest: object): CheckSpec =>
  checkSchema.parse({ id: 'c', title, points: 1, http: { service: 'web', port: 80, ...target }, ...rest });
const exec = (target: object, rest: object): CheckSpec =>
  checkSchema.parse({
    id: 'c',
    title,
    points: 1,
    exec: { labels: { app: 'web' }, command: ['cat', '/mode'], ...target },
    ...rest,
  });

const answer = (body: string, more: Partial<ProxiedAnswer> = {}): ProxiedAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from(body),
  truncated: false,
  ...more,
});
const status = (code: number, message: string, more: object = {}): ProxiedAnswer =>
  answer(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code, ...more }), {
    status: code,
    headers: { 'content-type': 'application/json' },
  });
/** An API with a Service that one Pod is behind. */
function shop(): MemoryApi {
  const api = new MemoryApi();
  api.put({ kind: 'Service' });
  api.put({ kind: 'EndpointSlice', metadata: { labels: { 'kubernetes.io/service-name': 'web' } } }, 'web-1');
  return api;
}
const changeSlice = (api: MemoryApi, endpoints: number) =>
  api.put(
    {
      kind: 'EndpointSlice',
      metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: Array(endpoints),
    },
    'web-1',
  );

describe('a check that asks over HTTP', () => {
  it('asks through the proxy of the API server, and sees status, headers, body and JSON', async () => {
    const api = shop();
    const paths: string[] = [];
    api.onAsk = (path) => {
      paths.push(path);
      return answer('{"version": "1.1", "items": [1, 2]}', { headers: { 'x-by': 'web-1' } });
    };
    const everything = `response.status == 200 && response.json.version == '1.1' && response.json.items.size() == 2
      && response.headers['x-by'] == 'web-1' && response.body.startsWith('{') && responses == [response]`;
    const { states } = grade(api, [
      http({ path: '/about?all=1', scheme: 'https', port: 'web' }, { expect: everything }),
    ]);
    await settled();
    expect(states()).toEqual(['pass']);
    expect(new Set(paths)).toEqual(new Set(['/api/v1/namespaces/shop/services/https:web:web/proxy/about?all=1']));
  });

  it('says what was seen and what was expected, down to the field', async () => {
    const api = shop();
    api.onAsk = () => answer('{"version": "1.0"}', { status: 500 });
    const { said } = grade(api, [http({}, { expect: "response.status == 200 && response.json.version == '1.1'" })]);
    await settled();
    expect(said.at(-1)).toMatchObject({
      state: 'fail',
      message: { en: 'GET http://web.shop:80/: status is 500; expected: 200.' },
      mismatches: [
        { field: 'GET http://web.shop:80/: status', seen: '500', expected: '200' },
        { field: 'GET http://web.shop:80/: json.version', seen: '1.0', expected: '1.1' },
      ],
    });
  });

  it('fails with what was asked and what came back when nobody answers', async () => {
    const api = shop();
    const words = 'error trying to reach service: dial tcp 10.0.0.5:80: connect: connection refused';
    api.onAsk = () => status(503, words);
    const { said } = grade(api, [
      http({}, { expect: 'response.status == 200' }),
      { ...http({}, { expect: '!response.reached && !response.absent' }), id: 'closed' },
    ]);
    await settled();
    expect(said).toMatchObject([
      {
        checkId: 'c',
        state: 'fail',
        message: {
          en: `GET http://web.shop:80/ was not answered: ${words}.`,
          zh: expect.stringContaining('没有得到应答'),
        },
        mismatches: [{ field: 'GET http://web.shop:80/', seen: words, expected: 'an answer' }],
      },
      { checkId: 'closed', state: 'pass' },
    ]);
  });

  it('tells a Service that is not there from one that does not answer', async () => {
    const api = new MemoryApi();
    api.onAsk = () => status(404, 'services "web" not found', { reason: 'NotFound', details: { kind: 'services' } });
    const { said } = grade(api, [http({}, { expect: 'response.absent' })]);
    await settled();
    expect(said).toMatchObject([{ state: 'pass' }]);
  });

  it('blames the API server only when a direct read does not work either, whatever is answered', async () => {
    const api = shop();
    api.onAsk = () => status(500, 'etcdserver: no leader');
    const alone = grade(api, [http({ timeout: '100ms' }, { expect: 'response.status == 200' })]);
    await settled();
    expect(alone.said).toMatchObject([{ state: 'fail', mismatches: [{ seen: 'etcdserver: no leader' }] }]);
    api.get = () => Promise.reject(apiErrorOf(500, { message: 'etcdserver: no leader' }));
    const { clock, states, said } = grade(api, [http({}, { expect: 'response.status == 200' })]);
    await settled();
    expect(states()).toEqual([]);
    await clock.pass(10_000);
    expect(said).toMatchObject([{ state: 'error', message: { en: expect.stringContaining('no leader') } }]);
  });

  it('keeps what it said while the API server is away', async () => {
    const api = shop();
    api.onAsk = () => answer('hello');
    const { clock, states } = grade(api, [http({}, { expect: 'response.status == 200' })]);
    await settled();
    api.fail(new KubeUnreachableError('refused'));
    await clock.pass(60_000);
    expect(states()).toEqual(['pass']);
    api.fail(undefined);
    api.onAsk = () => answer('bad', { status: 500 });
    await clock.pass(15_000);
    expect(states()).toEqual(['pass', 'fail']);
  });

  it('takes a body that is cut, no JSON, or nested without end for what it is', async () => {
    const api = shop();
    const check = http({}, { expect: 'response.json == 1 || has(response.json) || response.truncated' });
    const bodies = ['{', `${'['.repeat(500)}${']'.repeat(500)}`, '\u0000\ufffd', ''];
    for (const body of bodies) {
      api.onAsk = () => answer(body);
      const { states } = grade(api, [check]);
      await settled();
      expect(states()).toEqual(['fail']);
    }
    api.onAsk = () => answer('[1', { truncated: true });
    const { states } = grade(api, [check]);
    await settled();
    expect(states()).toEqual(['pass']);
  });

  it('fails, and is no mistake of ours, when an answer is of another type or too large to judge', async () => {
    const api = shop();
    api.onAsk = () => answer(JSON.stringify({ n: 'x', items: Array.from({ length: 15_000 }, (_, index) => index) }));
    const { said } = grade(api, [
      http({}, { expect: 'response.json.n + 1 == 2' }),
      { ...http({}, { expect: 'response.json.items.all(a, response.json.items.exists(b, b == a))' }), id: 'costly' },
    ]);
    await settled();
    expect(said.map(({ state }) => state)).toEqual(['fail', 'fail']);
    expect(said[1]?.message?.en).toBe('GET http://web.shop:80/ gives more than can be judged.');
  });

  it('asks several times for one look, and no more when nobody answers', async () => {
    const api = shop();
    api.onAsk = () => answer(api.asked % 2 ? 'old' : 'new');
    const both = "responses.size() == 10 && responses.filter(r, r.body == 'new').size() == 5";
    const { states } = grade(api, [http({ times: 10 }, { expect: both })]);
    await settled();
    await settled();
    expect(states()).toEqual(['pass']);
    api.asked = 0;
    api.onAsk = () => status(503, 'no endpoints available for service "web"');
    const { said } = grade(api, [http({ times: 10 }, { expect: 'responses.all(r, r.status == 200)' })]);
    await settled();
    expect(api.asked).toBe(3);
    expect(said.at(-1)?.mismatches).toEqual([
      { field: 'GET http://web.shop:80/', seen: 'no endpoints available for service "web"', expected: 'an answer' },
    ]);
  });

  it('asks at once when the Service or its endpoints change, and ever less often while nothing does', async () => {
    const api = shop();
    let body = 'old';
    api.onAsk = () => answer(body);
    const { clock, states } = grade(api, [http({}, { expect: "response.body == 'new'" })], { random: () => 0.5 });
    await settled();
    expect(api.asked).toBe(1);
    await clock.pass(30_000);
    const early = api.asked;
    expect(early).toBeGreaterThan(25);
    expect(early).toBeLessThan(45);
    await clock.pass(600_000);
    api.asked = 0;
    await clock.pass(100_000);
    expect(api.asked).toBe(10);
    body = 'new';
    changeSlice(api, 1);
    await settled();
    await clock.pass(50);
    expect(states()).toEqual(['fail', 'pass']);
  });

  it('leaves pauses where somebody changes something all the time', async () => {
    const api = shop();
    let after: (call: () => void) => void = (call) => call();
    api.onAsk = () => new Promise((resolve) => after(() => resolve(answer('old'))));
    const { clock } = grade(api, [http({}, { expect: "response.body == 'new'" })]);
    await settled();
    after = (call) => void clock.after(100, call);
    const before = api.asked;
    for (let change = 1; change <= 300; change++) {
      changeSlice(api, change % 7);
      await clock.pass(10);
    }
    // In 3 s, each takes 100 ms and 200 ms of rest.
    expect(api.asked - before).toBeGreaterThan(8);
    expect(api.asked - before).toBeLessThanOrEqual(11);
  });

  it('does not announce again and again what only looks different each time', async () => {
    const api = shop();
    api.onAsk = () => answer(`pod-${api.asked}`);
    const { clock, said } = grade(api, [http({}, { expect: "response.body == 'new'" })], { random: () => 0.5 });
    await settled();
    await clock.pass(3_600_000);
    expect(said.length).toBeGreaterThan(10);
    expect(said.length).toBeLessThan(25);
    const before = said.length;
    changeSlice(api, 2);
    await settled();
    await clock.pass(100);
    expect(said.length).toBe(before + 1);
  });

  it('asks again before it says that something has held', async () => {
    const api = shop();
    let code = 200;
    api.onAsk = () => answer('', { status: code });
    const { clock, states } = grade(api, [http({}, { expect: 'response.status == 200', holds: '5s' })]);
    await settled();
    await clock.pass(4_900);
    expect(states()).toEqual(['pending']);
    code = 500;
    await clock.pass(200);
    expect(states()).toEqual(['pending', 'fail']);
    code = 200;
    await clock.pass(7_000);
    expect(states()).toEqual(['pending', 'fail', 'pending', 'pass']);
  });

  it('breaks a rule with one bad answer, and asks no more then', async () => {
    const api = shop();
    api.onAsk = () => answer('', { status: api.asked === 3 ? 500 : 200 });
    const { clock, said } = grade(api, [http({}, { expect: 'response.status == 200', always: true })]);
    await settled();
    await clock.pass(60_000);
    expect(said.map(({ state }) => state)).toEqual(['pass', 'fail']);
    expect(said[1]?.mismatches[0]?.seen).toBe('500');
    expect(api.asked).toBe(3);
  });

  it('does not take what still wakes up with its cluster for a broken rule, and a silence afterwards for one', async () => {
    const api = shop();
    api.onAsk = () => status(503, 'no endpoints available for service "web"');
    const { clock, states } = grade(api, [http({}, { expect: 'response.status == 200', always: true })]);
    await settled();
    await clock.pass(5_000);
    expect(states()).toEqual([]);
    api.onAsk = () => answer('');
    await clock.pass(2_000);
    expect(states()).toEqual(['pass']);
    api.onAsk = () => status(503, 'no endpoints available for service "web"');
    await clock.pass(2_000);
    expect(states()).toEqual(['pass', 'fail']);
  });

  it('stays passed with one good answer when latched, and asks no more, also in the next grader', async () => {
    const api = shop();
    api.onAsk = () => answer('');
    const check = http({}, { expect: 'response.status == 200', latched: true });
    const { grader, clock } = grade(api, [check]);
    await settled();
    await clock.pass(60_000);
    expect(api.asked).toBe(1);
    const next = grade(api, [check], { state: grader.state(), verdicts: grader.verdicts() });
    await next.clock.pass(60_000);
    expect(api.asked).toBe(1);
    expect(await next.grader.recheck()).toMatchObject([{ state: 'pass' }]);
  });

  it('asks once more, directly, before it says that a lab is done', async () => {
    const api = shop();
    api.onAsk = () => answer('', { status: api.asked === 2 ? 500 : 200 });
    const { clock, done, states } = grade(api, [http({}, { expect: 'response.status == 200' })]);
    await settled();
    expect(done()).toBe(0);
    await clock.pass(2_000);
    expect(done()).toBe(1);
    expect(states()).toEqual(['pass']);
  });

  it('asks nothing while it is paused, and at once when it goes on', async () => {
    const api = shop();
    api.onAsk = () => answer('', { status: 500 });
    const { grader, clock, states } = grade(api, [http({}, { expect: 'response.status == 200' })]);
    await settled();
    await grader.pause();
    api.asked = 0;
    await clock.pass(600_000);
    expect(api.asked).toBe(0);
    api.onAsk = () => answer('');
    grader.resume();
    await settled();
    expect(states()).toEqual(['fail', 'pass']);
  });

  it('ends at once when it is stopped while somebody keeps it waiting', async () => {
    const api = shop();
    api.onAsk = (_path, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    const { grader, said } = grade(api, [http({}, { expect: 'response.status == 200' })]);
    await settled();
    await grader.stop();
    expect(said).toEqual([]);
  });

  it('gives up on who does not answer in time', async () => {
    const api = shop();
    api.onAsk = (_path, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    const { grader } = grade(api, [http({ timeout: '100ms' }, { expect: 'response.status == 200' })]);
    expect(await grader.recheck()).toMatchObject([
      { state: 'fail', message: { en: 'GET http://web.shop:80/ was not answered: no answer within 100ms.' } },
    ]);
  });

  it('shows nothing of what is secret, in no language', async () => {
    const api = shop();
    const hush = 'hunter2';
    api.onAsk = () => answer(JSON.stringify({ [hush]: hush }), { headers: { token: hush } });
    const expressions = [
      `response.json.password == 'open' && response.body == 'x' && response.headers.token == 'y'`,
      `response.json.all(key, response.json[key] == 'open')`,
      `responses.all(r, r.body.contains('open'))`,
      `responses.all(r, r.json.all(key, key == 'a'))`,
      `response.json['${hush}'] + 1 == 2`,
    ];
    const otherwise = { en: 'It says {{ response.body }}.', zh: '它说 {{ responses[0].json }}。' };
    for (const expression of expressions) {
      for (const more of [{}, { otherwise }]) {
        const { said } = grade(api, [http({ secret: true }, { expect: expression, ...more })]);
        await settled();
        expect(said.at(-1)?.state).toBe('fail');
        const mine = JSON.stringify(said).replaceAll(expression, '');
        expect(mine.replaceAll(`json[\\"${hush}\\"]`, '')).not.toContain(hush);
      }
    }
    const { said } = grade(api, [http({ secret: true }, { expect: 'response.status == 500' })]);
    await settled();
    expect(said.at(-1)?.mismatches).toEqual([
      { field: 'GET http://web.shop:80/: status', seen: '200', expected: '500' },
    ]);
  });

  it('says that a lab is mistaken whose variable makes no path', async () => {
    const api = shop();
    const check = http({ path: '/a' }, { expect: 'response.status == 200' });
    (check as { http: { path: string } }).http.path = '/a/../../../../secrets';
    const { said } = grade(api, [check]);
    await settled();
    expect(said).toMatchObject([{ state: 'error', message: { en: expect.stringContaining('path: expected a path') } }]);
    expect(api.asked).toBe(0);
  });
});

const pod = (name: string, more: { ready?: boolean; at?: string; restarts?: string } = {}) => ({
  kind: 'Pod',
  metadata: { labels: { app: 'web' }, creationTimestamp: more.at ?? '2026-01-01T00:00:00Z', uid: name },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }],
    containerStatuses: [{ name: 'web', containerID: more.restarts ?? '0', ready: true, state: { running: {} } }],
  },
});
const ran = (stdout: string, exitCode = 0) => ({ exitCode, stdout, stderr: '', truncated: false });

describe('a check that runs a command', () => {
  it('runs it in the newest ready Pod, and sees how it ended and what it wrote', async () => {
    const api = new MemoryApi();
    api.put(pod('old'), 'old');
    api.put(pod('new', { at: '2026-01-01T00:01:00Z' }), 'new');
    api.put(pod('coming', { at: '2026-01-01T00:02:00Z', ready: false }), 'coming');
    const commands: unknown[] = [];
    api.onExec = (command) => {
      commands.push(command);
      return ran('fast\n', 3);
    };
    const { states, said } = grade(api, [
      exec({ container: 'web' }, { expect: "exec.exitCode == 3 && exec.stdout == 'fast\\n' && exec.pod == 'new'" }),
      { ...exec({}, { expect: "exec.exitCode == 0 && exec.stdout.trim() == 'slow'" }), id: 'other' },
    ]);
    await settled();
    expect(states()).toEqual(['pass', 'fail']);
    expect(commands[0]).toEqual({ namespace: 'shop', pod: 'new', container: 'web', command: ['cat', '/mode'] });
    expect(said[1]?.mismatches[0]).toEqual({
      field: 'cat /mode in Pod shop/* (app=web): exitCode',
      seen: '3',
      expected: '0',
    });
  });

  it('fails with a clear word when it cannot run, and is an error only while the API server is away', async () => {
    const api = new MemoryApi();
    const check = exec({}, { expect: 'exec.exitCode == 0' });
    const none = grade(api, [check, { ...exec({}, { expect: 'exec.absent' }), id: 'gone' }]);
    await settled();
    expect(none.said).toMatchObject([
      { state: 'fail', message: { en: 'cat /mode in Pod shop/* (app=web) did not run: there is no such Pod.' } },
      { state: 'pass' },
    ]);
    api.put(pod('one'), 'one');
    api.onExec = () => {
      throw apiErrorOf(500, { message: 'container not found ("web")' });
    };
    const refused = grade(api, [check]);
    await settled();
    expect(refused.said).toMatchObject([{ state: 'fail', mismatches: [{ seen: 'container not found ("web")' }] }]);
    api.onExec = () => {
      const runtime = 'OCI runtime exec failed: exec failed: unable to start container process: ';
      throw apiErrorOf(500, { message: `Internal error occurred: ${runtime}exec: "cat": executable file not found` });
    };
    const missing = grade(api, [check]);
    await settled();
    expect(missing.said[0]?.mismatches[0]?.seen).toBe('exec: "cat": executable file not found');
    api.fail(new KubeUnreachableError('away'));
    const away = grade(api, [check]);
    await away.clock.pass(10_000);
    expect(away.said).toMatchObject([{ state: 'error' }]);
  });

  it('runs it again when another Pod takes over, becomes ready or restarts, and not for every change', async () => {
    const api = new MemoryApi();
    api.put(pod('one'), 'one');
    api.onExec = () => ran('');
    const { clock } = grade(api, [exec({}, { expect: 'exec.exitCode == 1' })], { random: () => 0.5 });
    await settled();
    await clock.pass(600_000);
    const changes: [ReturnType<typeof pod>, string, number][] = [
      [Object.assign(pod('one'), { spec: { nodeName: 'node-1' } }), 'one', 0],
      [pod('one', { restarts: '1' }), 'one', 1],
      [pod('one', { restarts: '1', ready: false }), 'one', 1],
      [pod('two', { at: '2026-01-01T00:01:00Z' }), 'two', 1],
      [pod('one', { restarts: '2' }), 'one', 0],
    ];
    for (const [object, name, times] of changes) {
      const before = api.asked;
      api.put(object, name);
      await settled();
      await clock.pass(60);
      expect(api.asked - before, name).toBe(times);
    }
  });

  it('shows nothing of what is secret', async () => {
    const api = new MemoryApi();
    api.put(pod('one'), 'one');
    api.onExec = () => ran('hunter2\n');
    const otherwise = { en: 'It says {{ exec.stdout }}.', zh: '它说 {{ exec.stdout }}。' };
    const { said } = grade(api, [exec({ secret: true }, { expect: "exec.stdout == 'x'", otherwise })]);
    await settled();
    expect(said.at(-1)?.state).toBe('fail');
    expect(JSON.stringify(said)).not.toContain('hunter2');
  });
});
