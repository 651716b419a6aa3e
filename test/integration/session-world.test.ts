import type { TraceList, TraceView, WorldView } from '@kubedan/contracts';
import { traceListSchema, traceSchema, worldViewSchema } from '@kubedan/contracts';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api, type SessionWatch } from '../support/api.js';
import { root } from '../support/root.js';
import { TestServer } from './server-fixture.js';

let server: TestServer;
let api: Api;
let id: string;
let watch: SessionWatch;
let namespace: string;

beforeAll(async () => {
  server = await TestServer.start({ KUBEDAN_LABS_DIR: path.join(root, 'labs') });
  await server.untilReady();
  api = await Api.visit(server.url);
  ({ id } = await api.createSession({ lab: 'flash-sale', seed: 'seen' }));
  watch = api.watch(id);
  await watch.untilState('active');
});
afterAll(async () => {
  watch?.[Symbol.dispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Resolves with the first view from now on that is as wanted. */
const seen = (of: SessionWatch, wanted: (view: WorldView) => boolean): Promise<WorldView> =>
  new Promise((resolve) => {
    const take = (view: WorldView): void => {
      if (view.sessionId !== id || !wanted(view)) return;
      of.socket.off('world', take);
      resolve(view);
    };
    of.socket.on('world', take);
  });
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

it('tells a watcher each second what the traffic comes to', async () => {
  const view = await seen(
    watch,
    ({ picture, series }) =>
      picture.services.some(({ rate }) => rate > 0) && sum(series.requests) > 0 && series.replicas.at(-1) === 2,
  );
  expect(worldViewSchema.parse(view)).toEqual(view);
  expect(view.series.second.length).toBeLessThanOrEqual(5);
  expect(view.picture.sources).toContainEqual(expect.objectContaining({ name: 'regulars' }));
  expect(view.series.nodes.at(-1)).toBe(3);
  expect(view.marks).toEqual([]);
});

it("marks the learner's own change, and shows where requests die", async () => {
  const kubeconfig = await api.ok<string>('GET', `/sessions/${id}/kubeconfig`);
  namespace = /namespace: (\w+)/.exec(kubeconfig)?.[1] ?? '';
  await using client = new KubeClient(credentialsOf(kubeconfig));
  const shop = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'shop' };
  await client.patch(shop, { spec: { replicas: 0 } }, { type: 'merge' });
  const view = await seen(
    watch,
    ({ marks, picture }) =>
      marks.length > 0 && picture.services.some(({ failures }) => (failures['no-endpoint'] ?? 0) > 0),
  );
  const change = { verb: 'patch', resource: 'deployments', namespace, name: 'shop', count: 1 };
  expect(view.marks).toEqual([{ ...change, atMs: expect.any(Number) as number }]);
  expect(view.marks[0]?.atMs).toBeGreaterThan(0);
  expect(view.marks[0]?.atMs).toBeLessThanOrEqual(view.picture.worldMs + 1_000);
});

it('gives all of the past at once to who comes late', async () => {
  using late = api.watch(id);
  const first = await seen(late, () => true);
  expect(first.marks).toHaveLength(1);
  const { second, requests, errors, replicas } = first.series;
  expect(second[0]).toBe(0);
  expect(second).toEqual([...second].sort((a, b) => a - b));
  for (const column of Object.values(first.series)) expect(column).toHaveLength(second.length);
  expect(sum(requests)).toBeGreaterThan(sum(errors));
  expect(sum(errors)).toBeGreaterThan(0);
  expect(Math.max(...replicas)).toBe(2);
  const asked = await api.ok<WorldView>('GET', `/sessions/${id}/world`);
  expect(worldViewSchema.parse(asked)).toEqual(asked);
  expect(asked.series.requests.slice(0, 3)).toEqual(requests.slice(0, 3));
  expect(asked.marks).toEqual(first.marks);
});

it('opens a request that died', async () => {
  const list = await api.ok<TraceList>('GET', `/sessions/${id}/world/traces?outcome=no-endpoint&sort=slowest&limit=5`);
  expect(traceListSchema.parse(list)).toEqual(list);
  expect(list.traces.length).toBeGreaterThan(0);
  const [one] = list.traces;
  const trace = await api.ok<TraceView>('GET', `/sessions/${id}/world/traces/${one!.id}`);
  expect(traceSchema.parse(trace)).toEqual(trace);
  expect(trace).toMatchObject({ id: one!.id, outcome: 'no-endpoint', source: 'regulars' });
  expect(trace.spans[0]).toMatchObject({ service: 'client', outcome: 'no-endpoint' });
});

it('says what is wrong with a question', async () => {
  const answers = await Promise.all(
    ['traces?outcome=bad', 'traces?limit=1000', 'traces?what=1', 'traces/not-an-id', 'traces/ffffffff'].map((of) =>
      api.call('GET', `/sessions/${id}/world/${of}`),
    ),
  );
  expect(answers.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual([
    ...Array.from({ length: 4 }, () => [400, 'invalid-request']),
    [404, 'trace-not-found'],
  ]);
});

it('shows it to its owner alone', async () => {
  const other = await Api.visit(server.url);
  for (const of of ['', '/traces', '/traces/00000001']) {
    expect(await other.call('GET', `/sessions/${id}/world${of}`)).toMatchObject({
      status: 404,
      body: { code: 'session-not-found' },
    });
  }
});
