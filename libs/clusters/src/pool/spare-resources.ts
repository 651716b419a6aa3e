import { cpus, freemem } from 'node:os';

/** What is idle on this machine: of all its processors (0 to 1), and bytes of memory that can be had. */
export interface SpareResources {
  cpu: number;
  memory: number;
}

/** Measures what this machine has to spare. The load average would tell of the last minute; this tells since the last look. */
export class SpareMeter {
  #last = ticks();
  #cpu = 1;

  /** @returns the processors' idle share since the last call that was at least 500 ms ago, and the free memory now */
  read(now = performance.now()): SpareResources {
    const next = ticks(now);
    if (next.at - this.#last.at >= 500) {
      const all = next.all - this.#last.all;
      this.#cpu = all > 0 ? (next.idle - this.#last.idle) / all : this.#cpu;
      this.#last = next;
    }
    return { cpu: this.#cpu, memory: freemem() };
  }
}

function ticks(at = performance.now()): { at: number; idle: number; all: number } {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { at, idle, all };
}
