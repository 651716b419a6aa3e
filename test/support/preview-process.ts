import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from './root.js';

/** `kubedan lab preview` as an author starts it. */
export class PreviewProcess implements AsyncDisposable {
  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** @returns it as soon as it has said where its page is @throws Error with what it printed, when it ends before that */
  static async start(dir: string, ...options: string[]): Promise<PreviewProcess> {
    const child = spawn(
      process.execPath,
      [path.join(root, 'apps/cli/dist/main.js'), 'lab', 'preview', dir, ...options],
      { cwd: root, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        said += chunk.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+\/preview\S*/.exec(said);
        if (found) resolve(found[0]);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => reject(new Error(`the preview ended with ${code}:\n${said}`)));
    });
    return new PreviewProcess(child, url);
  }

  /** Ends it as Ctrl-C does. @returns its exit code */
  async stop(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGINT');
      await ended;
    }
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
