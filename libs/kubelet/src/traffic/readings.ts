import type { World } from '@kubedan/world';
import { idleUsage, type Usage } from '../plan.js';

interface Reading {
  /** World time of the run's start: counters of another run are others. */
  startedMs: number;
  cpuSeconds: number;
}

/**
 * What metrics-server reads of the world's containers: their counters, from time to time. The use of CPU is what lies between
 * two readings; memory is that of the last.
 */
export class Readings {
  #before = new Map<string, Reading>();
  #last = new Map<string, Usage>();
  #readMs = 0;

  constructor(private readonly engine: Pick<World, 'usageOf' | 'nowMs'>) {}

  /** @param containers those that run */
  read(containers: Iterable<{ pod: string; container: string; startedMs: number }>): void {
    const now = new Map<string, Reading>();
    const last = new Map<string, Usage>();
    const seconds = (this.engine.nowMs - this.#readMs) / 1000;
    for (const { pod, container, startedMs } of containers) {
      const usage = this.engine.usageOf(pod, container);
      if (!usage) continue;
      const key = `${pod}/${container}`;
      const before = this.#before.get(key);
      now.set(key, { startedMs, cpuSeconds: usage.cpuSeconds });
      if (before?.startedMs !== startedMs || seconds <= 0) continue;
      const cpuMillicores = ((usage.cpuSeconds - before.cpuSeconds) / seconds) * 1000;
      // A program that is there is never nothing, whatever the lab says of its requests.
      last.set(key, {
        cpuMillicores: Math.max(idleUsage.cpuMillicores, cpuMillicores),
        memoryBytes: Math.max(idleUsage.memoryBytes, usage.memory),
      });
    }
    this.#before = now;
    this.#last = last;
    this.#readMs = this.engine.nowMs;
  }

  /** @returns undefined until it has run from one reading to another */
  of(pod: string, container: string): Usage | undefined {
    return this.#last.get(`${pod}/${container}`);
  }
}
