import {
  findPrograms,
  type CoreProgramName,
  type FindProgramsOptions,
  programNames,
  type ProgramName,
  type ProgramProgress,
} from '@kubedan/binaries';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { SetupService } from '../setup/setup.service.js';

/** The programs that clusters and terminals need, found once, with progress for the page. */
@Injectable()
export class ProgramsService {
  #found: Promise<Record<CoreProgramName, string>> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SetupService) private readonly setup: SetupService,
  ) {}

  /** @throws what findPrograms throws; the next call tries again */
  find(signal?: AbortSignal): Promise<Record<CoreProgramName, string>> {
    this.#found ??= this.#find(signal).catch((error: unknown) => {
      this.#found = undefined;
      throw error;
    });
    return this.#found;
  }

  /** Finds one that only some clusters need. @throws what findPrograms throws */
  async findOne<Name extends ProgramName>(name: Name, signal?: AbortSignal): Promise<string> {
    return (await findPrograms([name], this.#options(signal)))[name];
  }

  async #find(signal?: AbortSignal): Promise<Record<CoreProgramName, string>> {
    for (const name of programNames) this.setup.report({ name, phase: 'waiting' });
    return findPrograms(programNames, {
      ...this.#options(signal),
      onProgress: ({ program, ...progress }: ProgramProgress) => this.setup.report({ name: program, ...progress }),
    });
  }

  #options(signal?: AbortSignal): FindProgramsOptions {
    const { KUBEDAN_BIN_DIR: explicitDir, KUBEDAN_CACHE_DIR: cacheDir } = this.config.storage;
    return {
      ...(explicitDir === undefined ? {} : { explicitDir }),
      cacheDir,
      ...(signal === undefined ? {} : { signal }),
    };
  }
}
