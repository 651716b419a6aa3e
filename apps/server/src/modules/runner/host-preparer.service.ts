import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../logging/logger.js';
import { SetupService } from '../setup/setup.service.js';
import { TerminalSupport } from '../terminals/terminal-support.service.js';
import { ClusterHost } from './cluster-host.service.js';
import { ProgramsService } from './programs.service.js';
import { texts } from './texts.js';

/** Gets this host ready for its first cluster. */
@Injectable()
export class HostPreparer {
  constructor(
    @Inject(ProgramsService) private readonly programs: ProgramsService,
    @Inject(TerminalSupport) private readonly terminals: TerminalSupport,
    @Inject(ClusterHost) private readonly clusters: ClusterHost,
    @Inject(SetupService) private readonly setup: SetupService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Programs and the prepared plane; tried again for ever, as a broken download may be whole the next time. */
  async prepare(signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const paths = await this.programs.find(signal);
        await this.terminals.start(paths);
        this.setup.report({ name: 'cluster', phase: 'preparing' });
        await this.clusters.prepare(signal);
        this.setup.report({ name: 'cluster', phase: 'ready' });
        return;
      } catch (error) {
        signal.throwIfAborted();
        const message = error instanceof Error ? error.message : String(error);
        this.log.error({ err: error }, 'clusters cannot be made yet');
        this.setup.fail(texts.programs(message), error);
        await delay(Math.min(60_000, 5000 * attempt), undefined, { signal });
        this.setup.retry();
      }
    }
  }
}
