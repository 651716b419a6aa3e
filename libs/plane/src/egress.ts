import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Where a plane's API server wants to be led. */
export interface DialTarget {
  planeId: string;
  /** These are whatever the learner's objects made the API server dial: never connect to them as they are. */
  host: string;
  port: number;
  /** PEM texts of the certificate that whatever answers by TLS for this plane shows; see Plane.kubeletServing. */
  serving: { cert: string; key: string };
}

/** What a plane's API server dials, asked of the outside: return a Duplex that leads there, or throw to refuse. */
export type Dialer = (target: DialTarget) => Promise<Duplex>;

/** Refuses everything: a plane whose API server reaches nothing. */
export const refuseAll: Dialer = ({ host, port }) =>
  Promise.reject(new Error(`${host}:${port} is no part of this cluster.`));

/**
 * The proxy through which a plane's API server dials (its egress selector sends everything here): HTTP CONNECT over a
 * unix socket, which only asks the dialer and connects to nothing by itself.
 */
export class EgressProxy {
  readonly #server: Server;
  readonly #open = new Set<Duplex>();
  readonly #ask: (target: { host: string; port: number }) => Promise<Duplex>;

  constructor(plane: Pick<DialTarget, 'planeId' | 'serving'>, dial: Dialer, log: (line: string) => void) {
    this.#ask = (target) => dial({ ...plane, ...target });
    this.#server = createServer((_request, response) => response.writeHead(405).end());
    // An exec may be quiet for hours.
    this.#server.requestTimeout = 0;
    this.#server.on('connect', (request, client: Duplex, head: Buffer) => {
      this.#keep(client);
      const target = targetOf(request.url ?? '');
      if (!target) {
        client.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      void this.#connect(client, head, target, log);
    });
  }

  /** @param socketPath where to listen; only the owner of this process may connect */
  async listen(socketPath: string): Promise<void> {
    await listenOn(this.#server, socketPath);
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await closeServer(this.#server, this.#open);
  }

  async #connect(
    client: Duplex,
    head: Buffer,
    target: { host: string; port: number },
    log: (line: string) => void,
  ): Promise<void> {
    let far: Duplex;
    try {
      far = await this.#ask(target);
    } catch (error) {
      log(`refused ${target.host}:${target.port}: ${error instanceof Error ? error.message : String(error)}`);
      client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.#keep(far);
    if (client.destroyed) {
      far.destroy();
      return;
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length) far.write(head);
    join(client, far);
  }

  #keep(stream: Duplex): void {
    this.#open.add(stream);
    stream.on('error', () => stream.destroy());
    stream.on('close', () => this.#open.delete(stream));
  }
}

function targetOf(authority: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(authority);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** Pipes both ways, keeping half-closed connections; when one side breaks the other is destroyed. */
export function join(one: Duplex, other: Duplex): void {
  one.pipe(other);
  other.pipe(one);
  one.on('close', () => other.destroy());
  other.on('close', () => one.destroy());
}

interface Listener {
  listen(path: string, done: () => void): unknown;
  close(done: () => void): unknown;
  readonly listening: boolean;
  once(event: 'error', call: (error: Error) => void): unknown;
  removeListener(event: 'error', call: (error: Error) => void): unknown;
}

/** Listens on a unix socket of mode 0600, in a directory that nobody else can enter (so its first moment is safe too). */
export async function listenOn(server: Listener, socketPath: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  await chmod(socketPath, 0o600);
}

export async function closeServer(server: Listener, open: Iterable<Duplex>): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(resolve));
  for (const stream of open) stream.destroy();
  await closed;
}
