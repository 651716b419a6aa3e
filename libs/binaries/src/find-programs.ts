import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { ProgramCache } from './cache.js';
import { download } from './download.js';
import { BinaryBrokenError, CacheFullError, ProgramsUnavailableError, ReleaseUnavailableError } from './errors.js';
import { goBuild, goVersion } from './go-build.js';
import { withLock } from './lock.js';
import { officialReleases, programs, type ProgramName, type ProgramSource, type ReleaseBases } from './programs.js';
import { paceFrom, type ProgramProgress } from './progress.js';
import { extractMember } from './untar.js';
import { verifyProgram } from './verify.js';

export interface FindProgramsOptions {
  /** A directory that holds the programs by their names; nothing is downloaded or built then. */
  explicitDir?: string;
  /** Where downloaded and built programs are kept. Several processes may share it. */
  cacheDir: string;
  /** Whether what is not here may be had at all. Default true; with `false` nothing is written either. */
  fetch?: boolean;
  /** Where releases are downloaded from; `false`: nowhere. Default: the projects' own pages. */
  releaseBases?: Partial<ReleaseBases> | false;
  /** Whether what cannot be downloaded may be built with Go. Default true. */
  build?: boolean;
  onProgress?: (progress: ProgramProgress) => void;
  signal?: AbortSignal;
  /** See DownloadOptions. */
  connectTimeoutMs?: number;
  stallMs?: number;
}

/** Release pages that could not be reached, with the reason: asked once a run of this program, as each try takes seconds. */
const unreachable = new Map<string, string>();

/**
 * Looks in the explicit directory, else on the PATH (for programs where the user's own one serves), else in the cache, else
 * downloads the official release (its published digest is checked), else builds it from pinned sources.
 * @returns the absolute path of each program asked for; each has run once since it was put there
 * @throws BinaryBrokenError when one in the explicit directory is missing or does not run, DigestMismatchError,
 *   BuildFailedError, ProgramsUnavailableError, CacheFullError, or the signal's reason
 */
export async function findPrograms<Name extends ProgramName>(
  names: readonly Name[],
  options: FindProgramsOptions,
): Promise<Record<Name, string>> {
  const search = new Search(options);
  try {
    const paths = await search.find(names);
    return Object.fromEntries(names.map((name) => [name, paths.get(name)])) as Record<Name, string>;
  } catch (error) {
    for (const program of names) options.onProgress?.({ program, phase: 'failed', message: messageOf(error) });
    if (isFull(error)) throw new CacheFullError(options.cacheDir, { cause: error });
    throw error;
  }
}

class Search {
  readonly #options: FindProgramsOptions;
  readonly #cache: ProgramCache;
  readonly #found = new Map<ProgramName, string>();
  readonly #reasons = new Set<string>();

  constructor(options: FindProgramsOptions) {
    this.#options = options;
    this.#cache = new ProgramCache(options.cacheDir);
  }

  async find(names: readonly ProgramName[]): Promise<Map<ProgramName, string>> {
    const { explicitDir, cacheDir, signal } = this.#options;
    if (explicitDir) {
      await Promise.all(names.map((name) => this.#explicit(name, explicitDir)));
      return this.#found;
    }
    for (const name of names) await this.#own(name);
    await this.#cached(names);
    const absent = this.#missing(names);
    if (absent.length === 0) return this.#found;
    if (this.#options.fetch === false) throw new ProgramsUnavailableError(absent, ['They are not here.']);
    await mkdir(cacheDir, { recursive: true });
    await withLock(join(cacheDir, 'programs.lock'), () => this.#fetch(names), {
      signal,
      onWait: (pid) => {
        for (const program of this.#missing(names)) {
          this.#tell({ program, phase: 'looking', message: `Process ${pid} is fetching programs; waiting for it.` });
        }
      },
    });
    return this.#found;
  }

  #missing(names: readonly ProgramName[]): ProgramName[] {
    return names.filter((name) => !this.#found.has(name));
  }

  #tell(progress: ProgramProgress): void {
    this.#options.onProgress?.(progress);
  }

  #ready(name: ProgramName, path: string): void {
    this.#found.set(name, path);
    this.#tell({ program: name, phase: 'ready' });
  }

  async #explicit(name: ProgramName, dir: string): Promise<void> {
    const path = join(dir, name);
    this.#tell({ program: name, phase: 'looking' });
    // A directory made for embedded clusters holds none of those that a machine may have of its own.
    if (programs[name].acceptsOwn && !existsSync(path) && (await this.#own(name))) return;
    await verifyProgram(
      name,
      path,
      `Put a whole ${name} ${programs[name].version} there, or leave the directory out to have it fetched.`,
      this.#options.signal,
    );
    this.#ready(name, path);
  }

  /** @returns whether a program of the user's own, from the PATH, is taken */
  async #own(name: ProgramName): Promise<boolean> {
    const { acceptsOwn } = programs[name];
    if (!acceptsOwn) return false;
    for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(dir, name);
      if (!isAbsolute(path) || !existsSync(path)) continue;
      const line = await verifyProgram(name, path, '', this.#options.signal).catch(() => undefined);
      this.#options.signal?.throwIfAborted();
      if (line !== undefined && acceptsOwn(line)) {
        this.#ready(name, path);
        return true;
      }
      const why = line === undefined ? 'does not run' : `is ${line}; ${programs[name].version} or later is wanted`;
      this.#tell({ program: name, phase: 'looking', message: `${path} is left aside: it ${why}.` });
    }
    return false;
  }

  async #cached(names: readonly ProgramName[]): Promise<void> {
    await Promise.all(
      this.#missing(names).map(async (name) => {
        this.#tell({ program: name, phase: 'looking' });
        const path = await this.#cache.find(programs[name], {
          signal: this.#options.signal,
          onBroken: (reason) =>
            this.#tell({ program: name, phase: 'looking', message: `The cached ${name} is dropped: ${reason}.` }),
        });
        if (path) this.#ready(name, path);
      }),
    );
  }

  /** Holds the lock. */
  async #fetch(names: readonly ProgramName[]): Promise<void> {
    // Whoever held the lock before may have fetched them.
    await this.#cached(names);
    for (const name of this.#missing(names)) await this.#download(programs[name]);
    const missing = this.#missing(names);
    if (missing.length === 0) return;
    if (this.#options.build === false) throw new ProgramsUnavailableError(missing, [...this.#reasons]);
    if (!(await goVersion(this.#options.signal))) {
      throw new ProgramsUnavailableError(missing, [...this.#reasons, 'Go is not installed.']);
    }
    for (const name of missing) await this.#build(programs[name]);
  }

  async #download(source: ProgramSource): Promise<void> {
    const { releaseBases, signal } = this.#options;
    if (releaseBases === false) {
      this.#reasons.add('Downloads are switched off.');
      return;
    }
    const base = (releaseBases?.[source.release.base] ?? officialReleases[source.release.base]).replace(/\/$/, '');
    const os = process.platform;
    const arch = goArchitecture();
    const file = source.release.file(os, arch);
    if (!file) {
      this.#reasons.add(`There is no release of ${source.name} for ${os} that can be unpacked here.`);
      return;
    }
    const known = unreachable.get(base);
    if (known) {
      this.#reasons.add(known);
      return;
    }
    const part = await this.#cache.scratch(source, 'part');
    const pace: { estimate?: ReturnType<typeof paceFrom> } = {};
    this.#tell({ program: source.name, phase: 'downloading', message: `Asking ${new URL(base).host}.` });
    try {
      await download({
        ...this.#options,
        signal,
        program: source.name,
        url: `${base}/${file}`,
        digestUrl: `${base}/${source.release.digest(os, arch)}`,
        partFile: part,
        onProgress: throttled((done: number, total: number | undefined) => {
          pace.estimate ??= paceFrom(done, () => performance.now());
          this.#tell({
            program: source.name,
            phase: 'downloading',
            done,
            unit: 'bytes',
            ...(total === undefined ? {} : { total, secondsLeft: pace.estimate(done, total) }),
          });
        }),
      });
    } catch (error) {
      if (!(error instanceof ReleaseUnavailableError)) throw error;
      this.#reasons.add(error.message);
      this.#tell({ program: source.name, phase: 'downloading', message: `${error.message} It will be built instead.` });
      // A page that answers may lack one file and have the next.
      if (error.cause) unreachable.set(base, error.message);
      return;
    }
    let whole = part;
    if (source.release.member) {
      whole = await this.#cache.scratch(source, 'unpacked');
      const member = source.release.member(os, arch);
      if (!(await extractMember(part, member, whole, signal))) {
        throw new BinaryBrokenError(source.name, part, `the release holds no ${member}`, 'Report this to Kubedan.');
      }
      await rm(part, { force: true });
    }
    await this.#keep(source, whole, `${base}/${file}`);
  }

  async #build(source: ProgramSource): Promise<void> {
    const { signal } = this.#options;
    const output = await this.#cache.scratch(source, 'built');
    const estimate = paceFrom(0, () => performance.now());
    const tell = (progress: Partial<ProgramProgress>) =>
      this.#tell({ program: source.name, phase: 'building', ...progress });
    await goBuild({
      source,
      workDir: join(this.#options.cacheDir, 'build'),
      output,
      signal,
      onMessage: (message) => tell({ message }),
      onProgress: throttled((done: number, total: number) =>
        tell({ done, total, unit: 'packages', secondsLeft: estimate(done, total) }),
      ),
    });
    await this.#keep(source, output, 'go build');
  }

  async #keep(source: ProgramSource, file: string, origin: string): Promise<void> {
    const { signal } = this.#options;
    // Executable under a name of its own first: what stands at the program's own path has run.
    const trial = await this.#cache.scratch(source, 'trial');
    await rename(file, trial);
    await chmod(trial, 0o755);
    try {
      await verifyProgram(
        source.name,
        trial,
        `It came from ${origin}; try again, or give a directory with programs.`,
        signal,
      );
    } catch (error) {
      await rm(trial, { force: true });
      throw error;
    }
    this.#ready(source.name, await this.#cache.put(source, trial, origin, signal));
  }
}

/** Progress is for eyes: ten times a second, and the last one. */
function throttled<Rest extends [number, number | undefined]>(
  call: (...values: Rest) => void,
): (...values: Rest) => void {
  let last = 0;
  return (...values) => {
    const now = performance.now();
    if (now - last < 100 && values[0] !== values[1]) return;
    last = now;
    call(...values);
  };
}

/** The architecture's name in Go, by which releases are named. */
function goArchitecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

function isFull(error: unknown): boolean {
  return (
    (error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC' || /no space left on device/i.test(messageOf(error))
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
