import { kindProviderHere, type RunningCluster } from '@kubedan/clusters';
import { findPrograms } from '@kubedan/binaries';
import { checkSchema, type CheckSpec } from '@kubedan/contracts';
import { Grader } from '@kubedan/grading';
import { KubeClient, type KubeObject } from '@kubedan/kube';
import { loadLab, type BoundLab } from '@kubedan/labs';
import { runProofs, tasksOf } from '@kubedan/proving';
import { SandboxHost } from '@kubedan/shell';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheDir, root } from '../support/index.js';

const title = { en: 'It is so', zh: '是这样' };
const signal = AbortSignal.timeout(280_000);
const web = 'registry.example/web:1.0';
const find = async (name: 'kind' | 'workload') => (await findPrograms([name], { cacheDir }))[name];
const check = (id: string, fields: object): CheckSpec => checkSchema.parse({ id, title, points: 1, ...fields });
const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'one', namespace: 'default', labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: web, env: [{ name: 'MODE', value: 'fast' }] }] },
};
const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

describe('checks that ask, on real nodes', () => {
  let dir: string;
  let provider: ReturnType<typeof kindProviderHere>;
  let cluster: RunningCluster;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    provider = kindProviderHere({ dir: path.join(dir, 'c'), find });
    await provider.prepare(signal);
    cluster = await provider.create({ id: 'one', nodes: 1, images: { [web]: { serves: 8080 } }, seed: 'a' }, signal);
  });
  afterAll(async () => {
    await provider?.destroy('one');
    await provider?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  it('get answers of real containers, and say why there are none', async () => {
    const asks = (id: string, expected: string, http: object) =>
      check(id, { http: { port: 80, ...http }, expect: expected });
    const runs = (id: string, command: string[], expected: string, more: object = {}) =>
      check(id, { exec: { pod: 'one', command, ...more }, expect: expected });
    const checks = [
      asks('answers', "response.status == 200 && response.body.contains('web')", { service: 'web' }),
      asks('nobody', 'response.absent', { service: 'nobody' }),
      asks('closed', '!response.reached && !response.absent', { pod: 'one', port: 4321 }),
      runs('env', ['printenv', 'MODE'], "exec.exitCode == 0 && exec.stdout == 'fast\\n'"),
      runs('script', ['sh', '-c', 'echo oh >&2; exit 3'], "exec.exitCode == 3 && exec.stderr == 'oh\\n'"),
      runs('lost', ['no-such-program'], '!exec.ran'),
      runs('slow', ['sleep', '30'], "!exec.ran && exec.why.contains('300ms')", { timeout: '300ms' }),
      runs('container', ['true'], "!exec.ran && exec.why.contains('other')", { container: 'other' }),
      check('made', { audit: { verbs: ['create'], resources: ['pods'] }, expect: 'requests.exists(r, r.code == 201)' }),
    ];
    const task = { id: 'task', title, hints: [], checks };
    const bound = { seed: 's', document: { spec: {} }, checks: checks.map((one) => ({ task, check: one })) };
    await using client = new KubeClient(cluster.credentials.grader);
    await using learner = new KubeClient(cluster.credentials.learner);
    const done = Promise.withResolvers<string>();
    await using grader = new Grader({
      client,
      bound: bound as unknown as BoundLab,
      given: { takenAt: new Date().toISOString(), checks: {} },
      audit: cluster.audit,
      onVerdict: () => undefined,
      onDone: () => done.resolve('all pass'),
    });
    grader.start();
    await learner.create(service);
    await learner.create(pod);
    const late = AbortSignal.timeout(60_000);
    late.addEventListener('abort', () => done.reject(new Error(JSON.stringify(grader.verdicts(), undefined, 1))));
    expect(await done.promise).toBe('all pass');
  });

  it('prove a lab', async () => {
    const tools = await findPrograms(['kubectl', 'helm'], { cacheDir });
    await using sandboxes = new SandboxHost({ dir: path.join(dir, 'b'), tools });
    const lab = await loadLab(path.join(root, 'test/labs/silver/asked-shop'));
    const stage = { provider, sandboxes, dir, signal };
    const tasks = tasksOf(lab, 'seed-1', stage).filter(({ about }) => about === 'solution');
    const proofs = await runProofs(tasks, 1, () => undefined);
    expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
    expect(proofs.map(({ kind }) => kind)).toEqual(['start', 'solution']);
  });
});
