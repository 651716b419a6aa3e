import path from 'node:path';
import {
  chooseProvider,
  type ClusterProvider,
  EmbeddedProvider,
  type KindProvider,
  kindProviderHere,
  type RunningCluster,
} from '@kubedan/clusters';
import type { Capability, LocalizedText } from '@kubedan/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { foldersOf } from '../../folders.js';
import { LOGGER } from '../../logging/logger.js';
import { ProgramsService } from './programs.service.js';

/** The clusters of this host, whoever provides them. */
@Injectable()
export class ClusterHost {
  readonly #embedded: EmbeddedProvider;
  readonly #kind: KindProvider;
  readonly #providers: ClusterProvider[];

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(ProgramsService) programs: ProgramsService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.#embedded = new EmbeddedProvider({
      dir: foldersOf(config).clusters,
      programs: (signal) => programs.find(signal),
      planes: {
        preparedDir: path.join(config.storage.KUBEDAN_CACHE_DIR, 'prepared'),
        brief: config.clusters.KUBEDAN_PLANE_MEMORY === 'spend',
      },
    });
    const { KUBEDAN_NODE_IMAGE: image, KUBEDAN_NODE_MEMORY: mebibytes } = config.clusters;
    this.#kind = kindProviderHere({
      dir: foldersOf(config).kind,
      find: (name, signal) => programs.findOne(name, signal),
      image,
      memoryBytes: mebibytes * 2 ** 20,
    });
    const known = { embedded: this.#embedded, kind: this.#kind };
    this.#providers = config.clusters.KUBEDAN_PROVIDERS.map((name) => known[name]);
  }

  /** Finds programs, ends leftovers of an earlier process, makes what clusters are cloned from. */
  async prepare(signal: AbortSignal): Promise<void> {
    const preparing = this.#providers.includes(this.#kind) ? this.#kind.prepare(signal) : Promise.resolve();
    if (this.#providers.includes(this.#embedded)) {
      // Real clusters may need an image first; until it is here sessions get played ones.
      preparing.catch((error: unknown) => {
        if (!signal.aborted) this.log.warn({ err: error }, 'kind clusters cannot be made yet');
      });
      await this.#embedded.prepare(signal);
    } else await preparing;
  }

  /** Calls for each step of a cluster's making, where that takes seconds. */
  onProgress(listener: (id: string, step: LocalizedText) => void): void {
    this.#kind.onProgress(listener);
  }

  /** In the operator's order. */
  get providers(): readonly ClusterProvider[] {
    return this.#providers;
  }

  /** @returns the provider that a lab with these needs gets here @throws NoProviderError */
  choose(needs: readonly Capability[]): Promise<ClusterProvider> {
    return chooseProvider(this.#providers, needs);
  }

  suspend(provider: string | null, id: string): Promise<void> {
    return this.#of(provider).suspend(id);
  }

  resume(provider: string | null, id: string): Promise<RunningCluster> {
    return this.#of(provider).resume(id);
  }

  /** @throws the signal's reason when it gave no answer until then */
  isHealthy(provider: string | null, id: string, signal: AbortSignal): Promise<boolean> {
    return this.#of(provider).isHealthy(id, signal);
  }

  /** Idempotent; also where nobody knows any more which provider made it. */
  async destroy(id: string): Promise<void> {
    await Promise.all(this.#providers.map((provider) => provider.destroy(id)));
  }

  onLost(listener: (id: string, reason: string) => void): void {
    for (const provider of this.#providers) provider.onLost(listener);
  }

  /** Ends all processes; clusters can be resumed later. */
  async stop(): Promise<void> {
    await Promise.all(this.#providers.map((provider) => provider[Symbol.asyncDispose]()));
  }

  #of(name: string | null): ClusterProvider {
    return this.#providers.find((provider) => provider.name === name) ?? this.#embedded;
  }
}
