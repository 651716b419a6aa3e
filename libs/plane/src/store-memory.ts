import { orAborted } from '@kubedan/kube';
import { setTimeout as delay } from 'node:timers/promises';
import { EtcdClient, mostOperations, type KeyRevision, type Operation } from './etcd-client.js';

/** Under which an API server keeps everything. */
const root = '/registry/';
/** Leases are renewed every few seconds by who holds them. */
const restless = [`${root}leases/`, `${root}masterleases/`];
/** ms without a change after which what the controllers do by themselves has been done. */
const calm = 120;

interface Remembered {
  revision: string;
  value: string;
}

/**
 * All that a plane holds at one moment, so that it can hold exactly that again. Controllers, scheduler and API server learn of each
 * change by their watches, as they learn of every other one; namespaces need no five seconds to go and finalizers hold nothing.
 */
export class StoreMemory {
  private constructor(
    private readonly etcd: EtcdClient,
    private readonly known: Map<string, Remembered>,
  ) {}

  /**
   * Waits until the plane does nothing more by itself.
   * @param socket of the plane's etcd
   * @throws EtcdError, the signal's reason
   */
  static async of(socket: string, signal: AbortSignal): Promise<StoreMemory> {
    const etcd = new EtcdClient(socket);
    let before = await etcd.keys(root, signal);
    for (;;) {
      await orAborted(delay(calm), signal);
      const now = await etcd.keys(root, signal);
      if (isSame(before, now)) break;
      before = now;
    }
    const values = await etcd.values(root, signal);
    return new StoreMemory(etcd, new Map(values.map(({ key, revision, value }) => [key, { revision, value }])));
  }

  /**
   * Makes the plane hold what it held, and nothing else, until it stays so. Nobody but its own parts may use it meanwhile.
   * @throws EtcdError, the signal's reason
   */
  async restore(signal: AbortSignal): Promise<void> {
    let quiet = 0;
    // What a controller has begun may still arrive once.
    while (quiet < 2) {
      const operations = this.#difference(await this.etcd.keys(root, signal));
      quiet = operations.length === 0 ? quiet + 1 : 0;
      for (let at = 0; at < operations.length; at += mostOperations) {
        const some = operations.slice(at, at + mostOperations);
        const revision = await this.etcd.change(some, signal);
        for (const operation of some) {
          if (!('requestPut' in operation)) continue;
          const { key, value } = operation.requestPut;
          this.known.set(key, { revision, value });
        }
      }
      if (quiet < 2) await orAborted(delay(calm), signal);
    }
  }

  /** @returns whether the plane holds what it held, at this moment */
  async isHeld(signal: AbortSignal): Promise<boolean> {
    return this.#difference(await this.etcd.keys(root, signal)).length === 0;
  }

  /** @returns what must be done so that the keys are those that are known, with their values */
  #difference(keys: readonly KeyRevision[]): Operation[] {
    const now = new Map(keys.map(({ key, revision }) => [key, revision]));
    const added = keys.filter(({ key }) => !this.known.has(key));
    const changed = [...this.known].filter(([key, { revision }]) => now.get(key) !== revision && !isRestless(key));
    return [
      ...added.map(({ key }): Operation => ({ requestDeleteRange: { key } })),
      ...changed.map(([key, { value }]): Operation => ({ requestPut: { key, value } })),
    ];
  }
}

function isRestless(key: string): boolean {
  const text = Buffer.from(key, 'base64').toString('utf8');
  return restless.some((prefix) => text.startsWith(prefix));
}

function isSame(before: readonly KeyRevision[], now: readonly KeyRevision[]): boolean {
  const known = new Map(before.map(({ key, revision }) => [key, revision]));
  return known.size === now.length && now.every(({ key, revision }) => known.get(key) === revision || isRestless(key));
}
