import { findPrograms } from '@kubedan/binaries';
import type { CheckSpec, CheckVerdict } from '@kubedan/contracts';
import { captureGiven, Grader, waitReady, type GivenSnapshot, type GraderOptions } from '@kubedan/grading';
import { KubeClient, kubeconfigOf, type KubeObject } from '@kubedan/kube';
import { bindLab, type BoundLab, type Lab } from '@kubedan/labs';
import { PlaneHost, refuseAll, type Plane } from '@kubedan/plane';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { briefPlanes, cacheDir, planePrograms } from '../support/index.js';

const title = { en: 'It is so', zh: '是这样' };
const run = promisify(execFile);

const shop: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const web: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'registry.example/web:1.0' }] },
    },
  },
};
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

/** A lab of one task with these checks, bound. */
function bound(checks: CheckSpec[], ready: { object: typeof deployment; expect: string }[] = []): BoundLab {
  const words = { en: 'x', zh: 'x' };
  const lab: Lab = {
    dir: '/',
    name: 'test',
    hash: '',
    texts: words,
    files: new Map(),
    spec: {
      apiVersion: 'kubedan.dev/v1',
      kind: 'Lab',
      metadata: { name: 'test', tier: 'bronze', skills: ['heal'], title: words, minutes: 1 },
      spec: {
        needs: { nodes: 1, capabilities: [], tools: [] },
        variables: {},
        images: {},
        given: [],
        ready,
        tasks: [{ id: 'task', title: words, hints: [], checks }],
        solution: [],
        wrong: [],
      },
    },
  };
  return bindLab(lab, 'seed');
}

describe('the grader on a real control plane', () => {
  let dir: string;
  let host: PlaneHost;
  let plane: Plane;
  let setup: KubeClient;
  const graders: Grader[] = [];
  const clients: KubeClient[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    host = new PlaneHost({
      ...briefPlanes,
      dir: path.join(dir, 'p'),
      programs: await planePrograms(),
      dial: refuseAll,
    });
    plane = await host.create('one');
    setup = new KubeClient(plane.credentials.setup);
    await setup.create(shop);
  });
  afterAll(async () => {
    await setup?.close();
    await host?.closeAll();
    await rm(dir, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const grader of graders.splice(0)) await grader.stop();
    for (const client of clients.splice(0)) await client.close();
    await setup.delete(deployment);
  });

  async function grade(checks: CheckSpec[], options: Partial<GraderOptions> = {}) {
    const client = new KubeClient(plane.credentials.grader);
    clients.push(client);
    const lab = bound(checks);
    const given: GivenSnapshot = await captureGiven(client, lab);
    const said: CheckVerdict[] = [];
    let heard = (): void => undefined;
    const grader = new Grader({
      client,
      bound: lab,
      given,
      onVerdict: (verdict) => {
        said.push(verdict);
        heard();
      },
      ...options,
    });
    graders.push(grader);
    /** Resolves with the first verdict, old or new, that is as wanted. */
    const until = async (wanted: (verdict: CheckVerdict) => boolean): Promise<CheckVerdict> => {
      for (let seen = 0; ; seen++) {
        while (seen >= said.length) await new Promise<void>((resolve) => (heard = resolve));
        const verdict = said[seen];
        if (verdict && wanted(verdict)) return verdict;
      }
    };
    grader.start();
    return { grader, said, until, client };
  }
  const scale = (replicas: number) => setup.patch(deployment, { spec: { replicas } }, { type: 'merge' });

  it('tells each of forty changes a moment after it was made', async () => {
    await setup.create(web);
    const check: CheckSpec = {
      id: 'c',
      title,
      points: 1,
      object: deployment,
      expect: 'object.spec.minReadySeconds == 99',
    };
    const { until } = await grade([check]);
    await until(({ state }) => state === 'fail');
    const sent: number[] = [];
    const answered: number[] = [];
    for (let seconds = 1; seconds <= 40; seconds++) {
      const told = until(({ mismatches }) => mismatches[0]?.seen === `${seconds}`).then(() => performance.now());
      const start = performance.now();
      await setup.patch(deployment, { spec: { minReadySeconds: seconds } }, { type: 'merge' });
      const answer = performance.now();
      const end = await told;
      sent.push(end - start);
      answered.push(end - answer);
    }
    const middle = (times: number[]) => Math.round((times.sort((a, b) => a - b)[20] ?? 0) * 10) / 10;
    const last = (times: number[]) => Math.round(Math.max(...times) * 10) / 10;
    const figure = { figure: 'change to verdict', unit: 'ms', changes: sent.length };
    console.log(JSON.stringify({ ...figure, from: 'request sent', p50: middle(sent), max: last(sent) }));
    console.log(JSON.stringify({ ...figure, from: 'request answered', p50: middle(answered), max: last(answered) }));
    expect(middle(answered)).toBeLessThan(100);
  });

  it('goes on after the API server was away, with what happened meanwhile', async () => {
    await setup.create(web);
    const check: CheckSpec = { id: 'c', title, points: 1, object: deployment, expect: 'object.spec.replicas == 3' };
    const { until, said, grader } = await grade([check]);
    await until(({ state }) => state === 'fail');
    const { server } = plane.credentials.grader;
    await host.suspend('one');
    plane = await host.resume('one');
    await setup.close();
    setup = new KubeClient(plane.credentials.setup);
    if (plane.credentials.grader.server !== server) {
      const moved = new KubeClient(plane.credentials.grader);
      clients.push(moved);
      await grader.pause();
      grader.resume(moved);
    }
    await scale(3);
    await until(({ state }) => state === 'pass');
    expect(said.map(({ state }) => state)).toEqual(['fail', 'pass']);
  });

  it('goes on after the API server was killed', async () => {
    await setup.create(web);
    const check: CheckSpec = {
      id: 'c',
      title,
      points: 1,
      object: deployment,
      expect: 'object.spec.replicas == 3',
      holds: '200ms',
    };
    const { until, said } = await grade([check]);
    await until(({ state }) => state === 'fail');
    const pid = plane.pids['kube-apiserver'];
    expect(pid).toBeGreaterThan(1);
    process.kill(pid ?? 0, 'SIGKILL');
    for (;;) {
      const done = await scale(3).then(
        () => true,
        () => false,
      );
      if (done) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await until(({ state }) => state === 'pass');
    expect(said.map(({ state }) => state)).toEqual(['fail', 'pending', 'pass']);
  });

  it('notices an object that was deleted and made again', async () => {
    await setup.create(web);
    const check: CheckSpec = {
      id: 'c',
      title,
      points: 1,
      object: deployment,
      expect: 'object != null && object.metadata.uid == given.metadata.uid',
      always: true,
    };
    const { until, grader } = await grade([check]);
    await until(({ state }) => state === 'pass');
    await setup.delete(deployment);
    await setup.create(web);
    await until(({ state }) => state === 'fail');
    expect(grader.state().checks['c']?.broken).toBeDefined();
  });

  it('holds against the real controllers, and is done after a direct read', async () => {
    await setup.create(web);
    const done = Promise.withResolvers<void>();
    const { said } = await grade(
      [
        {
          id: 'sets',
          title,
          points: 1,
          objects: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', labels: { app: 'web' } },
          expect: 'objects.exists(r, r.spec.replicas == 2)',
        },
        { id: 'held', title, points: 1, object: deployment, expect: 'object.spec.replicas == 2', holds: '300ms' },
      ],
      { onDone: done.resolve },
    );
    await scale(2);
    await done.promise;
    expect(said.filter(({ checkId }) => checkId === 'held').map(({ state }) => state)).toEqual(
      expect.arrayContaining(['pending', 'pass']),
    );
  });

  it('sees a kind whose definition comes later', async () => {
    const object = { apiVersion: 'example.com/v1', kind: 'Widget', namespace: 'shop', name: 'w' };
    const { until } = await grade([{ id: 'c', title, points: 1, object, expect: 'object.spec.size == 1' }]);
    expect((await until(({ state }) => state === 'fail')).message?.en).toBe('There is no Widget shop/w.');
    await setup.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    });
    const widget = {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { namespace: 'shop', name: 'w' },
      spec: { size: 1 },
    };
    const lab = bound(
      [],
      [
        {
          object: {
            apiVersion: 'apiextensions.k8s.io/v1',
            kind: 'CustomResourceDefinition',
            namespace: '',
            name: 'widgets.example.com',
          },
          expect: 'object.status.conditions.exists(c, c.type == "Established" && c.status == "True")',
        },
      ],
    );
    await waitReady({ client: setup, bound: lab, signal: AbortSignal.timeout(20_000) });
    for (;;) {
      // Discovery is a moment behind the definition.
      const made = await setup.create(widget).then(
        () => true,
        () => false,
      );
      if (made) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until(({ state }) => state === 'pass');
  });

  it('names what never became ready', async () => {
    const lab = bound([], [{ object: deployment, expect: 'object.spec.replicas == 9' }]);
    await expect(waitReady({ client: setup, bound: lab, signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
      name: 'NotReadyError',
      message: expect.stringContaining('Deployment shop/web: object.spec.replicas == 9 (it is not there)'),
    });
  });

  it('reads releases that Helm itself installed, upgraded and rolled back', async () => {
    const explicitDir = process.env['KUBEDAN_BIN_DIR'];
    const { helm } = await findPrograms(['helm'], { cacheDir, ...(explicitDir ? { explicitDir } : {}) });
    const chart = path.join(dir, 'chart');
    await mkdir(path.join(chart, 'templates'), { recursive: true });
    await writeFile(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: "9"\n');
    await writeFile(path.join(chart, 'values.yaml'), 'size: 1\ncolour: red\n');
    await writeFile(
      path.join(chart, 'templates/map.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {size: "{{ .Values.size }}"}\n',
    );
    const kubeconfig = path.join(dir, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigOf(plane.credentials.setup, { namespace: 'shop' }));
    const env = { PATH: process.env['PATH'], HOME: dir, KUBECONFIG: kubeconfig };
    const { until } = await grade([
      {
        id: 'c',
        title,
        points: 1,
        helm: { namespace: 'shop', release: 'web' },
        expect:
          'release.status == "deployed" && release.revision == 3 && release.chart.version == "1.2.3" && !has(release.values.size) && release.allValues.size == 1 && release.history.size() == 3 && release.history[1].status == "superseded"',
      },
      {
        id: 'size',
        title,
        points: 1,
        helm: { namespace: 'shop', release: 'web' },
        expect: 'release.values.size == 5',
        latched: true,
      },
    ]);
    expect((await until(({ state }) => state === 'fail')).message?.en).toBe('There is no Helm release shop/web.');
    await run(helm, ['install', 'web', chart], { env });
    await run(helm, ['upgrade', 'web', chart, '--set', 'size=5'], { env });
    await run(helm, ['rollback', 'web', '1'], { env });
    await until(({ checkId, state }) => checkId === 'size' && state === 'pass');
    await until(({ checkId, state }) => checkId === 'c' && state === 'pass');
  });
});
