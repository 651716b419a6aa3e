import { Inject, Injectable } from '@nestjs/common';
import { PgBoss, type SendOptions } from 'pg-boss';
import type { Logger } from 'pino';
import type { EntityManager } from 'typeorm';
import { LOGGER } from '../logging/logger.js';
import { DatabaseService } from './database.service.js';

/** Work that must be done once although processes die: written in the transaction that makes it necessary. */
@Injectable()
export class JobsService {
  #boss: PgBoss | undefined;
  readonly #started = Promise.withResolvers<PgBoss>();

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @param queues that jobs are sent to from the first request on */
  async start(queues: string[]): Promise<void> {
    const boss = new PgBoss({
      ...this.database.connection,
      application_name: 'kubedan-jobs',
      schema: 'jobs',
      max: 4,
      schedule: false,
      useListenNotify: true,
      // The first version of pg-boss's tables is made, later ones are migrated, by itself.
      migrate: true,
    });
    boss.on('error', (error) => this.log.debug({ err: error }, 'the job queue had an error'));
    await boss.start();
    for (const name of queues) await createQueue(boss, name);
    this.#boss = boss;
    this.#started.resolve(boss);
  }

  async stop(): Promise<void> {
    // What is running is driven again at the next start; waiting for it here would make Ctrl-C slow.
    await this.#boss?.stop({ graceful: false, close: true });
    this.#boss = undefined;
  }

  /**
   * @param name of the queue, made when it is not there
   * @param concurrency how many jobs at once in this process
   * @param handle must do nothing when its work is done already; a throw makes the job come again, up to 5 times
   */
  async work<T extends object>(name: string, concurrency: number, handle: (data: T) => Promise<void>): Promise<void> {
    const boss = await this.#started.promise;
    await createQueue(boss, name);
    await boss.work<T>(
      name,
      { localConcurrency: concurrency, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 2 },
      async (jobs) => {
        for (const job of jobs) {
          try {
            await handle(job.data);
          } catch (error) {
            this.log.warn({ err: error, queue: name }, 'a job failed and comes again');
            throw error;
          }
        }
      },
    );
  }

  /** @param manager of the transaction that makes the job necessary: both are committed, or neither */
  async send(manager: EntityManager, name: string, data: object, options: SendOptions = {}): Promise<void> {
    const db = {
      executeSql: async (text: string, values?: unknown[]): Promise<{ rows: unknown[] }> => {
        const result: unknown = await manager.query(text, values);
        return { rows: rowsOf(result) };
      },
    };
    const boss = await this.#started.promise;
    await boss.send(name, data, { ...options, db });
  }
}

async function createQueue(boss: PgBoss, name: string): Promise<void> {
  await boss.createQueue(name, {
    notify: true,
    retryLimit: 5,
    retryDelay: 1,
    retryBackoff: true,
    deleteAfterSeconds: 3600,
    expireInSeconds: 3600,
  });
}

/** TypeORM gives rows for a SELECT and [rows, count] for what changes data. */
function rowsOf(result: unknown): unknown[] {
  if (!Array.isArray(result)) return [];
  if (result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number') return result[0];
  return result;
}
