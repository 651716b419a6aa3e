import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { walk } from './confined.js';
import { isPrivate } from './private-files.js';

export interface WorkspaceChange {
  path: string;
  kind: 'created' | 'changed' | 'deleted';
}

/** After a first event, others may follow: an editor writes, renames, sets the mode. */
const settleMs = 40;
const floodMs = 250;
/** Folders that are watched; beyond, a look every `pollMs` finds what changed. */
const maxFolders = 200;
const pollMs = 2_000;

/**
 * Tells what changed in a workspace. The system's watch of each folder says only that it is time to look; what changed
 * is found by comparing. So a flood of events costs one look, and no event that is lost matters for long.
 */
export class WorkspaceWatcher {
  private readonly listeners = new Set<(changes: WorkspaceChange[]) => void>();
  private readonly folders = new Map<string, FSWatcher>();
  private known: Map<string, string> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastLook = 0;
  private looking = false;
  private again = false;
  private closed = false;
  private readonly poll: NodeJS.Timeout;

  constructor(
    private readonly root: string,
    private readonly options: { maxEntries: number },
  ) {
    this.poll = setInterval(() => this.schedule(), pollMs).unref();
    void this.look();
  }

  get listenerCount(): number {
    return this.listeners.size;
  }

  add(listener: (changes: WorkspaceChange[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.poll);
    for (const watcher of this.folders.values()) watcher.close();
    this.folders.clear();
  }

  private schedule(): void {
    if (this.closed || this.timer) return;
    const wait = Math.max(settleMs, this.lastLook + floodMs - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.look();
    }, wait).unref();
  }

  private async look(): Promise<void> {
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    this.lastLook = Date.now();
    try {
      const found = new Map<string, string>();
      const folders = new Set(['']);
      let seen = 0;
      await walk(this.root, ({ path, stat }) => {
        if (!isPrivate(path)) {
          found.set(path, stat.isDirectory() ? 'directory' : `${stat.ino}:${stat.size}:${stat.mtimeMs}`);
          if (stat.isDirectory()) folders.add(path);
        }
        return ++seen < this.options.maxEntries;
      }).catch(() => {}); // not made yet, or deleted: an empty workspace
      if (this.closed) return;
      // A folder that is new may have got files between the look and the watch: look once more.
      if (this.watchFolders(folders)) this.schedule();
      this.announce(found);
    } finally {
      this.looking = false;
      if (this.again) {
        this.again = false;
        this.schedule();
      }
    }
  }

  private watchFolders(folders: Set<string>): boolean {
    for (const [path, watcher] of this.folders) {
      if (folders.has(path)) continue;
      watcher.close();
      this.folders.delete(path);
    }
    let added = false;
    for (const path of folders) {
      if (this.folders.has(path) || this.folders.size >= maxFolders) continue;
      try {
        const watcher = watch(join(this.root, path), { persistent: false }, () => this.schedule());
        watcher.on('error', () => {
          watcher.close();
          this.folders.delete(path);
        });
        this.folders.set(path, watcher);
        added = true;
      } catch {
        // Gone again, or the system's watches are used up: the regular look has to do.
      }
    }
    return added;
  }

  private announce(found: Map<string, string>): void {
    const before = this.known;
    this.known = found;
    if (!before) return;
    const changes: WorkspaceChange[] = [];
    for (const [path, sign] of found) {
      const old = before.get(path);
      if (old === undefined) changes.push({ path, kind: 'created' });
      else if (old !== sign) changes.push({ path, kind: 'changed' });
    }
    for (const path of before.keys()) if (!found.has(path)) changes.push({ path, kind: 'deleted' });
    if (changes.length === 0) return;
    for (const listener of this.listeners) listener(changes);
  }
}
