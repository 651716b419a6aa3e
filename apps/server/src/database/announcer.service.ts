import type { SessionEvent } from '@kubedan/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { LOGGER } from '../logging/logger.js';
import { DatabaseService } from './database.service.js';

/** The channel on which PostgreSQL tells every process of a new event, after its commit. Payload: `<session id>:<number>`. */
export const eventsChannel = 'kubedan_session_events';

export interface Announcement {
  sessionId: string;
  /** The last number. */
  number: number;
  /** The events themselves, in order, when this process wrote them. */
  events?: readonly SessionEvent[];
}

/** Hears of new events wherever they were written. After a lost connection listeners are told to look for themselves. */
@Injectable()
export class AnnouncerService {
  readonly #listeners = new Set<(announcement: Announcement) => void>();
  readonly #gapListeners = new Set<() => void>();
  #client: Client | undefined;
  #isStopped = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async start(): Promise<void> {
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    await this.#client?.end().catch(() => undefined);
  }

  /** @returns a function that ends the listening */
  onEvent(listener: (announcement: Announcement) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called when announcements may have been missed: whoever waits for events reads the log. */
  onGap(listener: () => void): () => void {
    this.#gapListeners.add(listener);
    return () => this.#gapListeners.delete(listener);
  }

  /** Events of one session that this process has committed: who listens here need not wait until PostgreSQL says so, too. */
  tellHere(events: readonly SessionEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    for (const listener of this.#listeners) listener({ sessionId: last.sessionId, number: last.number, events });
  }

  async #connect(): Promise<void> {
    const client = new Client({ ...this.database.connection, connectionTimeoutMillis: 4000, keepAlive: true });
    client.on('error', (error) => this.log.debug({ err: error }, 'the listening connection ended'));
    client.on('end', () => this.#reconnectSoon(client));
    client.on('notification', ({ payload }) => {
      const [sessionId = '', number = ''] = (payload ?? '').split(':');
      for (const listener of this.#listeners) listener({ sessionId, number: Number(number) });
    });
    await client.connect();
    await client.query(`LISTEN ${eventsChannel}`);
    this.#client = client;
  }

  #reconnectSoon(ended: Client): void {
    if (this.#isStopped || (this.#client !== ended && this.#client !== undefined)) return;
    this.#client = undefined;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#connect()
        .then(() => this.#gapListeners.forEach((listener) => listener()))
        .catch(() => this.#reconnectSoon(ended));
    }, 250);
  }
}
