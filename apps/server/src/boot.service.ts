import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { AnnouncerService } from './database/announcer.service.js';
import { DatabaseService } from './database/database.service.js';
import { JobsService } from './database/jobs.service.js';
import { LOGGER } from './logging/logger.js';
import { RunnerService } from './modules/runner/runner.service.js';
import { provisionQueue } from './modules/sessions/session-jobs.js';
import { SetupService } from './modules/setup/setup.service.js';

/** What happens after the page is up, and its reverse. */
@Injectable()
export class BootService {
  readonly #stopped = new AbortController();
  #run: Promise<void> | undefined;

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(AnnouncerService) private readonly announcer: AnnouncerService,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(RunnerService) private readonly runner: RunnerService,
    @Inject(SetupService) private readonly setup: SetupService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Starts the rest in the background; what fails is shown, logged and tried again. */
  start(): void {
    this.#run = this.#startAll().catch((error: unknown) => {
      if (!this.#stopped.signal.aborted) this.log.error({ err: error }, 'the start failed');
    });
  }

  /** Resolves when nothing of ours runs any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.runner.stop().catch((error: unknown) => this.log.error({ err: error }, 'clusters did not stop cleanly'));
    await this.jobs.stop().catch(() => undefined);
    await this.announcer.stop();
    await this.database.stop();
    await this.#run;
  }

  async #startAll(): Promise<void> {
    const { signal } = this.#stopped;
    for (let attempt = 1; !signal.aborted; attempt++) {
      this.setup.report({ name: 'database', phase: 'preparing' });
      try {
        await this.database.start();
        break;
      } catch (error) {
        if (signal.aborted) return;
        const message = error instanceof Error ? error.message : String(error);
        this.setup.report({ name: 'database', phase: 'failed', message });
        this.log.error({ err: error, attempt }, 'the database is not there; trying again');
        await delay(Math.min(10_000, 500 * attempt), undefined, { signal });
      }
    }
    if (signal.aborted) return;
    await this.announcer.start();
    await this.jobs.start([provisionQueue]);
    this.setup.report({ name: 'database', phase: 'ready' });
    await this.runner.start(signal);
  }
}
