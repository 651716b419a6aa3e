import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Ends a postmaster that an earlier server of ours left on this data folder. A process is ours only if it still runs
 * PostgreSQL on this very folder: a pid may have been given to somebody else since.
 */
export async function stopLeftover(data: string): Promise<void> {
  const pidFile = path.join(data, 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!(pid > 1)) return;
  for (const [signal, patience] of [
    ['SIGINT', 5000],
    ['SIGQUIT', 2000],
    ['SIGKILL', 2000],
  ] as const) {
    if (!(await isOurs(pid, data))) {
      // Its number is somebody else's now, or nobody's: the file would stop PostgreSQL from starting.
      await rm(pidFile, { force: true });
      return;
    }
    process.kill(pid, signal);
    const deadline = performance.now() + patience;
    while (performance.now() < deadline && (await isOurs(pid, data))) await delay(20);
  }
}

async function isOurs(pid: number, data: string): Promise<boolean> {
  const command = await commandOf(pid);
  return command.includes('postgres') && command.includes(data);
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  }
  return run('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
}
