import { CommandError, type Docker } from '@kubedan/docker';
import { clusterLabel } from '@kubedan/kind';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterId } from '../provider.js';
import type { Installation } from './names.js';

/** Milliseconds between two attempts to reach Docker again. */
const pause = 1_000;

/** Hears from Docker when a node's container of ours ends. Whoever is told judges whether that was meant. */
export class LossWatch {
  readonly #stop = new AbortController();
  #run: Promise<void> | undefined;

  constructor(
    private readonly docker: Docker,
    private readonly installation: Installation,
    private readonly hears: {
      /** A node's container ended or was removed, by whomever. */
      onDeath: (id: ClusterId, reason: string) => void;
      /** A node's container is gone for good; told before onDeath. */
      onRemoval: (id: ClusterId, reason: string) => void;
      /** Docker was away and is back: nobody knows what happened meanwhile. */
      onReturn: () => void;
    },
  ) {}

  /** Does nothing when it watches already. */
  start(): void {
    this.#run ??= this.#watch();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stop;
    let since = new Date();
    while (!signal.aborted) {
      try {
        const events = this.docker.events({
          labels: { [clusterLabel]: true },
          actions: ['die', 'destroy'],
          since,
          signal,
        });
        for await (const { action, name, labels, at } of events) {
          since = at;
          const id = this.installation.idOf(labels[clusterLabel] ?? '');
          if (id === undefined) continue;
          const reason = action === 'die' ? `The node ${name} stopped.` : `The node ${name} was removed.`;
          if (action === 'destroy') this.hears.onRemoval(id, reason);
          this.hears.onDeath(id, reason);
        }
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        await this.#untilBack(signal);
      }
    }
  }

  async #untilBack(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if ((await this.docker.probe()).usable) {
        this.hears.onReturn();
        return;
      }
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
