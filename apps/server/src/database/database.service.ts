import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Client } from 'pg';
import { parse } from 'pg-connection-string';
import type { Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import { LOGGER } from '../logging/logger.js';
import { DatabaseUnavailableError } from '../problems/problem.error.js';
import { isDatabaseGone } from '../problems/problem.mapping.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';

/** Any number that nobody else locks: `kube` in ASCII. */
const migrationLock = 0x6b_75_62_65;
/** ms that a request waits for a database that is still starting. */
const patience = 5000;

export interface ConnectionFields {
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  ssl?: boolean | { ca?: string; cert?: string; key?: string; rejectUnauthorized?: boolean };
}

/** The connection to PostgreSQL. Starts after HTTP listens, so that the page never waits for it. */
@Injectable()
export class DatabaseService {
  #source: DataSource | undefined;
  #embedded: EmbeddedPostgres | undefined;
  #connection: ConnectionFields | undefined;
  readonly #ready = Promise.withResolvers<void>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.#ready.promise.catch(() => undefined);
  }

  /**
   * Starts the embedded PostgreSQL unless a URL is configured, connects and migrates. After a failure it may be called again.
   * @throws what PostgreSQL says
   */
  async start(): Promise<void> {
    await this.#connect();
    this.#ready.resolve();
  }

  async stop(): Promise<void> {
    this.#ready.reject(new DatabaseUnavailableError());
    await this.#source?.destroy().catch(() => undefined);
    await this.#embedded?.stop();
  }

  /** Resolves once tables are there; never on its own when the start failed. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** For clients that need a connection of their own (LISTEN, jobs). */
  get connection(): ConnectionFields {
    if (this.#connection === undefined) throw new DatabaseUnavailableError();
    return this.#connection;
  }

  get embeddedPid(): number | undefined {
    return this.#embedded?.pid;
  }

  /**
   * Runs one unit of work on a connection of the pool, outside a transaction.
   * @throws DatabaseUnavailableError when PostgreSQL does not answer
   */
  async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#guard(async (source) => work(source.manager));
  }

  /**
   * Runs one unit of work in a transaction.
   * @throws DatabaseUnavailableError when PostgreSQL does not answer; then the transaction may or may not have been committed
   */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#guard(async (source) => source.transaction(work));
  }

  async #guard<T>(work: (source: DataSource) => Promise<T>): Promise<T> {
    if (this.#source === undefined) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new DatabaseUnavailableError()), patience);
      });
      await Promise.race([this.#ready.promise, late])
        .catch((error: unknown) => {
          throw new DatabaseUnavailableError(error);
        })
        .finally(() => clearTimeout(timer));
    }
    try {
      return await work(this.#source!);
    } catch (error) {
      if (isDatabaseGone(error) || isBroken(error))
        throw error instanceof DatabaseUnavailableError ? error : new DatabaseUnavailableError(error);
      throw error;
    }
  }

  async #connect(): Promise<void> {
    const url = this.config.storage.KUBEDAN_DATABASE_URL;
    if (url === undefined) {
      this.#connection = await this.#startEmbedded();
    } else {
      const { host, port, user, password, database, ssl } = parse(url);
      this.#connection = {
        ...(host ? { host } : {}),
        ...(port ? { port: Number(port) } : {}),
        ...(user === undefined ? {} : { user }),
        ...(password === undefined ? {} : { password }),
        ...(database ? { database } : {}),
        ...(typeof ssl === 'boolean'
          ? { ssl }
          : typeof ssl === 'object'
            ? { ssl: ssl as Exclude<ConnectionFields['ssl'], undefined> }
            : {}),
      };
    }
    const { user, ...rest } = this.#connection;
    const source = new DataSource({
      type: 'postgres',
      ...rest,
      ...(user === undefined ? {} : { username: user }),
      entities,
      migrations,
      migrationsTableName: 'migrations',
      applicationName: 'kubedan',
      poolSize: 12,
      connectTimeoutMS: 4000,
      logging: false,
      poolErrorHandler: (error: unknown) => this.log.debug({ err: error }, 'an idle database connection ended'),
      extra: { keepAlive: true, query_timeout: 15_000 },
    });
    await source.initialize();
    try {
      await this.#migrate(source);
    } catch (error) {
      await source.destroy();
      throw error;
    }
    this.#source = source;
  }

  /** Once: it starts itself again when it dies later. */
  async #startEmbedded(): Promise<ConnectionFields> {
    if (this.#embedded !== undefined) return this.#embedded.connection;
    const embedded = new EmbeddedPostgres(path.join(this.config.storage.KUBEDAN_DATA_DIR, 'postgres'), this.log);
    // From now on: whoever stops us meanwhile must find it.
    this.#embedded = embedded;
    try {
      await embedded.start();
    } catch (error) {
      this.#embedded = undefined;
      await embedded.stop();
      throw error;
    }
    return embedded.connection;
  }

  /** Several servers may start at once: one migrates, the others wait. */
  async #migrate(source: DataSource): Promise<void> {
    const lock = new Client(this.connection);
    await lock.connect();
    try {
      await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
      await source.runMigrations({ transaction: 'each' });
    } finally {
      await lock.end();
    }
  }
}

/** A connection that broke while it was used; elsewhere such a code could be somebody else's connection. */
function isBroken(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNREFUSED' || code === 'ENOENT';
}
