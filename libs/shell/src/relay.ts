import { chmod, mkdir, rm } from 'node:fs/promises';
import { openSync, closeSync, constants } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/**
 * A socket of the sandbox's own that leads to the API server's. It stands between the two because the sandbox's user may
 * not open the plane's socket, because that socket is made anew when a plane resumes, and because connections are counted.
 */
export class Relay {
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    private readonly directory: string,
    /** Where connections lead; may change while the sandbox lives. */
    public target: string,
  ) {}

  /** @param directory made here, with `api.sock` in it, reachable for the sandbox's user once bound */
  static async listen(directory: string, target: string, maxConnections: number): Promise<Relay> {
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o755);
    const server = createServer({ allowHalfOpen: true });
    server.maxConnections = maxConnections;
    const relay = new Relay(server, directory, target);
    server.on('connection', (inside) => relay.join(inside));
    server.on('error', () => {}); // EMFILE while accepting: that connection is lost, the relay stays
    // A socket's path has at most 107 bytes; by way of an open directory it is always short.
    const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      server.listen(`/proc/self/fd/${descriptor}/api.sock`);
      await once(server, 'listening');
    } finally {
      closeSync(descriptor);
    }
    await chmod(`${directory}/api.sock`, 0o666);
    return relay;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await rm(this.directory, { recursive: true, force: true });
  }

  private join(inside: Socket): void {
    const outside = connect({ path: this.target, allowHalfOpen: true });
    inside.pipe(outside).pipe(inside);
    const drop = (): void => {
      for (const socket of [inside, outside]) {
        socket.destroy();
        this.sockets.delete(socket);
      }
    };
    for (const socket of [inside, outside]) {
      this.sockets.add(socket);
      socket.on('error', drop);
      // Closed well, both ways have ended and pipe() has said so to the other; what it still has to send, it sends.
      socket.on('close', (failed) => (failed ? drop() : this.sockets.delete(socket)));
    }
  }
}
