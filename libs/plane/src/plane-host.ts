import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { etcdVersion, identityOf, isAlive, kubernetesVersion, type ProcessIdentity } from '@kubedan/binaries';
import type { KubeObject } from '@kubedan/kube';
import type { ComponentName } from './component.js';
import { endRecorded, pidFileOf } from './component.js';
import type { Dialer } from './egress.js';
import { DiskFullError, HostBusyError, PlaneExistsError, PlaneIdInvalidError, PlaneNotFoundError } from './errors.js';
import { PlanePaths, writePlaneFiles, type PlaneSecrets } from './plane-files.js';
import { RunningPlane, type Plane, type RunningPlaneOptions } from './plane.js';
import { cloneEtcd, dropSpare, isPrepared, prepareEtcd, preparedKey } from './prepared.js';
import { endProcess, processesIn } from './process-identity.js';

export interface PlaneHostOptions {
  /** Owned by this host alone. Its path must be short: sockets lie in `<dir>/planes/<id>/`. */
  dir: string;
  programs: RunningPlaneOptions['programs'];
  /** What API servers may reach. See refuseAll. */
  dial: Dialer;
  /** What every new plane holds before anyone touches it, besides the learner's role. */
  objects?: readonly KubeObject[];
  log?: (line: string) => void;
  /** Milliseconds that a start may take. Default 120,000: a busy machine is slow, not broken. */
  deadlineMs?: number;
  /**
   * Where the prepared etcd is kept, which planes are copied from; may be shared with other hosts of the same user. Its own
   * folder by default.
   */
  preparedDir?: string;
  /** Its planes live for a moment only: they start with a third less work and take more memory. Default false. */
  brief?: boolean;
  /** Seconds that a node may be silent until it counts as lost, above the 10 between two signs of life; 50 by default, as in Kubernetes. */
  nodeGraceSeconds?: number;
  /** Milliseconds since 1970, for certificates. */
  now?: () => number;
}

export interface PlaneInfo {
  id: string;
  state: 'running' | 'suspended' | 'starting';
}

interface PlaneRecord {
  id: string;
  port: number;
  secrets: PlaneSecrets;
}

const componentNames: ComponentName[] = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const errorCode = (error: unknown) => (error as NodeJS.ErrnoException).code;

/** The planes of one host: a directory of its own, a process group of four a plane. One living PlaneHost a directory. */
export class PlaneHost {
  readonly #options: PlaneHostOptions;
  readonly #deadlineMs: number;
  readonly #now: () => number;
  readonly #log: (line: string) => void;
  readonly #running = new Map<string, RunningPlane>();
  /** The last operation on each plane: operations on one plane follow each other. */
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #starting = new Map<string, AbortController>();
  #prepared: Promise<string> | undefined;
  #owned: Promise<void> | undefined;
  #trim: NodeJS.Timeout | undefined;

  constructor(options: PlaneHostOptions) {
    this.#options = options;
    this.#deadlineMs = options.deadlineMs ?? 120_000;
    this.#now = options.now ?? Date.now;
    this.#log = options.log ?? (() => undefined);
  }

  /** Makes the prepared etcd, once for these versions; later calls find it. Without it the first create does the same. */
  async prepare(signal?: AbortSignal): Promise<void> {
    await this.#own();
    await this.#preparedEtcd(signal);
  }

  /**
   * @param id 1 to 63 of a-z, 0-9 and "-"
   * @returns the plane, ready: its default ServiceAccount is there and its controllers work
   * @throws PlaneExistsError, PlaneIdInvalidError, PathTooLongError, DiskFullError, PlaneFailedError, PlaneDeadlineError, or
   *   the signal's reason; then nothing is left of it
   */
  async create(id: string, options: { signal?: AbortSignal } = {}): Promise<Plane> {
    const paths = this.#pathsOf(id);
    paths.checkLengths();
    await this.#own();
    const prepared = await this.#preparedEtcd(options.signal);
    return this.#inTurn(id, async () => {
      options.signal?.throwIfAborted();
      try {
        await mkdir(paths.dir, { mode: 0o700 });
      } catch (error) {
        if (errorCode(error) === 'EEXIST') throw new PlaneExistsError(id);
        throw this.#named(error);
      }
      try {
        const [secrets] = await Promise.all([writePlaneFiles(paths, this.#now()), cloneEtcd(prepared, paths.etcdData)]);
        return await this.#run(id, paths, { id, port: 0, secrets }, 'copied', options.signal);
      } catch (error) {
        await rm(paths.dir, { recursive: true, force: true });
        throw this.#named(error);
      }
    });
  }

  /** @returns a running plane */
  open(id: string): Plane | undefined {
    return this.#running.get(id);
  }

  /** @returns what exists on disk, with what runs */
  async list(): Promise<PlaneInfo[]> {
    const names = await readdir(join(this.#options.dir, 'planes')).catch(() => []);
    return names.map((id) => ({
      id,
      state: this.#running.has(id) ? 'running' : this.#starting.has(id) ? 'starting' : 'suspended',
    }));
  }

  /** Ends a plane's processes and keeps its state. Idempotent. @throws PlaneNotFoundError */
  async suspend(id: string): Promise<void> {
    this.#starting.get(id)?.abort(new Error(`Plane ${id} is being suspended.`));
    await this.#inTurn(id, async () => {
      await this.#recordOf(id);
      await this.#stop(id);
      await dropSpare(this.#pathsOf(id).etcdData);
    });
  }

  /** Starts a suspended plane with its state and, if it is still free, its port. Idempotent. @throws as create, PlaneNotFoundError */
  async resume(id: string, options: { signal?: AbortSignal } = {}): Promise<Plane> {
    await this.#own();
    return this.#inTurn(id, async () => {
      const running = this.#running.get(id);
      if (running) return running;
      try {
        return await this.#run(id, this.#pathsOf(id), await this.#recordOf(id), 'own', options.signal);
      } catch (error) {
        throw this.#named(error);
      }
    });
  }

  /** Ends a plane and removes everything of it. Idempotent; a create or resume under way is cancelled. */
  async destroy(id: string): Promise<void> {
    const { dir } = this.#pathsOf(id);
    this.#starting.get(id)?.abort(new Error(`Plane ${id} is being destroyed.`));
    await this.#inTurn(id, async () => {
      await this.#stop(id);
      await rm(dir, { recursive: true, force: true });
    });
  }

  /**
   * After a crash of this program: ends processes that it left behind, each only if it is provably ours, and removes planes
   * that were half made.
   * @returns the planes found, all suspended
   */
  async recover(): Promise<PlaneInfo[]> {
    await this.#own();
    const planesDir = join(this.#options.dir, 'planes');
    for (const id of await readdir(planesDir)) {
      if (this.#running.has(id) || this.#starting.has(id)) continue;
      for (const name of componentNames) {
        await endRecorded(pidFileOf(join(planesDir, id), name));
      }
    }
    const alive = new Set([...this.#running.values()].flatMap((plane) => Object.values(plane.pids)));
    const scratch = this.#scratchDir;
    for (const dir of [planesDir, scratch]) {
      if (dir === scratch && this.#prepared) continue;
      for (const left of await processesIn(dir, componentNames))
        if (!alive.has(left.pid) && this.#starting.size === 0) await endProcess(left);
    }
    if (!this.#prepared) await rm(scratch, { recursive: true, force: true });
    for (const { id, state } of await this.list()) {
      if (state !== 'suspended') continue;
      await this.#recordOf(id).catch(() => rm(join(planesDir, id), { recursive: true, force: true }));
    }
    return this.list();
  }

  /** Ends all processes, those of planes being made too; the directories stay. */
  async closeAll(): Promise<void> {
    for (const starting of this.#starting.values()) starting.abort(new Error('The host of the planes is closing.'));
    await Promise.all(
      [...new Set([...this.#queues.keys(), ...this.#running.keys()])].map((id) =>
        this.#inTurn(id, () => this.#stop(id)).catch(() => undefined),
      ),
    );
    clearInterval(this.#trim);
    this.#trim = undefined;
    if (this.#owned) {
      await this.#owned.catch(() => undefined);
      await rm(this.#lockFile, { force: true });
      this.#owned = undefined;
    }
  }

  get #lockFile() {
    return join(this.#options.dir, 'host.lock');
  }
  get #scratchDir() {
    return join(this.#options.dir, 'scratch');
  }

  #pathsOf(id: string): PlanePaths {
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(id)) throw new PlaneIdInvalidError(id);
    return new PlanePaths(join(this.#options.dir, 'planes', id));
  }

  async #recordOf(id: string): Promise<PlaneRecord> {
    try {
      return JSON.parse(await readFile(this.#pathsOf(id).record, 'utf8')) as PlaneRecord;
    } catch {
      throw new PlaneNotFoundError(id);
    }
  }

  async #run(
    id: string,
    paths: PlanePaths,
    record: PlaneRecord,
    etcd: 'copied' | 'own',
    signal?: AbortSignal,
  ): Promise<RunningPlane> {
    const cancel = new AbortController();
    this.#starting.set(id, cancel);
    try {
      const plane = new RunningPlane({
        id,
        paths,
        secrets: record.secrets,
        etcd,
        programs: this.#options.programs,
        dial: this.#options.dial,
        brief: this.#options.brief ?? false,
        nodeGraceSeconds: this.#options.nodeGraceSeconds ?? 50,
        ...(record.port ? { port: record.port } : {}),
        log: this.#log,
      });
      plane.on('failed', (error) => this.#log(error.message));
      await plane.start(this.#deadlineMs, signal ? AbortSignal.any([signal, cancel.signal]) : cancel.signal);
      await writeWhole(paths.record, JSON.stringify({ ...record, port: plane.port }));
      this.#running.set(id, plane);
      this.#trim ??= setInterval(() => {
        for (const one of this.#running.values()) void one.trimLogs().catch(() => undefined);
      }, 60_000).unref();
      return plane;
    } finally {
      this.#starting.delete(id);
    }
  }

  async #stop(id: string): Promise<void> {
    const plane = this.#running.get(id);
    this.#running.delete(id);
    await plane?.stop();
  }

  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(id) ?? Promise.resolve();
    const result = before.then(work, work);
    const settled = result
      .catch(() => undefined)
      .finally(() => {
        if (this.#queues.get(id) === settled) this.#queues.delete(id);
      });
    this.#queues.set(id, settled);
    return result;
  }

  #preparedEtcd(signal?: AbortSignal): Promise<string> {
    this.#prepared ??= this.#makePrepared(signal).catch((error: unknown) => {
      this.#prepared = undefined;
      throw this.#named(error);
    });
    return this.#prepared;
  }

  async #makePrepared(signal?: AbortSignal): Promise<string> {
    const { objects = [] } = this.#options;
    const target = join(await this.#preparedDir(), preparedKey([kubernetesVersion, etcdVersion], objects));
    if (!(await isPrepared(target))) {
      await prepareEtcd(
        {
          scratch: this.#scratchDir,
          target,
          objects,
          now: this.#now(),
          deadlineMs: this.#deadlineMs,
          programs: this.#options.programs,
          dial: this.#options.dial,
          brief: true,
          nodeGraceSeconds: 50,
          log: this.#log,
        },
        signal,
      );
    }
    return target;
  }

  /** A folder that others fill may be there to read only; then this host keeps its own. */
  async #preparedDir(): Promise<string> {
    const own = join(this.#options.dir, 'prepared');
    const { preparedDir = own } = this.#options;
    try {
      await mkdir(preparedDir, { recursive: true, mode: 0o700 });
      await access(preparedDir, constants.W_OK);
      return preparedDir;
    } catch {
      return own;
    }
  }

  /** Takes the directory for this process, or finds that another living one has it. */
  #own(): Promise<void> {
    this.#owned ??= this.#takeLock().catch((error: unknown) => {
      this.#owned = undefined;
      throw this.#named(error);
    });
    return this.#owned;
  }

  async #takeLock(): Promise<void> {
    await mkdir(join(this.#options.dir, 'planes'), { recursive: true, mode: 0o700 });
    const self = await identityOf(process.pid);
    for (;;) {
      try {
        await writeFile(this.#lockFile, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
        return;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      const owner = await readFile(this.#lockFile, 'utf8')
        .then((text) => JSON.parse(text) as ProcessIdentity)
        .catch(() => undefined);
      if (owner && owner.pid !== process.pid && (await isAlive(owner)))
        throw new HostBusyError(this.#options.dir, owner.pid);
      await rm(this.#lockFile, { force: true });
    }
  }

  #named(error: unknown): unknown {
    return errorCode(error) === 'ENOSPC' ? new DiskFullError(this.#options.dir, { cause: error }) : error;
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
