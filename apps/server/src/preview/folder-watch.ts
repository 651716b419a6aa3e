import { watch, type FSWatcher } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Watches a folder with all that is in it. Each folder is watched by itself: watches of files follow the file that was there, and
 * editors put a new one in its place when they save.
 */
export class FolderWatch implements Disposable {
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(
    readonly dir: string,
    private readonly onChange: () => void,
  ) {}

  /**
   * Watches what folders there are now, and no longer those that are gone.
   * @returns `changed` when folders were not watched before: something may have changed in them unseen; `gone` without the folder
   */
  async renew(): Promise<'same' | 'changed' | 'gone'> {
    const folders = await foldersIn(this.dir);
    for (const [known, watcher] of this.#watchers) {
      if (folders.has(known)) continue;
      watcher.close();
      this.#watchers.delete(known);
    }
    let isNew = false;
    for (const [key, folder] of folders) {
      if (this.#watchers.has(key)) continue;
      try {
        const watcher = watch(folder, this.onChange);
        watcher.on('error', this.onChange);
        this.#watchers.set(key, watcher);
        isNew = true;
      } catch {
        // Gone again; the folder above tells.
      }
    }
    if (folders.size === 0) return 'gone';
    return isNew ? 'changed' : 'same';
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}

/** @returns folders by what tells them from others that were at the same place before; empty when there is none */
async function foldersIn(dir: string): Promise<Map<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return new Map();
  const folders = [
    dir,
    ...entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(entry.parentPath, entry.name)),
  ];
  const known = await Promise.all(
    folders.map(async (folder): Promise<[string, string][]> => {
      const facts = await stat(folder).catch(() => undefined);
      return facts?.isDirectory() ? [[`${facts.dev}:${facts.ino}:${folder}`, folder]] : [];
    }),
  );
  return new Map(known.flat());
}
