import { readdir, readFile } from 'node:fs/promises';

/** Milliseconds between asking processes to end and ending them. */
const graceMs = 1_000;

/** A process that leads a group, and all that it started. Where there are no groups (Windows) it stands for itself alone. */
export class ProcessGroup {
  readonly #leader: number | undefined;
  #forced: NodeJS.Timeout | undefined;

  /** @param leader its process id; undefined for one that did not start */
  constructor(leader: number | undefined) {
    this.#leader = leader;
  }

  /** Asks all to end; those that have not within a second are ended. */
  end(): void {
    this.#end(process.platform === 'win32' ? 1 : -1);
  }

  /** The same for the leader alone. */
  endLeader(): void {
    this.#end(1);
  }

  /** To be called when the leader is gone, or all are. */
  over(): void {
    clearTimeout(this.#forced);
    this.#forced = undefined;
  }

  /** @returns whether nothing of it runs any more; those that ended and were not collected by their parents do not count */
  async isEmpty(): Promise<boolean> {
    if (this.#leader === undefined) return true;
    if (process.platform !== 'linux') return !this.#send(process.platform === 'win32' ? 1 : -1, 0);
    const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
    const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
    return !stats.some((stat) => {
      // proc(5): the name, in parentheses, may hold anything; behind it are the state, the parent and the group.
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(group) === this.#leader && state !== 'Z' && state !== 'X';
    });
  }

  #end(sign: 1 | -1): void {
    this.#send(sign, 'SIGTERM');
    this.over();
    this.#forced = setTimeout(() => this.#send(sign, 'SIGKILL'), graceMs);
  }

  /** @returns whether there was one to take it */
  #send(sign: 1 | -1, signal: NodeJS.Signals | 0): boolean {
    if (this.#leader === undefined) return false;
    try {
      return process.kill(sign * this.#leader, signal);
    } catch {
      return false;
    }
  }
}
