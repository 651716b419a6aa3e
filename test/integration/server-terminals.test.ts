import { randomUUID } from 'node:crypto';
import type { Reply, TerminalsClientToServer, TerminalsServerToClient } from '@kubedan/contracts';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { TestServer } from './server-fixture.js';

type TerminalsSocket = Socket<TerminalsServerToClient, TerminalsClientToServer>;

/** A page with terminals: draws what comes and acknowledges it. */
class Page implements Disposable {
  readonly socket: TerminalsSocket;
  shown = '';
  readonly #waiting = new Set<() => void>();

  constructor(api: Api) {
    this.socket = io(`${api.url}/terminals`, {
      transports: ['websocket'],
      forceNew: true,
      extraHeaders: { cookie: api.cookie, origin: api.url },
    });
    this.socket.on('data', ({ terminalId, data }) => {
      this.shown += data;
      this.socket.emit('ack', { terminalId, characters: data.length });
      for (const look of this.#waiting) look();
    });
  }

  async open(sessionId: string, terminalId?: string): Promise<Reply<{ terminalId: string; backlog: string }>> {
    const request = { sessionId, cols: 80, rows: 24, ...(terminalId === undefined ? {} : { terminalId }) };
    return (await this.socket.emitWithAck('open', request)) as Reply<{ terminalId: string; backlog: string }>;
  }

  type(terminalId: string, data: string): void {
    this.socket.emit('data', { terminalId, data });
  }

  /** Resolves when the text is shown. */
  async until(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`never shown: ${text}; shown: ${this.shown.slice(-500)}`)),
        30_000,
      );
      const look = (): void => {
        if (!this.shown.includes(text)) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}

function terminalOf(reply: Reply<{ terminalId: string; backlog: string }>): { terminalId: string; backlog: string } {
  if (!reply.ok) throw new Error(reply.problem.detail);
  return reply;
}

describe("a session's terminals", () => {
  let server: TestServer;
  let api: Api;
  let id: string;
  beforeAll(async () => {
    server = await TestServer.start({ KUBEDAN_TERMINALS_PER_SESSION: '2' });
    await server.untilReady();
    api = await Api.visit(server.url);
    ({ id } = await api.createSession({ lab: 'tiny' }));
    using watch = api.watch(id);
    await watch.untilState('active');
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it('reach the cluster as the learner, and are found again after a reload', async () => {
    let opened: { terminalId: string };
    {
      using page = new Page(api);
      opened = terminalOf(await page.open(id));
      page.type(opened.terminalId, 'kubectl get deployment web -o name; kubectl auth whoami\r');
      await page.until('deployment.apps/web');
      await page.until('kubedan:learner');
      page.type(opened.terminalId, 'ls\r');
      await page.until('notes.txt');
    }
    using page = new Page(api);
    const again = terminalOf(await page.open(id, opened.terminalId));
    expect(again.backlog).toContain('deployment.apps/web');
    const word = randomUUID();
    page.type(opened.terminalId, `echo ${word.slice(0, 8)}''${word.slice(8)}\r`);
    await page.until(word);
  });

  it('tell the page of files that they write', async () => {
    using page = new Page(api);
    using watch = api.watch(id);
    const changed = new Promise<void>((resolve) => watch.socket.on('files', () => resolve()));
    const reply = await page.socket.emitWithAck('list', { sessionId: id });
    const { terminalId } = terminalOf(await page.open(id, (reply as { terminals: string[] }).terminals[0]));
    page.type(terminalId, 'echo made > made.txt\r');
    await changed;
    const { text } = await api.ok<{ text: string }>('GET', `/sessions/${id}/files/made.txt`);
    expect(text).toBe('made\n');
  });

  it("are limited in number, and are nobody else's", async () => {
    using page = new Page(api);
    terminalOf(await page.open(id));
    expect(await page.open(id)).toMatchObject({ ok: false, problem: { code: 'terminal-limit' } });
    using stranger = new Page(await Api.visit(server.url));
    expect(await stranger.open(id)).toMatchObject({ ok: false, problem: { code: 'session-not-found' } });
    expect(await page.open(id, 'none')).toMatchObject({ ok: false, problem: { code: 'terminal-not-found' } });
  });

  it('show the living picture to whoever watches', async () => {
    using watch = api.watch(id);
    const picture = await new Promise<{ pods: { state: string }[]; nodes: object[] }>((resolve) =>
      watch.socket.on('picture', (seen) => {
        if (seen.pods.length > 0 && seen.nodes.length > 0) resolve(seen);
      }),
    );
    expect(picture.pods[0]).toMatchObject({ namespace: 'shop', state: 'Running', ready: true });
  });
});
