import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ProgramSource } from './programs.js';

interface CacheRecord {
  sha256: string;
  /** Where it came from, for people. */
  source: string;
}

/** @returns the SHA-256 of a file, in hexadecimal */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}

/** `<cacheDir>/bin/<version>-<os>-<arch>/<name>`, with its digest in `<name>.json` beside it. */
export class ProgramCache {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  pathOf(source: ProgramSource): string {
    return join(this.#dir, 'bin', `${source.version}-${process.platform}-${process.arch}`, source.name);
  }

  /**
   * @returns the path of a program whose content is still what was recorded when it last proved to run. One that is not is
   *   removed, and `undefined` is the answer as when there is none; `onBroken` tells the reason
   */
  async find(
    source: ProgramSource,
    options: { signal?: AbortSignal | undefined; onBroken?: (reason: string) => void } = {},
  ): Promise<string | undefined> {
    const path = this.pathOf(source);
    if (!(await stat(path).catch(() => undefined))) return undefined;
    const record = await readFile(`${path}.json`, 'utf8')
      .then((text) => JSON.parse(text) as CacheRecord)
      .catch(() => undefined);
    const reason = !record
      ? 'its digest is not recorded'
      : (await sha256Of(path, options.signal)) !== record.sha256
        ? 'its content has changed since it was put there'
        : !((await stat(path)).mode & 0o100)
          ? 'it is not executable'
          : undefined;
    if (reason === undefined) return path;
    options.onBroken?.(reason);
    await rm(path, { force: true });
    return undefined;
  }

  /** A file beside the program's place, to be filled and then given to `put`. */
  async scratch(source: ProgramSource, suffix: string): Promise<string> {
    const path = `${this.pathOf(source)}.${suffix}`;
    await mkdir(dirname(path), { recursive: true });
    return path;
  }

  /** Moves a whole, proven program into the cache. @returns its path there */
  async put(source: ProgramSource, from: string, origin: string, signal?: AbortSignal): Promise<string> {
    const path = this.pathOf(source);
    await chmod(from, 0o755);
    const record: CacheRecord = { sha256: await sha256Of(from, signal), source: origin };
    await writeFile(`${path}.json`, JSON.stringify(record));
    await rename(from, path);
    return path;
  }
}
