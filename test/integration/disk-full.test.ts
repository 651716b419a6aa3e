import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SessionEvent, SessionView } from '@kubedan/contracts';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import { describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { eventually, TestServer } from './server-fixture.js';

const run = promisify(execFile);
const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

/** A disk of its own, small enough to be filled. */
class SmallDisk implements AsyncDisposable {
  private constructor(readonly dir: string) {}

  /** @param size in MiB */
  static async mount(size: number): Promise<SmallDisk> {
    const dir = await mkdtemp(path.join(tmpdir(), 'kd-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}m,mode=0755`, 'kubedan-test', dir]);
    return new SmallDisk(dir);
  }

  /** Writes until not one block is left. */
  async fill(): Promise<void> {
    const file = await open(path.join(this.dir, 'filler'), 'a');
    try {
      for (const size of [1 << 20, 4096]) {
        const block = Buffer.alloc(size, 1);
        while (
          await file.write(block).then(
            ({ bytesWritten }) => bytesWritten === size,
            () => false,
          )
        );
      }
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(path.join(this.dir, 'filler'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', [this.dir]);
    await rm(this.dir, { recursive: true, force: true });
  }
}

describe('a disk that is full', () => {
  it.skipIf(process.getuid?.() !== 0)(
    'is named to whoever wants to write, and what was there goes on when there is room again',
    async () => {
      await using disk = await SmallDisk.mount(700);
      await using server = await TestServer.start({ KUBEDAN_DATA_DIR: path.join(disk.dir, 'd') });
      await server.untilReady();
      const api = await Api.visit(server.url);
      const created = await api.createSession({ lab: 'tiny' });
      const { id } = created;
      using watch = api.watch(id);
      await watch.untilState('active');
      await using client = new KubeClient(credentialsOf(await api.ok<string>('GET', `/sessions/${id}/kubeconfig`)));
      const logOf = async () => (await api.ok<{ events: SessionEvent[] }>('GET', `/sessions/${id}/events`)).events;
      const before = await logOf();

      await disk.fill();
      const text = 'x'.repeat(1 << 20);
      const refused = await api.call<{ code: string; detail: string }>('PUT', `/sessions/${id}/files/big.txt`, {
        text,
      });
      expect(refused).toMatchObject({ status: 507, body: { code: 'disk-full' } });
      expect(refused.body.detail).toMatch(/disk/i);
      // A database takes as much as its files have room for; in the end it takes no more, and says why.
      const full = await eventually(
        async () => {
          const made = await api.call<{ id: string; code: string }>('POST', '/sessions', { lab: 'tiny' });
          return made.status < 300 ? api.call<{ code: string }>('DELETE', `/sessions/${made.body.id}`) : made;
        },
        ({ status }) => status >= 500,
      );
      expect([507, 503]).toContain(full.status);
      expect(['disk-full', 'database-unavailable']).toContain(full.body.code);

      await disk.free();
      const session = await eventually(
        () => api.call<SessionView>('GET', `/sessions/${id}`),
        ({ status }) => status === 200,
      );
      expect(session.body.state).toBe('active');
      const replicas = Number(/to (\d)/.exec(created.tasks[0]!.title.en)?.[1]);
      await eventually(
        () =>
          client.patch(web, { spec: { replicas } }, { type: 'merge' }).then(
            () => true,
            () => false,
          ),
        Boolean,
      );
      await watch.until(
        (event) => event.type === 'verdict' && event.verdict.checkId === 'scaled' && event.verdict.state === 'pass',
      );
      expect(await api.call('PUT', `/sessions/${id}/files/big.txt`, { text })).toMatchObject({ status: 200 });
      const after = await logOf();
      expect(after.slice(0, before.length)).toEqual(before);
      expect(after.map(({ number }) => number)).toEqual(after.map((_, index) => index + 1));
    },
    120_000,
  );
});
