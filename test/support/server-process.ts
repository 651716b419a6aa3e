import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './root.js';

/** A Kubedan server as a user starts it, in a process and a data folder of its own. */
export class ServerProcess implements AsyncDisposable {
  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
    readonly dataDir: string,
    private readonly lines: string[],
  ) {}

  /**
   * @param options.dataDir an existing data folder, to start again on what another server left; a new one when absent
   * @param options.env further environment variables
   * @returns the server, as soon as it has said where its page is
   * @throws Error with all that it printed, when it ends before that
   */
  static async start(options: { dataDir?: string; env?: Record<string, string> } = {}): Promise<ServerProcess> {
    const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'kubedan-e2e-')));
    const child = spawn(process.execPath, [path.join(root, 'apps/cli/dist/main.js'), 'start'], {
      cwd: root,
      env: {
        ...process.env,
        KUBEDAN_PORT: '0',
        KUBEDAN_DATA_DIR: dataDir,
        // Docker may run beside the tests; what speaks of kind says so.
        KUBEDAN_PROVIDERS: 'embedded',
        NO_COLOR: '1',
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        lines.push(chunk.toString());
        const found = /https?:\/\/127\.0\.0\.1:\d+/.exec(lines.join(''));
        if (found) resolve(found[0]);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`the server ended with ${code} before its page was up:\n${lines.join('')}`)),
      );
    });
    return new ServerProcess(child, url, dataDir, lines);
  }

  /** All that it has printed so far. */
  get output(): string {
    return this.lines.join('');
  }

  /** Ends it as Ctrl-C does and waits for its end. @returns its exit code */
  async stop(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGINT');
      await ended;
    }
    return this.child.exitCode;
  }

  /** Ends it as a power cut would; its data folder stays. */
  async killHard(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
