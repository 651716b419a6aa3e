import { connect, createServer, type Server, type Socket } from 'node:net';
import { closeServer, join, listenOn } from './egress.js';

/** A unix socket that leads to a cluster's API server over raw TCP bytes: the only way out of a learner's sandbox. */
export class ApiSocket {
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  /** @param port asked at each connection: the API server's TCP port on 127.0.0.1 */
  constructor(port: () => number) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      // A learner may open connections without end; file descriptors are the host's.
      if (this.#open.size >= 400) {
        client.destroy();
        return;
      }
      const far = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      this.#keep(client);
      this.#keep(far);
      join(client, far);
    });
  }

  async listen(socketPath: string): Promise<void> {
    await listenOn(this.#server, socketPath);
  }

  async close(): Promise<void> {
    await closeServer(this.#server, this.#open);
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#open.delete(socket));
  }
}
