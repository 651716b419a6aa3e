import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from './world.js';
import { LogRefusedError, writeLogs } from './container-logs.js';

/** The kubelet's own HTTP interface, as far as the world has it (pkg/kubelet/server/server.go). */
export function answerKubeletRequest(plane: World, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const url = new URL(request.url ?? '/', 'https://kubelet');
  const [kind, namespace = '', pod = '', ...rest] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (kind === 'containerLogs' && rest.length === 1) {
    writeLogs(plane, { namespace, pod, container: rest[0] ?? '', query: url.searchParams }, response).catch(
      (error: unknown) => {
        if (response.headersSent) response.destroy();
        else
          fail(
            response,
            error instanceof LogRefusedError ? error.status : 500,
            error instanceof Error ? error.message : String(error),
          );
      },
    );
  } else if (kind === 'healthz') fail(response, 200, 'ok');
  else if (['exec', 'run', 'attach', 'portForward'].includes(kind ?? '')) {
    fail(response, 501, `The nodes of this cluster are played: ${kind} needs a container that really runs.`);
  } else fail(response, 404, '404 page not found');
}

function fail(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}
