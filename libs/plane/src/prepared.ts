import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, mkdir, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KubeClient, type KubeObject } from '@kubedan/kube';
import { bootstrapObjects } from './learner-role.js';
import { PlanePaths, writePlaneFiles } from './plane-files.js';
import { RunningPlane, type RunningPlaneOptions } from './plane.js';

/**
 * @param objects what it holds besides our own
 * @returns a short name for everything that decides what a prepared etcd holds
 */
export function preparedKey(versions: string[], objects: readonly KubeObject[]): string {
  const content = JSON.stringify({ layout: 1, versions, objects: [...bootstrapObjects, ...objects] });
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

/** Starts a plane on an empty etcd, lets it bootstrap, adds our own objects and `objects`, and keeps the etcd's files at `target`. */
export async function prepareEtcd(
  options: {
    scratch: string;
    target: string;
    objects: readonly KubeObject[];
    now: number;
    deadlineMs: number;
  } & Pick<RunningPlaneOptions, 'programs' | 'dial' | 'brief' | 'nodeGraceSeconds' | 'log'>,
  signal?: AbortSignal,
): Promise<void> {
  const paths = new PlanePaths(options.scratch);
  paths.checkLengths();
  await rm(options.scratch, { recursive: true, force: true });
  try {
    const secrets = await writePlaneFiles(paths, options.now);
    const plane = new RunningPlane({ ...options, id: 'prepared', etcd: 'empty', paths, secrets });
    await plane.start(options.deadlineMs, signal);
    try {
      await using client = new KubeClient(plane.credentials.setup, { userAgent: 'kubedan-plane' });
      for (const object of [...bootstrapObjects, ...options.objects]) await client.apply(object, { signal });
    } finally {
      await plane.stop({ flush: true });
    }
    await trimEtcd(paths.etcdData);
    await keep(paths.etcdData, options.target);
  } finally {
    await rm(options.scratch, { recursive: true, force: true });
  }
}

/** Puts a folder where others look for it: whole, on the disk, and once, as another host may do the same at this moment. */
async function keep(folder: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const staged = `${target}.${process.pid}`;
  try {
    await cp(folder, staged, { recursive: true });
    for (const entry of await readdir(staged, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      await using file = await open(join(entry.parentPath, entry.name), 'r+');
      await file.sync();
    }
    await rename(staged, target);
  } catch (error) {
    if (!(await isPrepared(target))) throw error;
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** Removes the 64 MB file that etcd allocates ahead of its need; a stopped etcd has none. */
export async function dropSpare(dataDir: string): Promise<void> {
  const wal = join(dataDir, 'member', 'wal');
  const names = await readdir(wal).catch(() => []);
  await Promise.all(names.filter((name) => name.endsWith('.tmp')).map((name) => rm(join(wal, name), { force: true })));
}

/** Gives back what a stopped etcd reserved for later: it allocates 64 MB for each file of its log, and one more ahead. */
export async function trimEtcd(dataDir: string): Promise<void> {
  await dropSpare(dataDir);
  const wal = join(dataDir, 'member', 'wal');
  for (const name of await readdir(wal)) {
    if (name.endsWith('.wal')) await truncate(join(wal, name), await usedLength(join(wal, name)));
  }
}

/** @returns the length of a file up to its last byte that is not zero, rounded up to a page */
async function usedLength(path: string): Promise<number> {
  await using file = await open(path, 'r');
  const page = 4096;
  const chunk = Buffer.alloc(64 * page);
  const { size } = await file.stat();
  let used = 0;
  for (let offset = 0; offset < size; offset += chunk.length) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, offset);
    let last = bytesRead - 1;
    while (last >= 0 && chunk[last] === 0) last--;
    // etcd writes its log without gaps, so a whole chunk of zeros is its end.
    if (last < 0) break;
    used = offset + last + 1;
  }
  return Math.min(size, Math.ceil(used / page) * page + page);
}

/** Copies a prepared etcd's files; shares blocks where the file system can. */
export async function cloneEtcd(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

export async function isPrepared(target: string): Promise<boolean> {
  return stat(join(target, 'member')).then(
    () => true,
    () => false,
  );
}
