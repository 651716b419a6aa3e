import { constants } from 'node:fs';
import { chmod, lstat, open, opendir, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { WorkspaceFileNotFoundError, WorkspacePathError } from './errors.js';

// A learner's programs change the workspace while the server looks at it, so a checked path means nothing a moment
// later. Here every step is taken from an open directory (/proc/self/fd/N/name is what openat(2) would do) and follows
// no link: whatever is swapped meanwhile, the server never leaves the workspace.

/** The name of an entry of an open directory, for any call that takes a path. */
export function entryOf(directory: FileHandle, name: string): string {
  return `/proc/self/fd/${directory.fd}/${name}`;
}

const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW;

/** Opens a directory that no link leads to. */
export function openDirectory(path: string): Promise<FileHandle> {
  return open(path, openFlags | constants.O_DIRECTORY);
}

/** Splits a relative path; throws WorkspacePathError for one that is absolute, climbs, or holds odd characters. */
export function componentsOf(path: string): string[] {
  if (path.includes('\0')) throw new WorkspacePathError(path, 'it holds a NUL character');
  if (path.startsWith('/')) throw new WorkspacePathError(path, 'it is absolute');
  const components = path.split('/').filter((each) => each !== '' && each !== '.');
  if (components.includes('..')) throw new WorkspacePathError(path, 'it climbs with ..');
  if (components.length === 0) throw new WorkspacePathError(path, 'it names no file');
  if (components.length > maxDepth) throw new WorkspacePathError(path, `it is deeper than ${maxDepth} folders`);
  if (components.some((each) => Buffer.byteLength(each) > 255))
    throw new WorkspacePathError(path, 'a name is too long');
  return components;
}

/** Folders deeper than this are not looked into. */
export const maxDepth = 24;

/** Turns what the system says about a path into an error that names the workspace's path. */
export function pathError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new WorkspaceFileNotFoundError(path);
  if (code === 'ELOOP') return new WorkspacePathError(path, 'it is or passes a symbolic link');
  if (code === 'ENOTDIR') return new WorkspacePathError(path, 'a part of it is not a folder');
  return error;
}

/**
 * Opens the folder that holds the last component of `path` and gives it to `use`.
 * @param onMissing makes a missing folder (called with its parent and name) instead of failing
 */
export async function withParent<T>(
  root: string,
  path: string,
  use: (parent: FileHandle, name: string) => Promise<T>,
  onMissing?: (parent: FileHandle, name: string) => Promise<void>,
): Promise<T> {
  const components = componentsOf(path);
  const name = components.pop() as string;
  let directory = await openDirectory(root);
  try {
    for (const component of components) {
      const step = (): Promise<FileHandle> => openDirectory(entryOf(directory, component));
      const next = await step().catch(async (error: NodeJS.ErrnoException) => {
        // A link to a directory, opened with O_DIRECTORY and O_NOFOLLOW, is reported as "not a directory".
        if (error.code === 'ENOTDIR') {
          const stat = await lstat(entryOf(directory, component));
          if (stat.isSymbolicLink()) throw new WorkspacePathError(path, 'it passes a symbolic link');
        }
        if (error.code !== 'ENOENT' || !onMissing) throw error;
        await onMissing(directory, component);
        return step();
      });
      await directory.close();
      directory = next;
    }
    return await use(directory, name);
  } catch (error) {
    throw pathError(path, error);
  } finally {
    await directory.close();
  }
}

export interface WalkedEntry {
  /** Relative to the root, without a leading slash. */
  path: string;
  name: string;
  parent: FileHandle;
  stat: Stats;
  /** A folder that was not entered: too deep. */
  tooDeep: boolean;
}

/**
 * Visits everything below a directory, folders before what they hold, links as links. An entry that vanishes meanwhile
 * is left out. `visit` returns false to end the walk.
 */
export async function walk(root: string, visit: (entry: WalkedEntry) => Promise<boolean> | boolean): Promise<void> {
  const enter = async (directory: FileHandle, prefix: string, depth: number): Promise<boolean> => {
    // Read piece by piece: a folder with a million files must not become a list of a million names.
    for await (const { name } of await opendir(`/proc/self/fd/${directory.fd}`, { bufferSize: 128 })) {
      const stat = await lstat(entryOf(directory, name)).catch(() => undefined);
      if (!stat) continue;
      const path = prefix + name;
      const tooDeep = stat.isDirectory() && depth >= maxDepth;
      if (!(await visit({ path, name, parent: directory, stat, tooDeep }))) return false;
      if (!stat.isDirectory() || tooDeep) continue;
      const child = await openForced(directory, name);
      if (!child) continue;
      try {
        if (!(await enter(child, `${path}/`, depth + 1))) return false;
      } finally {
        await child.close();
      }
    }
    return true;
  };
  const directory = await openDirectory(root);
  try {
    await enter(directory, '', 1);
  } finally {
    await directory.close();
  }
}

/** Opens a folder; one that its owner made unreadable is made readable first, so that nothing hides in it. */
async function openForced(parent: FileHandle, name: string): Promise<FileHandle | undefined> {
  try {
    return await openDirectory(entryOf(parent, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
    const O_PATH = 0o10000000;
    const reference = await open(entryOf(parent, name), O_PATH | constants.O_NOFOLLOW | constants.O_DIRECTORY).catch(
      () => undefined,
    );
    if (!reference) return undefined;
    try {
      await chmod(`/proc/self/fd/${reference.fd}`, 0o700);
      return await openDirectory(entryOf(parent, name));
    } catch {
      return undefined;
    } finally {
      await reference.close();
    }
  }
}
