import { spawn } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { BuildFailedError } from './errors.js';
import { goModules, type ProgramSource } from './programs.js';

const modules = fileURLToPath(goModules);

export interface GoBuildOptions {
  source: ProgramSource;
  /** Module copies and whatever else the go command writes, but its own caches. */
  workDir: string;
  output: string;
  /** @param total packages in all; those built before count as done at once */
  onProgress?: (done: number, total: number) => void;
  onMessage?: (message: string) => void;
  signal?: AbortSignal | undefined;
}

/** @returns the version of the go command, or undefined when there is none */
export async function goVersion(signal?: AbortSignal): Promise<string | undefined> {
  const result = await execa('go', ['env', 'GOVERSION'], {
    reject: false,
    cwd: '/',
    ...(signal ? { cancelSignal: signal } : {}),
  });
  signal?.throwIfAborted();
  return result.failed ? undefined : result.stdout.trim();
}

/**
 * Builds a program from its pinned module. The module's digests in go.sum are the proof of what is compiled.
 * @throws BuildFailedError, or the signal's reason
 */
export async function goBuild(options: GoBuildOptions): Promise<void> {
  const { source, signal } = options;
  const moduleDir = join(options.workDir, source.build.module);
  // A copy, so that no go command ever writes in the source tree.
  await mkdir(moduleDir, { recursive: true });
  await cp(join(modules, source.build.module), moduleDir, { recursive: true, force: true });
  const stamps = Object.entries(source.build.stamps).map(([name, value]) => `-X ${name}=${value}`);
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', ['-s', '-w', ...stamps].join(' ')];
  const run = (list: string[], onLine: (line: string) => void) => runGo(source, list, moduleDir, onLine, signal);

  options.onMessage?.('Fetching the source code of what it is made of.');
  const dependencies = await run(['list', '-deps', source.build.package], (line) => {
    const module = /^go: downloading (\S+)/.exec(line)?.[1];
    if (module) options.onMessage?.(`Fetching ${module}.`);
  });
  const total = Math.max(dependencies.split('\n').length, 1);
  let done = 0;
  options.onProgress?.(0, total);
  await run(['build', '-v', ...flags, '-o', options.output, source.build.package], (line) => {
    // One line a package; only those that the go command's own cache lacks are named.
    if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(line)) options.onProgress?.(Math.min(++done, total), total);
  });
  options.onProgress?.(total, total);
}

async function runGo(
  source: ProgramSource,
  list: string[],
  cwd: string,
  onLine: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn('go', list, {
    cwd,
    // Go compiles in children of its own: as a group of processes they can be ended together.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' },
  });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  };
  signal?.addEventListener('abort', end);
  try {
    let out = '';
    let words = '';
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-4_000);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.trim());
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal?.throwIfAborted();
    if (code !== 0) throw new BuildFailedError(source.name, words.trim());
    return out.trim();
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
