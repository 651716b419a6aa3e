import type { Readable } from 'node:stream';
import { apiErrorOf, KubeUnreachableError, KubeWatchMalformedError, KubeWatchStalledError } from './errors.js';
import { linesOf } from './lines.js';
import type { KubeObject, KubeStatus, WatchEvent } from './objects.js';

const types = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);

/** @throws KubeWatchMalformedError for a line that is no event, KubeApiError for the server's ERROR event */
export function eventOf(line: string): WatchEvent {
  let event: { type?: unknown; object?: unknown };
  try {
    event = JSON.parse(line) as typeof event;
  } catch (error) {
    throw new KubeWatchMalformedError(`A watch sent a line that is no JSON: ${line.slice(0, 200)}`, { cause: error });
  }
  if (event?.type === 'ERROR') {
    const status = (event.object ?? {}) as KubeStatus;
    throw apiErrorOf(status.code ?? 500, status, 'A watch');
  }
  const object = event?.object as Partial<KubeObject> | undefined;
  const readable = typeof event?.type === 'string' && types.has(event.type) && typeof object?.metadata === 'object';
  if (!readable || object?.metadata === null) {
    throw new KubeWatchMalformedError(`A watch sent a line that is no event: ${line.slice(0, 200)}`);
  }
  return event as WatchEvent;
}

/** Reads events from the body of a watch, and takes the connection for dead after `stallMs` of silence. */
export async function* watchEvents(body: Readable, stallMs: number, path: string): AsyncGenerator<WatchEvent> {
  const stalled = () =>
    body.destroy(
      new KubeWatchStalledError(`The watch of ${path} was silent for ${Math.round(stallMs / 1000)} s; it begins anew.`),
    );
  // refresh() costs next to nothing: one timer a watch, not one a line.
  const guard = setTimeout(stalled, stallMs).unref();
  try {
    for await (const line of linesOf(refreshing(body, guard))) yield eventOf(line);
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('Kube')) throw error;
    throw new KubeUnreachableError(
      `The watch of ${path} broke off (${error instanceof Error ? error.message : String(error)}).`,
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(guard);
    body.on('error', () => {}).destroy();
  }
}

async function* refreshing(body: Readable, guard: NodeJS.Timeout): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    guard.refresh();
    yield chunk as Uint8Array;
  }
}
