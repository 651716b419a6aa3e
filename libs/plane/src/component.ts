import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf, type ProcessIdentity } from '@kubedan/binaries';
import { endProcess } from './process-identity.js';

export type ComponentName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

export interface ComponentOptions {
  name: ComponentName;
  program: string;
  arguments: () => string[];
  /** Working directory: also how a leftover process is recognized as this plane's. */
  cwd: string;
  env: Record<string, string>;
  /** Appended to; cut when it has grown beyond `maxLogBytes`. */
  logFile: string;
  /** Holds the process's identity as JSON while it runs. */
  pidFile: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const maxLogBytes = 5_000_000;
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => process.platform === 'linux' && existsSync(path));

/** One child process of a plane, which dies with this process where the platform can do that. Emits `exit` with an Exit. */
export class Component extends EventEmitter<{ exit: [Exit] }> {
  readonly name: ComponentName;
  readonly #options: ComponentOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<Exit> = Promise.resolve({ code: 0, signal: null });
  #running = false;
  #startedAt = 0;
  /** Counts stops, so that a start under way notices one. */
  #stops = 0;
  /** Length of the log when the process was started. */
  #logStart = 0;

  constructor(options: ComponentOptions) {
    super();
    this.name = options.name;
    this.#options = options;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Milliseconds since the last start. */
  get ranForMs(): number {
    return performance.now() - this.#startedAt;
  }

  get pid(): number | undefined {
    return this.#running ? this.#child?.pid : undefined;
  }

  /** Starts the process, unless it is stopped before that is done. */
  async start(): Promise<void> {
    const { program, cwd, env, logFile, pidFile } = this.#options;
    const stops = this.#stops;
    const log = await open(logFile, 'a', 0o600);
    try {
      this.#logStart = (await log.stat()).size;
      if (stops !== this.#stops) return;
      // setpriv asks the kernel to kill the program when this process is gone, then becomes the program.
      const command = setpriv ? [setpriv, '--pdeathsig', 'KILL', program] : [program];
      const child = spawn(command[0]!, [...command.slice(1), ...this.#options.arguments()], {
        cwd,
        env,
        stdio: ['ignore', log.fd, log.fd],
        // In a session of its own a Ctrl-C at the terminal reaches us alone, and we stop planes in order.
        detached: true,
      });
      this.#child = child;
      this.#running = true;
      this.#startedAt = performance.now();
      this.#exited = new Promise((resolve) => {
        const ended = (exit: Exit) => {
          if (this.#child !== child || !this.#running) return;
          this.#running = false;
          resolve(exit);
          this.emit('exit', exit);
        };
        child.once('exit', (code, signal) => ended({ code, signal }));
        child.once('error', () => ended({ code: 127, signal: null }));
      });
      if (child.pid !== undefined) {
        const identity = await identityOf(child.pid);
        if (identity) await writeFile(pidFile, JSON.stringify(identity), { mode: 0o600 });
      }
    } finally {
      await log.close();
    }
  }

  /** Sends SIGKILL; `exit` tells when it is gone. */
  kill(): void {
    if (this.#running) this.#child?.kill('SIGKILL');
  }

  /** Ends the process; resolves when it is gone. `graceMs` after a SIGTERM comes the SIGKILL. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL', graceMs = 5_000): Promise<void> {
    this.#stops++;
    if (this.#running) {
      this.#child?.kill(signal);
      if (signal === 'SIGTERM') {
        const timer = setTimeout(() => this.#child?.kill('SIGKILL'), graceMs);
        await this.#exited;
        clearTimeout(timer);
      }
    }
    await this.#exited;
    await rm(this.#options.pidFile, { force: true });
  }

  /** @returns the last lines that the process of the last start has logged, at most `bytes` long */
  async lastWords(bytes = 2_000): Promise<string> {
    return tail(this.#options.logFile, bytes, this.#logStart);
  }

  /** Cuts a log that has grown too long. */
  async trimLog(): Promise<void> {
    const { size } = await stat(this.#options.logFile).catch(() => ({ size: 0 }));
    if (size <= maxLogBytes) return;
    await truncate(this.#options.logFile, 0);
    this.#logStart = 0;
  }
}

async function tail(path: string, bytes: number, from: number): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const start = Math.max(from, size - bytes);
    const { buffer } = await file.read(Buffer.alloc(Math.max(size - start, 0)), 0, size - start, start);
    // A line that was cut at its beginning tells nothing.
    return buffer
      .toString('utf8')
      .slice(start > from ? buffer.indexOf(10) + 1 : 0)
      .trim();
  } catch {
    return '';
  }
}

/** Ends a process that an earlier run recorded in a pid file, if it is still that very process. */
export async function endRecorded(pidFile: string): Promise<void> {
  try {
    const identity = JSON.parse(await readFile(pidFile, 'utf8')) as ProcessIdentity;
    if (Number.isInteger(identity.pid) && identity.pid > 1) await endProcess(identity);
  } catch {
    // No such file, or half written: processesIn finds what it would have named.
  }
  await rm(pidFile, { force: true });
}

export const pidFileOf = (planeDir: string, name: ComponentName) => join(planeDir, `${name}.pid`);
