import type { Server } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { readConfig, type Environment } from '../config/config.js';
import { foldersOf } from '../folders.js';
import { AllowedHosts } from '../http/allowed-hosts.js';
import { guardPages } from '../http/guard-pages.js';
import { addressOf, listen } from '../http/listen.js';
import { servePage } from '../http/static-page.js';
import { createLogger, nestLogger } from '../logging/logger.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { PreviewFolder } from './preview-folder.js';
import { PreviewSessions } from './preview-sessions.js';
import { PreviewController } from './preview.controller.js';

@Module({})
class PreviewModule {
  static with(folder: PreviewFolder, now: () => Date): DynamicModule {
    return {
      module: PreviewModule,
      controllers: [PreviewController],
      providers: [
        { provide: PreviewFolder, useValue: folder },
        { provide: PreviewSessions, useValue: new PreviewSessions(now) },
      ],
    };
  }
}

export interface RunningPreview extends AsyncDisposable {
  /** Where the page is. */
  readonly url: string;
}

export interface PreviewOptions {
  /** The lab's folder. */
  dir: string;
  /** TCP port on the loopback; 0 for any that is free. */
  port: number;
  environment?: Environment;
  now?: () => Date;
}

/**
 * Serves one lab as a learner sees it, without a cluster and to this machine alone, and tells the page whenever the folder
 * changes.
 * @throws ConfigInvalidError, PortTakenError
 */
export async function startPreview(options: PreviewOptions): Promise<RunningPreview> {
  const { dir, port, environment = process.env, now = () => new Date() } = options;
  const config = readConfig(environment);
  // The page is the only output that an author looks at; what goes wrong here still belongs into the terminal.
  const log = createLogger({ ...config.process, KUBEDAN_LOG_LEVEL: 'warn' });
  const host = '127.0.0.1';
  const folder = await PreviewFolder.open(dir, now);
  try {
    const app = await NestFactory.create<NestExpressApplication>(PreviewModule.with(folder, now), {
      bodyParser: false,
      logger: nestLogger(log),
      abortOnError: false,
    });
    app.useGlobalFilters(new ProblemFilter(log));
    guardPages(app, new AllowedHosts(host));
    servePage(app, foldersOf(config).web);
    app.useBodyParser('json', { limit: config.http.KUBEDAN_BODY_LIMIT });
    await listen(app, host, port);
    const server = app.getHttpServer() as Server;
    return {
      url: `${addressOf(server, host)}/preview`,
      [Symbol.asyncDispose]: async () => {
        folder[Symbol.dispose]();
        server.closeAllConnections();
        await app.close();
      },
    };
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
}
