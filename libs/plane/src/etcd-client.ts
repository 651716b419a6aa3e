import { request } from 'node:http';

/** Operations of one transaction; etcd takes no more. */
export const mostOperations = 128;

/** A key with the revision of its last change. */
export interface KeyRevision {
  /** base64, as etcd's JSON has all bytes. */
  key: string;
  revision: string;
}

export interface KeyValue extends KeyRevision {
  /** base64 */
  value: string;
}

export type Operation = { requestPut: { key: string; value: string } } | { requestDeleteRange: { key: string } };

/** etcd did not do what it was asked. */
export class EtcdError extends Error {
  override readonly name = 'EtcdError';
}

interface RangeAnswer {
  kvs?: { key: string; mod_revision: string; value?: string }[];
}

/** What is needed of etcd's v3 API, over its JSON gateway (etcd.io/docs/v3.6/dev-guide/api_grpc_gateway). */
export class EtcdClient {
  /** @param socket the unix socket of a single etcd */
  constructor(private readonly socket: string) {}

  /** @returns all keys that begin with a text, without their values */
  async keys(prefix: string, signal: AbortSignal): Promise<KeyRevision[]> {
    const { kvs = [] } = await this.#call<RangeAnswer>('range', { ...rangeOf(prefix), keys_only: true }, signal);
    return kvs.map(({ key, mod_revision: revision }) => ({ key, revision }));
  }

  /** @returns all that there is under keys that begin with a text */
  async values(prefix: string, signal: AbortSignal): Promise<KeyValue[]> {
    const { kvs = [] } = await this.#call<RangeAnswer>('range', rangeOf(prefix), signal);
    return kvs.map(({ key, mod_revision: revision, value = '' }) => ({ key, revision, value }));
  }

  /**
   * Does all of it or nothing.
   * @param operations at most mostOperations, each on a key of its own
   * @returns the revision of the change
   */
  async change(operations: readonly Operation[], signal: AbortSignal): Promise<string> {
    const { header } = await this.#call<{ header: { revision: string } }>('txn', { success: operations }, signal);
    return header.revision;
  }

  #call<T>(what: 'range' | 'txn', body: object, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const call = request({
        socketPath: this.socket,
        path: `/v3/kv/${what}`,
        method: 'POST',
        headers: { host: 'localhost', 'content-type': 'application/json' },
        signal,
      });
      call.on('error', reject);
      call.on('response', (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          if (answer.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new EtcdError(`etcd answered ${answer.statusCode} to ${what}: ${text.slice(0, 300)}`));
        });
      });
      call.end(JSON.stringify(body));
    });
  }
}

/** The keys from the prefix up to the first that is above all that begin with it. */
function rangeOf(prefix: string): { key: string; range_end: string } {
  const bytes = Buffer.from(prefix, 'utf8');
  const end = Buffer.from(bytes);
  end[end.length - 1]! += 1;
  return { key: bytes.toString('base64'), range_end: end.toString('base64') };
}
