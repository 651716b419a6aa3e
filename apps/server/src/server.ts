import type { AddressInfo } from 'node:net';
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
import { SocketAdapter } from './http/socket.adapter.js';
import { securityHeaders } from './http/security-headers.js';
import { servePage } from './http/static-page.js';
import { createLogger, nestLogger } from './logging/logger.js';
import { identify } from './modules/people/identify.middleware.js';
import type { Ended } from './modules/runner/end-all.service.js';
import { RunnerService } from './modules/runner/runner.service.js';
import { PeopleService } from './modules/people/people.service.js';
import { SetupService } from './modules/setup/setup.service.js';
import { ProblemFilter } from './problems/problem.filter.js';
import type { NextFunction, Request, Response } from 'express';

/** The port is somebody else's. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  constructor(host: string, port: number) {
    super(
      `Port ${port} of ${host} is taken by another program, perhaps another Kubedan. Stop it, or choose another port, such as KUBEDAN_PORT=${port === 65_535 ? 7070 : port + 1}.`,
    );
  }
}

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
    app.set('query parser', 'simple');
    app.disable('x-powered-by');
    app.useGlobalFilters(new ProblemFilter(log));
    app.useWebSocketAdapter(new SocketAdapter(app, hosts));
    app.use(securityHeaders);
    app.use((request: Request, response: Response, next: NextFunction) => {
      const isApi = request.path.startsWith('/api/');
      if (isApi) response.setHeader('Cache-Control', 'no-store');
      if (isApi) hosts.checkFetch(request.headers);
      else hosts.check({ host: request.headers.host });
      next();
    });
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

async function listen(app: NestExpressApplication, host: string, port: number): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close().catch(() => undefined);
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortTakenError(host, port);
    throw error;
  }
}

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
