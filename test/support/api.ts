import type {
  CreateSession,
  SessionEvent,
  SessionsClientToServer,
  SessionsServerToClient,
  SessionView,
} from '@kubedan/contracts';
import { io, type Socket } from 'socket.io-client';

/** One person's way into a server: the cookie of the first visit, REST, and the socket of sessions. */
export class Api {
  private constructor(
    readonly url: string,
    readonly cookie: string,
  ) {}

  /** A new person on their first visit. */
  static async visit(url: string): Promise<Api> {
    const answer = await fetch(`${url}/api/v1/labs`);
    const cookie = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
    await answer.arrayBuffer();
    return new Api(url, cookie);
  }

  /** @returns the same person at a server that was started again elsewhere */
  at(url: string): Api {
    return new Api(url, this.cookie);
  }

  /** @returns status and body, whatever the status is */
  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        origin: this.url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, body: (isJson && text !== '' ? JSON.parse(text) : text) as T };
  }

  /** @throws Error with the answer unless its status is 2xx */
  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call<T>(method, path, body);
    if (answer.status < 200 || answer.status > 299) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  createSession(request: CreateSession): Promise<SessionView> {
    return this.ok('POST', '/sessions', request);
  }

  session(id: string): Promise<SessionView> {
    return this.ok('GET', `/sessions/${id}`);
  }

  /** Watches a session's events from the beginning. */
  watch(sessionId: string, after = 0): SessionWatch {
    return new SessionWatch(this, sessionId, after);
  }
}

/** The events of one session as a browser gets them, and waiting for one of them. */
export class SessionWatch implements Disposable {
  readonly events: SessionEvent[] = [];
  readonly socket: Socket<SessionsServerToClient, SessionsClientToServer>;
  readonly #waiting = new Set<() => void>();

  constructor(api: Api, sessionId: string, after: number) {
    this.socket = io(`${api.url}/sessions`, {
      transports: ['websocket'],
      extraHeaders: { cookie: api.cookie, origin: api.url },
      forceNew: true,
    });
    this.socket.on('event', (event) => {
      if (event.sessionId !== sessionId) return;
      this.events.push(event);
      for (const look of this.#waiting) look();
    });
    // After a lost connection too: what was missed comes from the last number seen.
    this.socket.on('connect', () =>
      this.socket.emit('watch', { id: sessionId, after: this.events.at(-1)?.number ?? after }, () => undefined),
    );
  }

  /**
   * @param matches tells whether an event, past or to come, is the one
   * @param deadline ms after which waiting is an error that lists what came instead
   */
  async until(matches: (event: SessionEvent) => boolean, deadline = 60_000): Promise<SessionEvent> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(
          new Error(
            `the event did not come within ${deadline} ms; these came: ${JSON.stringify(this.events.slice(-12))}`,
          ),
        );
      }, deadline);
      const look = (): void => {
        const found = this.events.find(matches);
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  untilState(state: string, deadline?: number): Promise<SessionEvent> {
    return this.until((event) => event.type === 'state' && event.state === state, deadline);
  }

  [Symbol.dispose](): void {
    this.socket.disconnect();
  }
}
