import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';

/**
 * Stands in for an API server that does not listen yet, for the controller manager's first question. The controller manager
 * asks GET /healthz before it does anything, and when the answer is no it asks again a whole second later. The API server
 * in turn says no for a second and more after it serves, as its start-up hooks poll once a second for what a copied etcd
 * holds already. So the gate takes the question on the API server's own port, gives the port free, and says yes as
 * soon as the API server truly serves; the connection is closed then, and all later ones reach the API server.
 */
export class HealthGate {
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly #asked = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();

  constructor(serving: { cert: string; key: string }) {
    this.#server = createServer({ ...serving, ALPNProtocols: ['http/1.1'] }, (request, response) => {
      // A learner's shell may be open while the plane is resumed: what it asks says nothing of the controller manager.
      if (!request.url?.startsWith('/healthz')) {
        response.writeHead(503, { connection: 'close', 'retry-after': '1' }).end();
        return;
      }
      this.#asked.resolve();
      void this.#opened.promise.finally(() => response.writeHead(200, { connection: 'close' }).end('ok'));
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    // A client that goes away is no matter of ours.
    this.#server.on('tlsClientError', () => undefined);
  }

  /** Listens on 127.0.0.1. @throws as net.Server.listen does, EADDRINUSE when `port` is taken */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host: '127.0.0.1' }, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
  }

  /** The question has come. */
  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  /** Frees the port; whoever has asked goes on waiting for the answer. */
  leave(): void {
    this.#server.close();
  }

  /** Answers those who wait that the API server is healthy. */
  open(): void {
    this.#opened.resolve();
  }

  /** Ends everything. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
