import { EmbeddedProvider, type RunningCluster } from '@kubedan/clusters';
import { checkSchema, type CheckSpec, type CheckVerdict, type ImageCatalogue } from '@kubedan/contracts';
import { Grader, type GraderOptions } from '@kubedan/grading';
import { KubeClient, type KubeObject } from '@kubedan/kube';
import type { BoundLab } from '@kubedan/labs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { briefPlanes, planePrograms } from '../support/index.js';

const title = { en: 'It is so', zh: '是这样' };
const signal = AbortSignal.timeout(170_000);
const images: ImageCatalogue = {
  'registry.example/web:1.0': { serves: 8080 },
  'registry.example/web:1.1': { serves: 8080, paths: ['/', '/about'] },
  'registry.example/sick:1.0': { serves: 8080, unhealthyAfter: '0s' },
};
const namespace = 'shop';
const pod = (name: string, image: string, env: { name: string; value: string }[] = []): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: 'web' } },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'web', image, env }] },
});
const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
};
const check = (id: string, fields: object): CheckSpec => checkSchema.parse({ id, title, points: 1, ...fields });
const asks = (id: string, expected: string, http: object = {}, rest: object = {}): CheckSpec =>
  check(id, { http: { service: 'web', port: 80, ...http }, expect: expected, ...rest });

const runs = (id: string, command: string[], expected: string, more: object = {}) =>
  check(id, { exec: { pod: 'one', command, ...more }, expect: expected });
const is = (state: string, id?: string) => (verdict: CheckVerdict) =>
  verdict.state === state && (id === undefined || verdict.checkId === id);

describe('checks that ask, on a real control plane', () => {
  let dir: string;
  let provider: EmbeddedProvider;
  let cluster: RunningCluster;
  let setup: KubeClient;
  const open: { grader: Grader; client: KubeClient }[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    provider = new EmbeddedProvider({ dir, programs: planePrograms, planes: briefPlanes });
    cluster = await provider.create({ id: 'one', nodes: 1, images, seed: 'a' }, signal);
    setup = new KubeClient(cluster.credentials.setup);
    await setup.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await setup.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
    await setup.apply(service);
  });
  afterAll(async () => {
    await setup?.close();
    await provider?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  afterEach(async () => {
    await stopGrading();
    const { items } = await setup.list({ apiVersion: 'v1', kind: 'Pod', namespace });
    for (const { metadata } of items)
      await setup.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: metadata.name });
  });
  async function stopGrading(): Promise<void> {
    for (const { grader, client } of open.splice(0)) {
      await grader.stop();
      await client.close();
    }
  }

  function grade(checks: CheckSpec[], options: Partial<GraderOptions> = {}) {
    const client = new KubeClient(cluster.credentials.grader);
    const task = { id: 'task', title, hints: [], checks };
    const bound = {
      seed: 's',
      document: { spec: { namespace } },
      checks: checks.map((one) => ({ task, check: one })),
    } as unknown as BoundLab;
    const said: CheckVerdict[] = [];
    let heard = (): void => undefined;
    const grader = new Grader({
      client,
      bound,
      given: { takenAt: new Date().toISOString(), checks: {} },
      audit: cluster.audit,
      onVerdict: (verdict) => {
        said.push(verdict);
        heard();
      },
      ...options,
    });
    open.push({ grader, client });
    let from = 0;
    /** Resolves with the next verdict that is as wanted. */
    const until = async (wanted: (verdict: CheckVerdict) => boolean): Promise<CheckVerdict> => {
      for (;;) {
        while (from >= said.length) await new Promise<void>((resolve) => (heard = resolve));
        const verdict = said[from++];
        if (verdict && wanted(verdict)) return verdict;
      }
    };
    grader.start();
    return { grader, said, until };
  }
  it('say why a Service is silent, and see it answer the moment that a Pod is ready', async () => {
    const { until } = grade([asks('a', "response.status == 200 && response.body.contains('web:1.0')")]);
    expect(await until(is('fail'))).toMatchObject({
      message: { en: 'GET http://web.shop:80/ was not answered: no endpoints available for service "web".' },
    });
    await setup.apply(pod('one', 'registry.example/web:1.0'));
    await until(is('pass'));
    await setup.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'one' });
    await until(is('fail'));
  });

  it('tell apart what is not there, what does not listen, and what answers badly', async () => {
    await setup.apply(pod('sick', 'registry.example/sick:1.0'));
    await setup.apply(pod('well', 'registry.example/web:1.1'));
    const { until, said } = grade([
      asks('absent', 'response.absent', { service: 'nobody' }),
      asks('port', 'response.status == 200', { service: undefined, pod: 'well', port: 9999 }),
      asks('other-port', 'response.status == 200', { port: 81 }),
      asks('sick', 'response.status == 500', { service: undefined, pod: 'sick', port: 8080 }),
      asks('about', "response.status == 200 && response.headers['content-type'].startsWith('text/plain')", {
        service: undefined,
        pod: 'well',
        port: 8080,
        path: '/about?x=1',
      }),
      asks('lost', 'response.status == 404', { service: undefined, pod: 'well', port: 8080, path: '/lost' }),
    ]);
    for (const id of ['absent', 'sick', 'about', 'lost']) {
      if (!said.some((verdict) => is('pass', id)(verdict))) await until(is('pass', id));
    }
    const why = (id: string) => said.findLast(({ checkId }) => checkId === id)?.mismatches[0]?.seen;
    expect(why('port')).toMatch(/error trying to reach service/);
    expect(why('other-port')).toMatch(/no service port 81 found/);
  });

  it('see which versions answer', async () => {
    await setup.apply(pod('old', 'registry.example/web:1.0'));
    await setup.apply(pod('new', 'registry.example/web:1.1'));
    const both = ['1.0', '1.1'].map((version) => `responses.exists(r, r.body.contains('web:${version}'))`);
    const { until } = grade([asks('canary', both.join(' && '), { times: 20, port: 'http' })]);
    await until(is('pass'));
  });

  it('run a command in a Pod, and say why one does not run', async () => {
    const { until, said, grader } = grade([
      runs('env', ['printenv', 'MODE'], "exec.exitCode == 0 && exec.stdout == 'fast\\n'"),
      runs('script', ['sh', '-c', 'echo oh >&2; exit 3'], "exec.exitCode == 3 && exec.stderr == 'oh\\n'"),
      runs('lost', ['no-such-program'], 'exec.exitCode == 0'),
      runs('slow', ['sleep', '30'], 'exec.exitCode == 0', { timeout: '300ms' }),
      runs('much', ['sh', '-c', 'for i in $(seq 9999); do echo 1234567890123456789; done'], 'exec.truncated'),
      runs('container', ['true'], 'exec.exitCode == 0', { container: 'other' }),
    ]);
    expect(await until(is('fail', 'env'))).toMatchObject({
      message: { en: 'printenv MODE in Pod shop/one did not run: there is no such Pod.' },
    });
    await setup.apply(pod('one', 'registry.example/web:1.0', [{ name: 'MODE', value: 'fast' }]));
    await until(is('pass', 'env'));
    const verdicts = await grader.recheck();
    const of = (id: string) => verdicts.find(({ checkId }) => checkId === id);
    expect(of('script')?.state, JSON.stringify(said)).toBe('pass');
    expect(of('much')?.state).toBe('pass');
    expect(of('lost')).toMatchObject({
      state: 'fail',
      mismatches: [{ seen: expect.stringContaining('no-such-program') }],
    });
    expect(of('slow')).toMatchObject({ state: 'fail', mismatches: [{ seen: 'it did not end within 300ms' }] });
    expect(of('container')).toMatchObject({ state: 'fail', mismatches: [{ seen: expect.stringContaining('other') }] });
  });

  it('know what the learner asked for, did in vain, only tried, and still does', async () => {
    await setup.apply(pod('one', 'registry.example/web:1.0'));
    const { until, grader } = grade([
      check('deleted', {
        audit: { verbs: ['delete'], resources: ['pods'] },
        expect: 'requests.all(r, r.code >= 400)',
        always: true,
      }),
      check('exec', { audit: { resources: ['pods/exec'] }, expect: "requests.exists(r, r.name == 'one')" }),
      check('read', { audit: { verbs: ['get', 'list'], resources: ['secrets'] }, expect: 'requests.size() == 1' }),
      check('made', {
        audit: { verbs: ['create'], resources: ['configmaps'], namespace },
        expect: "requests.exists(r, r.name == 'note' && r.code == 201 && r.userAgent == 'kubectl')",
      }),
    ]);
    await until(is('pass', 'deleted'));
    await using learner = new KubeClient(cluster.credentials.learner, { userAgent: 'kubectl' });
    const note = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace } };
    await learner.create(note);
    await until(is('pass', 'made'));
    await setup.list({ apiVersion: 'v1', kind: 'Secret', namespace });
    await learner.list({ apiVersion: 'v1', kind: 'Secret', namespace });
    await until(is('pass', 'read'));
    // It is seen when it begins; this one goes on.
    const stop = new AbortController();
    const running = learner.exec({ namespace, pod: 'one', command: ['sleep', '60'] }, { signal: stop.signal });
    await until(is('pass', 'exec'));
    stop.abort();
    await expect(running).rejects.toThrow('aborted');
    const one = `/api/v1/namespaces/${namespace}/pods/one`;
    await learner.request('DELETE', one, { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] });
    await learner.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'nobody' });
    expect((await grader.recheck())[0]?.state).toBe('pass');
    await learner.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'one' });
    expect(await until(is('fail', 'deleted'))).toMatchObject({
      mismatches: [{ field: 'delete pods/shop/one: code', seen: '200', expected: '≥ 400' }],
    });
  });

  it('keep their word over a suspension, and a rule that nobody broke', async () => {
    await setup.apply(pod('one', 'registry.example/web:1.0', [{ name: 'MODE', value: 'fast' }]));
    const checks = [
      asks('open', 'response.status == 200', {}, { always: true }),
      check('mode', {
        exec: { pod: 'one', command: ['printenv', 'MODE'] },
        expect: 'exec.exitCode == 0',
        always: true,
      }),
      check('made', { audit: { verbs: ['patch'], resources: ['pods'] }, expect: 'requests.size() == 1' }),
    ];
    const takenAt = new Date().toISOString();
    const given = { takenAt, checks: {} };
    const first = grade(checks, { given });
    const allOf = (ids: string[]) => (): boolean =>
      ids.every((id) => first.grader.verdicts().some((verdict) => is('pass', id)(verdict)));
    await first.until(allOf(['open', 'mode']));
    const patch = { metadata: { labels: { seen: 'yes' } } };
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name: 'one' };
    {
      await using learner = new KubeClient(cluster.credentials.learner);
      await learner.patch(ref, patch, { type: 'merge' });
    }
    await first.until(is('pass', 'made'));
    const [state, verdicts] = [first.grader.state(), first.grader.verdicts()];
    await stopGrading();
    await setup.close();
    await provider.suspend('one');
    cluster = await provider.resume('one');
    setup = new KubeClient(cluster.credentials.setup);
    const second = grade(checks, { given, state, verdicts });
    expect((await second.grader.recheck()).map((verdict) => verdict.state)).toEqual(['pass', 'pass', 'pass']);
    expect(second.said).toEqual([]);
    {
      await using learner = new KubeClient(cluster.credentials.learner);
      await learner.patch(ref, { metadata: { labels: { seen: 'no' } } }, { type: 'merge' });
    }
    await second.until(is('fail', 'made'));
  });
});
