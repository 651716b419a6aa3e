import { readdir, readlink, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity } from '@kubedan/binaries';

/** Sends SIGKILL to this very process and waits until it is gone. */
export async function endProcess(identity: ProcessIdentity): Promise<void> {
  while (await isAlive(identity)) {
    try {
      process.kill(identity.pid, 'SIGKILL');
    } catch {
      return;
    }
    await delay(5);
  }
}

/**
 * On Linux: the processes that run one of these programs with `dir` or a directory below it as their working directory;
 * elsewhere none.
 * @param programs file names, as the programs may have been moved or replaced since
 */
export async function processesIn(dir: string, programs: readonly string[]): Promise<ProcessIdentity[]> {
  if (process.platform !== 'linux') return [];
  const root = await realpath(dir).catch(() => dir);
  const found: ProcessIdentity[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const cwd = await linkOf(pid, 'cwd');
      if (cwd !== root && !cwd.startsWith(`${root}/`)) continue;
      if (!programs.includes(basename(await linkOf(pid, 'exe')))) continue;
      const identity = await identityOf(pid);
      if (identity) found.push(identity);
    } catch {
      // Ended in between, or someone else's.
    }
  }
  return found;
}

async function linkOf(pid: number, what: 'cwd' | 'exe'): Promise<string> {
  return (await readlink(`/proc/${pid}/${what}`)).replace(/ \(deleted\)$/, '');
}
