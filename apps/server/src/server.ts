import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { BootService } from './boot.service.js';
import { type Config, type Environment, readConfig } from './config/config.js';
import { DataLock } from './data-lock.js';
import { foldersOf } from './folders.js';
import { AllowedHosts } from './http/allowed-hosts.js';
import { guardPages } from './http/guard-pages.js';
import { addressOf, listen } from './http/listen.js';
import { SocketAdapter } from './http/socket.adapter.js';
import { servePage } from './http/static-page.js';
import { createLogger, nestLogger } from './logging/logger.js';
import { identify } from './modules/people/identify.middleware.js';
import type { Ended } from './modules/runner/end-all.service.js';
import { RunnerService } from './modules/runner/runner.service.js';
import { PeopleService } from './modules/people/people.service.js';
import { SetupService } from './modules/setup/setup.service.js';
import { ProblemFilter } from './problems/problem.filter.js';

export interface RunningServer extends AsyncDisposable {
  /** Where the page is. */
  readonly url: string;
  readonly log: Logger;
  readonly config: Config;
  /** Resolves when clusters can be made; rejects when that failed. */
  readonly setupDone: Promise<void>;
  /** Ends all sessions and clusters of this host; once the set-up is done. */
  endAll(): Promise<Ended>;
  /** Ends all that was started. Idempotent. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Configuration; the process's own when absent. */
  environment?: Environment;
}

/**
 * Starts the server. It resolves when the page answers; database, programs and clusters follow in the background.
 * @throws ConfigInvalidError, DataFolderTakenError, PortTakenError
 */
export async function startServer({ environment = process.env }: StartOptions = {}): Promise<RunningServer> {
  const config = readConfig(environment);
  const log = createLogger(config.process);
  const lock = await DataLock.take(config.storage.KUBEDAN_DATA_DIR);
  try {
    const hosts = new AllowedHosts(config.http.KUBEDAN_HOST, config.http.KUBEDAN_PUBLIC_URL);
    const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config, log), {
      bodyParser: false,
      logger: nestLogger(log),
      abortOnError: false,
    });
    app.useGlobalFilters(new ProblemFilter(log));
    app.useWebSocketAdapter(new SocketAdapter(app, hosts));
    guardPages(app, hosts);
    const isSecure = config.http.KUBEDAN_PUBLIC_URL?.startsWith('https:') ?? false;
    app.use(identify(app.get(PeopleService), isSecure));
    servePage(app, foldersOf(config).web);
    app.useBodyParser('json', { limit: config.http.KUBEDAN_BODY_LIMIT });
    await listen(app, config.http.KUBEDAN_HOST, config.http.KUBEDAN_PORT);
    const url = addressOf(app.getHttpServer() as Server, config.http.KUBEDAN_HOST);
    log.info(`Kubedan is at ${url}`);
    const boot = app.get(BootService);
    boot.start();
    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      (app.getHttpServer() as Server).closeAllConnections();
      await Promise.all([app.close(), boot.stop()]);
      lock[Symbol.dispose]();
    };
    const server: RunningServer = {
      url,
      log,
      config,
      get setupDone() {
        return app.get(SetupService).done;
      },
      endAll: () => app.get(RunnerService).endAll(),
      stop: () => (stopping ??= stop()),
      [Symbol.asyncDispose]: () => server.stop(),
    };
    return server;
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}
