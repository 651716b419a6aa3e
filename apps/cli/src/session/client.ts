import {
  problemSchema,
  type SessionEvent,
  type SessionsClientToServer,
  type SessionsServerToClient,
} from '@kubedan/contracts';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { UserError } from '../output.js';
import { tokenFile } from '../places.js';

/** One person's way into a server: the same person at each call, by a token in a file that only they can read. */
export class ServerClient {
  private constructor(
    readonly server: URL,
    private readonly token: string,
  ) {}

  /** @throws UserError when the URL is none or nothing answers there */
  static async open(url: string): Promise<ServerClient> {
    if (!URL.canParse(url)) throw new UserError(`${url} is no URL; write it as http://127.0.0.1:7070`);
    const server = new URL(url);
    const file = tokenFile(server);
    const known = (await readFile(file, 'utf8').catch(() => '')).trim();
    if (known !== '' && (await isKnown(server, known))) return new ServerClient(server, known);
    const answer = await reach(server, '/api/v1/labs', {});
    await answer.arrayBuffer();
    const token = /^[^=]+=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1];
    if (token === undefined) throw new UserError(`${server.origin} does not answer as Kubedan does.`);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, `${token}\n`, { mode: 0o600 });
    return new ServerClient(server, token);
  }

  /** @throws UserError with what the server's problem document says */
  async call<T>(method: string, route: string, body?: unknown): Promise<T> {
    const answer = await reach(this.server, `/api/v1${route}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      const problem = problemSchema.safeParse(parseOrNothing(text));
      throw new UserError(
        problem.success ? `${problem.data.detail} (${problem.data.code})` : `the server answered ${answer.status}`,
      );
    }
    return (/json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text) as T;
  }

  /** Calls `hear` with each event from the beginning, in order, until it says true. */
  async watch(sessionId: string, hear: (event: SessionEvent) => boolean): Promise<void> {
    const socket: Socket<SessionsServerToClient, SessionsClientToServer> = io(new URL('/sessions', this.server).href, {
      transports: ['websocket'],
      extraHeaders: { authorization: `Bearer ${this.token}` },
    });
    let last = 0;
    try {
      await new Promise<void>((resolve, reject) => {
        socket.on('event', (event) => {
          if (event.sessionId !== sessionId || event.number <= last) return;
          last = event.number;
          if (hear(event)) resolve();
        });
        socket.on('connect', () =>
          socket.emit('watch', { id: sessionId, after: last, again: last > 0 }, (reply) => {
            if (!reply.ok) reject(new UserError(`${reply.problem.detail} (${reply.problem.code})`));
          }),
        );
      });
    } finally {
      socket.disconnect();
    }
  }
}

/** A server whose data folder was made anew does not know older tokens: then we are a new person to it. */
async function isKnown(server: URL, token: string): Promise<boolean> {
  const answer = await reach(server, '/api/v1/sessions', { headers: { authorization: `Bearer ${token}` } });
  await answer.arrayBuffer();
  return answer.status !== 401;
}

async function reach(server: URL, route: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(route, server), init);
  } catch {
    throw new UserError(
      `Nothing answers at ${server.origin}. Is Kubedan running there? kubedan start starts it, --server names another.`,
    );
  }
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
