import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.js';

/**
 * Runs `work` while no other process holds the lock file. A lock of a process that is gone is taken over.
 * @param onWait called once when another process holds it
 * @throws the signal's reason
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: { signal?: AbortSignal | undefined; onWait?: (pid: number) => void } = {},
): Promise<T> {
  const mine = JSON.stringify({ ...(await identityOf(process.pid)), token: randomUUID() });
  let told = false;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      await writeFile(path, mine, { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = await readFile(path, 'utf8').catch(() => '');
    const owner = parsed(text);
    if (text && !(owner && (await isAlive(owner)))) {
      await removeStale(path, text);
      continue;
    }
    if (!told && owner) options.onWait?.(owner.pid);
    told = true;
    await delay(200, undefined, { signal: options.signal });
  }
  try {
    return await work();
  } finally {
    if ((await readFile(path, 'utf8').catch(() => '')) === mine) await rm(path, { force: true });
  }
}

/** Another process may do the same at this moment and hold the lock already: what is moved away is looked at first. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8').catch(() => stale)) === stale) await rm(aside, { force: true });
  else await rename(aside, path);
}

function parsed(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
