import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rmdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { entryOf, openDirectory, walk, withParent } from './confined.js';

export interface Usage {
  bytes: number;
  entries: number;
  /** More entries, folders or open files than are looked at: over any limit. */
  overflow: boolean;
}

/** What a workspace holds on disk. Files with several names count once. Looking ends soon after `maxEntries`. */
export async function workspaceUsage(root: string, maxEntries: number): Promise<Usage> {
  const usage: Usage = { bytes: 0, entries: 0, overflow: false };
  const linked = new Set<number>();
  await walk(root, ({ stat, tooDeep }) => {
    usage.entries++;
    if (tooDeep || usage.entries > maxEntries) usage.overflow = true;
    if (stat.isFile() && stat.nlink > 1) {
      if (linked.has(stat.ino)) return !usage.overflow;
      linked.add(stat.ino);
    }
    usage.bytes += stat.blocks * 512;
    return !usage.overflow;
  });
  return usage;
}

const maxDescriptors = 20_000;

/** Bytes of files on device `dev` that have no name any more but are held open by one of `pids`. */
export async function deletedFilesUsage(pids: Iterable<number>, dev: number): Promise<Usage> {
  const usage: Usage = { bytes: 0, entries: 0, overflow: false };
  const seen = new Set<number>();
  let looked = 0;
  for (const pid of pids) {
    for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      if (++looked > maxDescriptors) return { ...usage, overflow: true };
      const file = await stat(`/proc/${pid}/fd/${descriptor}`).catch(() => undefined);
      if (!file?.isFile() || file.nlink > 0 || file.dev !== dev || seen.has(file.ino)) continue;
      seen.add(file.ino);
      usage.bytes += file.blocks * 512;
      usage.entries++;
    }
  }
  return usage;
}

/**
 * Brings a workspace back below its limits by deleting what changed last, newest first. No program may be running in it.
 * @returns the paths that were deleted, at most 100 of them
 */
export async function trimWorkspace(root: string, limits: { bytes: number; entries: number }): Promise<string[]> {
  const files: { path: string; changed: number; bytes: number; directory: boolean }[] = [];
  const deep: string[] = [];
  let bytes = 0;
  await walk(root, ({ path, stat, tooDeep }) => {
    if (tooDeep) deep.push(path);
    // ctime: unlike mtime, nobody can set it.
    files.push({ path, changed: stat.ctimeMs, bytes: stat.blocks * 512, directory: stat.isDirectory() });
    bytes += stat.blocks * 512;
    return true;
  });
  const deleted: string[] = [];
  for (const path of deep) {
    await withParent(root, path, removeEntry);
    deleted.push(path);
  }
  let entries = files.length;
  // Below the limits by a margin, so that the next file does not break them at once.
  const goal = { bytes: limits.bytes * 0.9, entries: limits.entries * 0.9 };
  files.sort((a, b) => b.changed - a.changed || b.path.length - a.path.length);
  for (const file of files) {
    if (bytes <= goal.bytes && entries <= goal.entries) break;
    const gone = await withParent(root, file.path, (parent, name) =>
      (file.directory ? rmdir : unlink)(entryOf(parent, name)),
    ).then(
      () => true,
      () => false, // a folder that still holds older files stays
    );
    if (!gone) continue;
    bytes -= file.bytes;
    entries--;
    if (deleted.length < 100) deleted.push(file.path);
  }
  return deleted;
}

/** Deletes a tree however deep: rm(1) walks by open directories, where a path would be too long. */
export async function removeTree(path: string): Promise<void> {
  const directory = await openDirectory(dirname(path)).catch(() => undefined);
  if (!directory) return;
  try {
    await removeEntry(directory, basename(path));
  } finally {
    await directory.close();
  }
}

async function removeEntry(parent: FileHandle, name: string): Promise<void> {
  // Its owner may have made a folder read-only; without root, rm cannot empty such a one.
  const script = 'cd /proc/self/fd/3 && { chmod -R u+rwX -- "./$1" 2>/dev/null; exec rm -rf -- "./$1"; }';
  const child = spawn('/bin/sh', ['-c', script, 'sh', name], {
    stdio: ['ignore', 'ignore', 'ignore', parent.fd],
    env: { PATH: '/usr/bin:/bin' },
  });
  await once(child, 'exit');
}
