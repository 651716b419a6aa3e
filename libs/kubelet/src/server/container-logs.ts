import type { ServerResponse } from 'node:http';
import type { World } from './world.js';
import type { OutputLine } from '../plan.js';
import type { RunLog } from '../pod-scene.js';

/** The log cannot be shown; the message is the kubelet's. */
export class LogRefusedError extends Error {
  override readonly name = 'LogRefusedError';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface LogRequest {
  namespace: string;
  pod: string;
  container: string;
  query: URLSearchParams;
}

/** How often a followed log is looked at. */
const FOLLOW_MS = 250;

/** Writes a container's log as the kubelet does, and goes on while it is followed. @throws LogRefusedError */
export async function writeLogs(plane: World, request: LogRequest, response: ServerResponse): Promise<void> {
  const { query } = request;
  const machine = plane.podNamed(request.namespace, request.pod);
  if (!machine) throw new LogRefusedError(404, `pod "${request.pod}" not found`);
  const play = machine.plays.find((one) => one.spec.name === request.container);
  if (!play) throw new LogRefusedError(404, `container "${request.container}" not found in pod "${request.pod}"`);
  const read = async () => {
    for (let tries = 0; tries < 3; tries++) {
      const log = machine.logOf(play, query.get('previous') === 'true');
      if (log.state !== 'waiting') return log;
      await plane.readReferences(log.needs);
    }
    throw new LogRefusedError(500, 'The log could not be read just now; ask again.');
  };
  const first = await read();
  if (first.state === 'refused') throw new LogRefusedError(400, first.message);

  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  const writer = new LogWriter(query, response, plane.now());
  let shown = writer.write(first.log, first.log.endedAt ?? plane.now(), 0, true);
  if (query.get('follow') === 'true') {
    let log: RunLog = first.log;
    const { run } = play;
    while (!response.destroyed && !writer.full) {
      if (log.endedAt !== undefined) break;
      await plane.sleep(FOLLOW_MS);
      if (play.run !== run) {
        // It ended: what it wrote last is still to be told.
        const ended = machine.logOf(play, play.run !== undefined);
        if (ended.state === 'found') log = ended.log;
        shown = writer.write(log, log.endedAt ?? plane.now(), shown, false);
        break;
      }
      shown = writer.write(log, plane.now(), shown, false);
    }
  }
  response.end();
}

class LogWriter {
  readonly #timestamps: boolean;
  readonly #since: number;
  readonly #tail: number;
  #bytesLeft: number;

  constructor(
    query: URLSearchParams,
    private readonly response: ServerResponse,
    now: number,
  ) {
    const number = (name: string, otherwise: number) => (query.has(name) ? Number(query.get(name)) : otherwise);
    this.#timestamps = query.get('timestamps') === 'true';
    const since = query.get('sinceTime');
    this.#since = since ? Date.parse(since) : now - number('sinceSeconds', Infinity) * 1000;
    this.#tail = number('tailLines', Infinity);
    this.#bytesLeft = number('limitBytes', Infinity);
  }

  get full(): boolean {
    return this.#bytesLeft <= 0;
  }

  /** @returns how many lines there are in all */
  write(log: RunLog, now: number, shown: number, tailed: boolean): number {
    const all: OutputLine[] = [...log.plan.output(now - log.startedAt)];
    let lines = all.slice(shown).filter((line) => log.startedAt + line.at >= this.#since);
    if (tailed && this.#tail < lines.length) lines = this.#tail > 0 ? lines.slice(-this.#tail) : [];
    for (const { at, text } of lines) {
      const stamp = this.#timestamps ? `${new Date(log.startedAt + at).toISOString().slice(0, -1)}000000Z ` : '';
      let bytes = Buffer.from(`${stamp}${text}\n`);
      if (bytes.length > this.#bytesLeft) bytes = bytes.subarray(0, this.#bytesLeft);
      this.#bytesLeft -= bytes.length;
      if (bytes.length) this.response.write(bytes);
    }
    return all.length;
  }
}
