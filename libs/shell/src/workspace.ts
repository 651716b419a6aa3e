import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { entryOf, pathError, walk, withParent } from './confined.js';
import { WorkspaceFileNotFoundError, WorkspaceLimitError, WorkspacePathError } from './errors.js';
import { replaceFile } from './home.js';
import { isPrivate } from './private-files.js';
import { removeTree, workspaceUsage } from './usage.js';
import { WorkspaceWatcher, type WorkspaceChange } from './workspace-watcher.js';

export interface WorkspaceEntry {
  /** Relative, with slashes. */
  path: string;
  kind: 'file' | 'directory' | 'link' | 'other';
  bytes: number;
  /** Milliseconds since 1970. */
  modified: number;
}

export interface WorkspaceOptions {
  /** Bytes of the largest file that is read or written; 1 MiB by default. */
  maxFileBytes?: number;
  /** Bytes of all files; 256 MiB by default. A write beyond is refused. */
  maxBytes?: number;
  /** Entries that a listing shows; 2,000 by default. */
  maxEntries?: number;
}

/**
 * The files of a learner's workspace, as the server reads and writes them while the learner's programs do as well. Paths
 * are relative; whatever is swapped for a link meanwhile, no call touches anything outside.
 * Throws WorkspacePathError, WorkspaceFileNotFoundError, WorkspaceLimitError.
 */
export class Workspace {
  private readonly maxFileBytes: number;
  private readonly maxBytes: number;
  private readonly maxEntries: number;
  private watcher: WorkspaceWatcher | undefined;

  /** @param root absolute path; made by `create` or by the first terminal */
  constructor(
    readonly root: string,
    options: WorkspaceOptions = {},
  ) {
    this.maxFileBytes = options.maxFileBytes ?? 1024 * 1024;
    this.maxBytes = options.maxBytes ?? 256 * 1024 * 1024;
    this.maxEntries = options.maxEntries ?? 2_000;
  }

  /** Makes the folder if it is missing. */
  async create(): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
  }

  /** All files and folders but those that programs keep for themselves, sorted by path. */
  async list(): Promise<{ entries: WorkspaceEntry[]; truncated: boolean }> {
    const entries: WorkspaceEntry[] = [];
    let truncated = false;
    let seen = 0;
    await walk(this.root, ({ path, stat }) => {
      if (++seen > this.maxEntries * 10) truncated = true;
      if (isPrivate(path)) return !truncated;
      if (entries.length >= this.maxEntries) truncated = true;
      else {
        const kind = stat.isFile()
          ? 'file'
          : stat.isDirectory()
            ? 'directory'
            : stat.isSymbolicLink()
              ? 'link'
              : 'other';
        entries.push({ path, kind, bytes: kind === 'file' ? stat.size : 0, modified: Math.round(stat.mtimeMs) });
      }
      return !truncated;
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    entries.sort((a, b) => (a.path < b.path ? -1 : 1));
    return { entries, truncated };
  }

  /** The bytes of a plain file. */
  async read(path: string): Promise<Buffer> {
    return withParent(this.root, path, async (parent, name) => {
      // Non-blocking: a named pipe would otherwise hold the call until someone writes.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const file = await open(entryOf(parent, name), flags);
      try {
        const stat = await file.stat();
        if (!stat.isFile()) throw new WorkspacePathError(path, 'it is not a plain file');
        if (stat.size > this.maxFileBytes) throw this.tooLarge(path, stat.size);
        // One byte more than allowed shows a file that grew since.
        const buffer = Buffer.alloc(this.maxFileBytes + 1 < stat.size + 1 ? this.maxFileBytes + 1 : stat.size + 1);
        let length = 0;
        for (;;) {
          const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
          if (bytesRead === 0 || (length += bytesRead) === buffer.length) break;
        }
        return buffer.subarray(0, Math.min(length, stat.size));
      } finally {
        await file.close();
      }
    });
  }

  async readText(path: string): Promise<string> {
    return (await this.read(path)).toString('utf8');
  }

  /**
   * Replaces a file as a whole, in one step; missing folders are made. A file keeps its permissions.
   * @param mode of a new file, 0o644 by default
   */
  async write(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
    const bytes = Buffer.byteLength(content);
    if (bytes > this.maxFileBytes) throw this.tooLarge(path, bytes);
    const usage = await workspaceUsage(this.root, 100_000);
    if (usage.bytes + bytes > this.maxBytes) throw new WorkspaceLimitError(path, 'the workspace is full');
    await replaceFile(this.root, path, content, mode).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EISDIR' || error.code === 'ENOTEMPTY') throw new WorkspacePathError(path, 'it is a folder');
      throw pathError(path, error);
    });
  }

  /** Deletes a file, a link (not what it leads to), or an empty folder. */
  async delete(path: string): Promise<void> {
    await withParent(this.root, path, async (parent, name) => {
      const stat = await lstat(entryOf(parent, name));
      await (stat.isDirectory() ? rmdir : unlink)(entryOf(parent, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOTEMPTY') throw new WorkspacePathError(path, 'the folder is not empty');
        throw error;
      });
    });
  }

  /** Renames a file or folder within the workspace; what has the new name already is not replaced. */
  async rename(from: string, to: string): Promise<void> {
    await withParent(this.root, from, (source, name) =>
      withParent(this.root, to, async (target, newName) => {
        const taken = await lstat(entryOf(target, newName)).catch(() => undefined);
        if (taken) throw new WorkspacePathError(to, 'there is something with this name already');
        await rename(entryOf(source, name), entryOf(target, newName));
      }),
    );
  }

  /** Does a plain file of this name exist? */
  async exists(path: string): Promise<boolean> {
    try {
      return await withParent(this.root, path, async (parent, name) => (await lstat(entryOf(parent, name))).isFile());
    } catch (error) {
      if (error instanceof WorkspaceFileNotFoundError || error instanceof WorkspacePathError) return false;
      throw error;
    }
  }

  /**
   * Calls `listener` with what changed, in batches: soon after a change, at most four times a second in a flood. What
   * changes twice between two batches is told once. Returns a function that ends it; the last one frees the watches.
   */
  watch(listener: (changes: WorkspaceChange[]) => void): () => void {
    this.watcher ??= new WorkspaceWatcher(this.root, { maxEntries: this.maxEntries });
    const watcher = this.watcher;
    const off = watcher.add(listener);
    return () => {
      off();
      if (watcher.listenerCount === 0) {
        watcher.close();
        if (this.watcher === watcher) this.watcher = undefined;
      }
    };
  }

  /** Removes the workspace with all that is in it. No sandbox may be using it. */
  async destroy(): Promise<void> {
    this.watcher?.close();
    await removeTree(this.root);
  }

  private tooLarge(path: string, bytes: number): WorkspaceLimitError {
    return new WorkspaceLimitError(path, `it has ${bytes} bytes, ${this.maxFileBytes} are allowed`);
  }
}
