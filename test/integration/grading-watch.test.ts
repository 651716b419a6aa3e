import type { CheckVerdict } from '@kubedan/contracts';
import { Grader } from '@kubedan/grading';
import { KubeClient } from '@kubedan/kube';
import type { BoundLab } from '@kubedan/labs';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const title = { en: 'It is so', zh: '是这样' };
/** Speaks the watch protocol as a test tells it to: what a real API server does only once in a while. */
class ScriptedApi {
  readonly lists: string[] = [];
  readonly watches: string[] = [];
  /** How to answer the next lists; without it, as usual. */
  readonly answers: ((response: ServerResponse) => void)[] = [];
  #replicas = 1;
  #version = 100;
  #open: ServerResponse | undefined;
  #opened = Promise.withResolvers<void>();
  readonly #server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.pathname === '/apis/apps/v1') {
      return json(response, { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }] });
    }
    if (url.searchParams.get('watch')) {
      this.watches.push(url.searchParams.get('resourceVersion') ?? '');
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      this.#open = response;
      return this.#opened.resolve();
    }
    this.lists.push(url.search);
    const answer = this.answers.shift();
    if (answer) return answer(response);
    return json(response, { metadata: { resourceVersion: `${this.#version}` }, items: [this.object] });
  });

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
  get object(): object {
    const metadata = { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: `${this.#version}` };
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: this.#replicas } };
  }
  /** Changes the object without telling anybody. */
  set(replicas: number): void {
    this.#replicas = replicas;
    this.#version++;
  }
  /** Resolves when a watch is open. */
  opened(): Promise<void> {
    return this.#opened.promise;
  }
  tell(event: object | string): void {
    this.#open?.write(typeof event === 'string' ? event : `${JSON.stringify(event)}\n`);
  }
  /** Ends the watch. @param how as the server agreed to, or by breaking the connection */
  drop(how: 'end' | 'destroy'): void {
    const response = this.#open;
    this.#open = undefined;
    this.#opened = Promise.withResolvers();
    if (how === 'end') response?.end();
    else response?.destroy();
  }
}

function json(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
const expired = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Expired',
  code: 410,
  message: 'too old resource version',
};

describe('the grader and a watch that breaks', () => {
  let api: ScriptedApi;
  let client: KubeClient;
  let grader: Grader;
  let said: CheckVerdict[];
  let heard: () => void;

  beforeEach(async () => {
    api = new ScriptedApi();
    client = new KubeClient({ server: await api.listen(), ca: '', cert: '', key: '' });
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
    const task = { id: 't', title: { en: 'T', zh: 'T' }, hints: [], checks: [] };
    const check = { id: 'c', title, points: 1, object, expect: 'object.spec.replicas == 99' };
    const bound = { seed: 's', document: { spec: {} }, checks: [{ task, check }] } as unknown as BoundLab;
    said = [];
    grader = new Grader({
      client,
      bound,
      given: { takenAt: new Date().toISOString(), checks: {} },
      graceMs: 200,
      onVerdict: (verdict) => {
        said.push(verdict);
        heard?.();
      },
    });
  });
  afterEach(async () => {
    await grader.stop();
    await client.close();
    await api.close();
  });

  async function until(wanted: (verdict: CheckVerdict) => boolean): Promise<void> {
    for (let seen = 0; ; seen++) {
      while (seen >= said.length) await new Promise<void>((resolve) => (heard = resolve));
      if (said[seen] && wanted(said[seen] as CheckVerdict)) return;
    }
  }
  const seen = (replicas: number) => until(({ mismatches }) => mismatches[0]?.seen === `${replicas}`);

  it('hears an event, also when it comes in pieces', async () => {
    grader.start();
    await seen(1);
    await api.opened();
    api.set(2);
    const line = `${JSON.stringify({ type: 'MODIFIED', object: api.object })}\n`;
    api.tell(line.slice(0, 40));
    await new Promise((resolve) => setImmediate(resolve));
    api.tell(line.slice(40));
    await seen(2);
    expect(api.lists).toHaveLength(1);
  });
  it('goes on from the last bookmark after the server ends a watch', async () => {
    grader.start();
    await api.opened();
    api.tell({
      type: 'BOOKMARK',
      object: { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { resourceVersion: '777' } },
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    api.drop('end');
    await api.opened();
    expect(api.watches).toEqual(['100', '777']);
    expect(api.lists).toHaveLength(1);
  });
  it('goes on after the connection breaks, keeping its verdicts', async () => {
    grader.start();
    await seen(1);
    await api.opened();
    api.drop('destroy');
    await api.opened();
    api.set(3);
    api.tell({ type: 'MODIFIED', object: api.object });
    await seen(3);
    expect(said.map(({ state }) => state)).toEqual(['fail', 'fail']);
  });
  it.each([
    ['410 in the stream', () => ({ type: 'ERROR', object: expired })],
    ['a line that is no JSON', () => '{"type": "MODIF\n'],
    ['an event without an object', () => ({ type: 'MODIFIED' })],
    ['an unknown error', () => ({ type: 'ERROR', object: { kind: 'Status', code: 500, message: 'etcd is on fire' } })],
  ])('lists again after %s', async (_, event) => {
    grader.start();
    await seen(1);
    await api.opened();
    api.set(4);
    api.tell(event());
    await seen(4);
    expect(api.lists.length).toBeGreaterThan(1);
  });
  it('tries again while lists fail, and says meanwhile that it cannot tell', async () => {
    const refuse = (response: ServerResponse) => json(response, { kind: 'Status', message: 'not yet', code: 503 }, 503);
    const odd = (response: ServerResponse) => response.writeHead(200).end('<html>');
    api.answers.push(refuse, odd, (response) => response.destroy(), refuse);
    grader.start();
    await seen(1);
    expect(said[0]).toMatchObject({ state: 'error', message: { en: expect.stringContaining('not held against you') } });
  });
  it('sees an object that was deleted while the watch was away', async () => {
    grader.start();
    await seen(1);
    await api.opened();
    api.answers.push((response) => json(response, { metadata: { resourceVersion: '900' }, items: [] }));
    api.tell({ type: 'ERROR', object: expired });
    await until(({ mismatches }) => mismatches[0]?.seen === 'absent');
    expect(said.at(-1)?.message?.en).toBe('There is no Deployment shop/web.');
  });
});
