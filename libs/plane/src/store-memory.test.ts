import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreMemory } from './store-memory.js';

const signal = AbortSignal.timeout(20_000);
const bytes = (text: string): string => Buffer.from(text).toString('base64');
const text = (base64: string): string => Buffer.from(base64, 'base64').toString();

interface RangeRequest {
  key: string;
  range_end: string;
  keys_only?: boolean;
}
interface Operation {
  requestPut?: { key: string; value: string };
  requestDeleteRange?: { key: string };
}

/** Answers as etcd's JSON gateway does; `after` is called after each transaction, as a controller that reacts to it. */
class FakeEtcd {
  readonly store = new Map<string, { value: string; revision: number }>();
  readonly transactions: number[] = [];
  revision = 1;
  after: () => void = () => undefined;
  readonly server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as RangeRequest & { success: Operation[] };
      const answer = request.url === '/v3/kv/range' ? this.#range(body) : this.#change(body.success);
      response.end(JSON.stringify(answer));
    });
  });

  put(key: string, value: string): void {
    this.revision += 1;
    this.store.set(key, { value, revision: this.revision });
  }

  /** What is there, but for revisions. */
  get held(): Record<string, string> {
    return Object.fromEntries([...this.store].map(([key, { value }]): [string, string] => [key, value]).toSorted());
  }

  #range({ key, range_end: end, keys_only: keysOnly = false }: RangeRequest): object {
    const kvs = [...this.store]
      .filter(([name]) => name >= text(key) && name < text(end))
      .map(([name, { value, revision }]) => ({
        key: bytes(name),
        mod_revision: String(revision),
        ...(keysOnly ? {} : { value: bytes(value) }),
      }));
    return kvs.length === 0 ? {} : { kvs };
  }

  #change(operations: Operation[]): object {
    this.transactions.push(operations.length);
    this.revision += 1;
    const { revision } = this;
    for (const { requestPut, requestDeleteRange } of operations) {
      if (requestPut) this.store.set(text(requestPut.key), { value: text(requestPut.value), revision });
      if (requestDeleteRange) this.store.delete(text(requestDeleteRange.key));
    }
    this.after();
    return { header: { revision: String(revision) } };
  }
}

describe('StoreMemory', () => {
  let dir: string;
  let etcd: FakeEtcd;
  let memory: StoreMemory;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'ks-'));
    etcd = new FakeEtcd();
    etcd.put('/registry/namespaces/default', 'default');
    etcd.put('/registry/clusterroles/edit', 'may edit');
    etcd.put('/registry/leases/kube-system/apiserver', 'now');
    etcd.put('compact_rev_key', '1');
    const socket = path.join(dir, 'etcd');
    etcd.server.listen(socket);
    await once(etcd.server, 'listening');
    memory = await StoreMemory.of(socket, signal);
  });
  afterEach(async () => {
    etcd.server.close();
    await rm(dir, { recursive: true });
  });

  it('takes away what was made, and puts back what was changed or removed', async () => {
    const before = etcd.held;
    expect(await memory.isHeld(signal)).toBe(true);
    for (let round = 0; round < 2; round += 1) {
      for (let pod = 0; pod < 300; pod += 1) etcd.put(`/registry/pods/shop/web-${pod}`, 'runs');
      etcd.put('/registry/namespaces/default', 'default, tired');
      etcd.store.delete('/registry/clusterroles/edit');
      expect(await memory.isHeld(signal)).toBe(false);
      await memory.restore(signal);
      expect(etcd.held).toEqual(before);
      expect(await memory.isHeld(signal)).toBe(true);
    }
    expect(Math.max(...etcd.transactions)).toBeLessThanOrEqual(128);
  });

  it('leaves leases and what is not of the API server to those who hold them', async () => {
    etcd.put('/registry/leases/kube-system/apiserver', 'later');
    etcd.put('compact_rev_key', '2');
    expect(await memory.isHeld(signal)).toBe(true);
    await memory.restore(signal);
    expect(etcd.held).toMatchObject({ '/registry/leases/kube-system/apiserver': 'later', compact_rev_key: '2' });
    expect(etcd.transactions).toEqual([]);
    etcd.put('/registry/leases/kube-node-lease/node-1', 'now');
    await memory.restore(signal);
    expect(etcd.held).not.toHaveProperty(['/registry/leases/kube-node-lease/node-1']);
  });

  it('waits for what controllers had begun', async () => {
    const before = etcd.held;
    let late = 3;
    etcd.after = () => {
      if (late-- > 0) etcd.put('/registry/replicasets/shop/web', 'once more');
    };
    etcd.put('/registry/deployments/shop/web', 'wanted');
    await memory.restore(signal);
    expect(etcd.held).toEqual(before);
    expect(etcd.transactions).toHaveLength(4);
  });

  it('says what etcd said when it refuses', async () => {
    etcd.server.removeAllListeners('request');
    etcd.server.on('request', (_, response) => {
      response.statusCode = 503;
      response.end('no leader');
    });
    await expect(memory.restore(signal)).rejects.toThrow('etcd answered 503 to range: no leader');
  });
});
