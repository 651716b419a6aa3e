import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { World } from './world.js';
import { SpdyConnection, type SpdyStream } from './spdy.js';

const PROTOCOL = 'portforward.k8s.io';
/** Connections at once through one port-forward. */
const MAX_STREAMS = 100;

/**
 * Answers `kubectl port-forward`: after the upgrade to SPDY/3.1 each connection is a pair of streams with the same request ID,
 * one for errors and one for data (pkg/kubelet/portforward of Kubernetes).
 */
export function answerPortForward(plane: World, request: IncomingMessage, socket: Duplex): void {
  const url = new URL(request.url ?? '/', 'https://kubelet');
  const [, namespace = '', pod = ''] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const machine = plane.podNamed(namespace, pod);
  const offered = String(request.headers['x-stream-protocol-version'] ?? '').split(/,\s*/);
  if (!machine?.podIP || !offered.includes(PROTOCOL) || !/^spdy\/3\.1$/i.test(request.headers.upgrade ?? '')) {
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    return;
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${PROTOCOL}\r\n\r\n`,
  );
  const connection = new SpdyConnection(socket);
  const errors = new Map<string, SpdyStream>();
  let open = 0;
  connection.on('stream', (stream) => {
    const id = stream.headers.get('requestid') ?? '';
    if (stream.headers.get('streamtype') === 'error') {
      errors.set(id, stream);
      return;
    }
    const error = errors.get(id);
    errors.delete(id);
    const port = Number(stream.headers.get('port'));
    const failed = (why: string) => {
      error?.write(`error forwarding port ${port} to pod ${pod}, uid ${machine.pod.metadata.uid}: ${why}`);
      error?.end();
      stream.end();
    };
    if (open >= MAX_STREAMS) return failed('too many connections at once');
    let target: Duplex;
    try {
      target = plane.dial(machine.podIP, port);
    } catch {
      return failed(`failed to connect to localhost:${port} inside namespace: connect: connection refused`);
    }
    open += 1;
    const done = () => target.destroy();
    stream.on('data', (data) => target.write(data)).on('end', () => target.end());
    connection.on('close', done);
    void (async () => {
      try {
        for await (const chunk of target) {
          stream.write(chunk as Buffer);
          await connection.drained();
        }
      } catch {
        // Either side hung up; the streams end below as they do after a last byte.
      } finally {
        open -= 1;
        connection.off('close', done);
        error?.end();
        stream.end();
      }
    })();
  });
}
