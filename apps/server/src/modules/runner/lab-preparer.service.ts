import type { RunningCluster } from '@kubedan/clusters';
import type { GivenSnapshot } from '@kubedan/grading';
import { prepareLab } from '@kubedan/lab-setup';
import type { BoundLab } from '@kubedan/labs';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { foldersOf } from '../../folders.js';
import { TerminalSupport } from '../terminals/terminal-support.service.js';

/** Makes a lab's starting state in a fresh cluster, with this server's folders and sandboxes. */
@Injectable()
export class LabPreparer {
  readonly #scratch: string;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(TerminalSupport) private readonly terminals: TerminalSupport,
  ) {
    this.#scratch = foldersOf(config).setups;
  }

  /**
   * @returns the objects that checks compare with later, as they are at hand-over
   * @throws SetUpFailedError naming what could not be made or never came; the signal's reason when it aborts
   */
  prepare(cluster: RunningCluster, bound: BoundLab, signal: AbortSignal): Promise<GivenSnapshot> {
    return prepareLab({ cluster, bound, host: () => this.terminals.host, scratch: this.#scratch, signal });
  }
}
