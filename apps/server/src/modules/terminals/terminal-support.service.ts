import type { ProgramName } from '@kubedan/binaries';
import type { LocalizedText } from '@kubedan/contracts';
import { SandboxHost } from '@kubedan/shell';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { foldersOf } from '../../folders.js';
import { LOGGER } from '../../logging/logger.js';
import { ProblemError } from '../../problems/problem.error.js';

/** This host has no way to hold a learner's shell. */
export class SandboxMissingError extends ProblemError {
  readonly code = 'sandbox-missing';
}

/** Whether learners' shells and set-up scripts can be held here, and the host of their sandboxes. */
@Injectable()
export class TerminalSupport {
  #host: SandboxHost | undefined;
  #reason: LocalizedText = { en: 'The server is still starting.', zh: '服务器仍在启动。' };

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  get availability(): { available: boolean; reason?: LocalizedText } {
    return this.#host === undefined ? { available: false, reason: this.#reason } : { available: true };
  }

  /** @throws SandboxMissingError */
  get host(): SandboxHost {
    if (this.#host === undefined) {
      throw new SandboxMissingError(`${this.#reason.en} Download the kubeconfig and use a terminal of your own.`);
    }
    return this.#host;
  }

  /** Looks at what this machine can do, once the programs are there. */
  async start(programs: Partial<Record<ProgramName, string>>): Promise<void> {
    const found = await SandboxHost.probe();
    if (!found.available) {
      this.log.warn(`no terminals here: ${found.reason}. ${found.remedy}`);
      this.#reason = {
        en: `Terminals are not available on this server: ${found.reason}.`,
        zh: `此服务器不提供终端：${found.reason}。`,
      };
      return;
    }
    const { kubectl, helm } = programs;
    if (kubectl === undefined) return;
    this.#host = new SandboxHost({
      dir: foldersOf(this.config).sandboxes,
      tools: { kubectl, ...(helm === undefined ? {} : { helm }) },
    });
  }

  /** Ends the terminals of a workspace and all that runs in them. */
  async closeWorkspace(workspace: string): Promise<void> {
    await this.#host?.closeWorkspace(workspace);
  }

  async stop(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    await host?.close();
  }
}
