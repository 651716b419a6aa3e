import { openWorld, type PlayedWorld, VirtualKubelet, worldObjects } from '@kubedan/kubelet';
import { PlaneHost, readyPathOfClone, type Plane, type PlaneHostOptions, type StoreMemory } from '@kubedan/plane';
import path from 'node:path';
import { AuditLog } from './audit-log.js';
import { createCluster, makeOrRemove } from './create.js';
import { ClusterFailedError, ClusterNotFoundError } from './errors.js';
import { answersReady } from './health.js';
import { labNodes } from './lab-nodes.js';
import type {
  Availability,
  ClusterHandle,
  ClusterId,
  ClusterProvider,
  ClusterShape,
  ClusterSpec,
  ClusterWorld,
  RunningCluster,
} from './provider.js';
import { type ClaimedRecord, type ClusterRecord, ClusterRecords } from './records.js';
import { Turns } from './turns.js';

export interface EmbeddedProviderOptions {
  /** A folder of its own; its path is short, as sockets are in it. */
  dir: string;
  /** The programs of a plane; asked for once, at the first cluster or prepare(). */
  programs: (signal?: AbortSignal) => Promise<PlaneHostOptions['programs']>;
  /** How its planes are made; see PlaneHostOptions. */
  planes?: Pick<PlaneHostOptions, 'preparedDir' | 'brief'>;
  /** What a plane holds when it is new is remembered, a megabyte or two, so that it can be released. Default false. */
  reusable?: boolean;
}

/** Clusters with a real API server and played nodes: no Docker, no root. One virtual kubelet serves them all. */
export class EmbeddedProvider implements ClusterProvider {
  readonly name = 'embedded';
  readonly capabilities = ['control-plane', 'traffic'] as const;
  readonly #options: EmbeddedProviderOptions;
  readonly #kubelet = new VirtualKubelet();
  readonly #records: ClusterRecords;
  readonly #planes = new Map<ClusterId, Plane>();
  readonly #worlds = new Map<ClusterId, PlayedWorld>();
  readonly #listeners: ((id: ClusterId, reason: string) => void)[] = [];
  readonly #turns = new Turns();
  /** What planes held before they were claimed. */
  readonly #memories = new Map<ClusterId, StoreMemory>();
  #host: Promise<PlaneHost> | undefined;

  constructor(options: EmbeddedProviderOptions) {
    this.#options = options;
    this.#records = new ClusterRecords(path.join(options.dir, 'clusters'));
  }

  async probe(): Promise<Availability> {
    if (process.platform === 'linux' || process.platform === 'darwin') return { usable: true };
    return {
      usable: false,
      reason: { en: 'embedded clusters run on Linux and macOS.', zh: '内嵌集群只能在 Linux 和 macOS 上运行。' },
      remedy: { en: 'On Windows, start Kubedan inside WSL 2.', zh: '在 Windows 上请在 WSL 2 中启动 Kubedan。' },
    };
  }

  /**
   * Finds the programs, ends what an earlier process of ours left running and makes the prepared plane, once.
   * @throws what finding programs or preparing throws; the next call tries again
   */
  async prepare(signal?: AbortSignal): Promise<void> {
    await this.#ready(signal);
  }

  /** Nodes are played, so they come with the claim, as many as are asked for. */
  warmNodes(): number {
    return 0;
  }

  async warm(shape: ClusterShape, signal: AbortSignal): Promise<void> {
    await this.#making(shape.id, signal, async () => {
      await this.#records.write(shape);
      const host = await this.#ready(signal);
      const plane = await host.create(shape.id, { signal });
      if (this.#options.reusable) this.#memories.set(shape.id, await plane.remember(signal));
      await this.#run(plane, shape);
    });
  }

  async claim(spec: ClusterSpec, signal: AbortSignal): Promise<RunningCluster> {
    return this.#making(spec.id, signal, async () => {
      const plane = this.#planes.get(spec.id);
      if (plane === undefined) throw new ClusterNotFoundError(spec.id);
      // What a controller still had to say of the use before may have come late.
      const memory = this.#memories.get(spec.id);
      if (memory !== undefined && !(await memory.isHeld(signal))) await memory.restore(signal);
      await this.#records.write(spec);
      await this.#attach(plane, spec);
      return this.#handleOf(plane);
    });
  }

  async release(id: ClusterId, signal: AbortSignal): Promise<void> {
    await this.#turns.take(id, async () => {
      const memory = this.#memories.get(id);
      if (memory === undefined) throw new ClusterNotFoundError(id);
      await this.#kubelet.detach(id);
      this.#worlds.delete(id);
      await memory.restore(signal);
      await this.#records.write({ id, nodes: this.warmNodes() });
    });
  }

  create(spec: ClusterSpec, signal: AbortSignal): Promise<RunningCluster> {
    return createCluster(this, spec, signal);
  }

  async isHealthy(id: ClusterId, signal: AbortSignal, { nodes = 0 }: { nodes?: number } = {}): Promise<boolean> {
    const plane = this.#planes.get(id);
    if (plane === undefined) return false;
    return answersReady(plane.credentials.grader, nodes, signal, { path: readyPathOfClone });
  }

  async suspend(id: ClusterId): Promise<void> {
    await this.#turns.take(id, async () => {
      const record = await this.#recordOf(id);
      const host = await this.#ready();
      await this.#kubelet.detach(id);
      await this.#putDown(record);
      // First: a plane that does not stop properly must not be taken for a running one.
      this.#planes.delete(id);
      await host.suspend(id);
    });
  }

  async resume(id: ClusterId): Promise<RunningCluster> {
    return this.#turns.take(id, async () => {
      const record = await this.#recordOf(id);
      const running = this.#planes.get(id);
      if (running) return this.#handleOf(running);
      try {
        const host = await this.#ready();
        return await this.#run(await host.resume(id), record);
      } catch (cause) {
        throw new ClusterFailedError(id, 'The cluster could not be brought back', { cause });
      }
    });
  }

  async destroy(id: ClusterId): Promise<void> {
    await this.#turns.take(id, () => this.#remove(id));
  }

  async list(): Promise<ClusterHandle[]> {
    const host = await this.#ready();
    const handles = new Map<ClusterId, ClusterHandle>();
    // A record without a plane is a cluster whose making was cut off; it is listed, so that somebody destroys it.
    for (const id of await this.#records.ids()) handles.set(id, { id, provider: this.name, state: 'broken' });
    for (const { id } of await host.list()) {
      const plane = this.#planes.get(id);
      handles.set(id, plane ? this.#handleOf(plane) : { id, provider: this.name, state: 'suspended' });
    }
    return [...handles.values()];
  }

  onLost(listener: (id: ClusterId, reason: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Ends all processes; what the clusters wrote stays, and they can be resumed later. */
  async [Symbol.asyncDispose](): Promise<void> {
    const host = await this.#host?.catch(() => undefined);
    await Promise.all(
      [...this.#planes.keys()].map(async (id) => {
        await this.#kubelet.detach(id);
        const record = await this.#records.read(id);
        if (record) await this.#putDown(record);
      }),
    );
    this.#planes.clear();
    this.#worlds.clear();
    await host?.closeAll();
    await this.#kubelet[Symbol.asyncDispose]();
  }

  #making<T>(id: ClusterId, signal: AbortSignal, step: () => Promise<T>): Promise<T> {
    return this.#turns.take(id, () => makeOrRemove(id, signal, (name) => this.#remove(name), step));
  }

  async #run(plane: Plane, record: ClusterRecord): Promise<RunningCluster> {
    const { id } = record;
    plane.on('failed', (reason: Error) => {
      this.#planes.delete(id);
      void this.#kubelet.detach(id);
      for (const listener of this.#listeners) listener(id, reason.message);
    });
    if ('seed' in record) await this.#attach(plane, record);
    this.#planes.set(id, plane);
    return this.#handleOf(plane);
  }

  async #attach(plane: Plane, spec: ClaimedRecord): Promise<void> {
    const world = this.#worldOf(spec);
    await this.#kubelet.attach(spec.id, {
      credentials: plane.credentials.nodes,
      nodes: labNodes(spec.nodes),
      images: spec.images,
      seed: spec.seed,
      serving: plane.kubeletServing,
      ...(world ? { world } : {}),
    });
  }

  /** @returns the world of a cluster whose lab has one, the same for as long as this process lives */
  #worldOf({ id, world, images, seed, worldLeft }: ClaimedRecord): PlayedWorld | undefined {
    if (!world) return undefined;
    let played = this.#worlds.get(id);
    if (!played) {
      played = openWorld({ world, images, seed, ...(worldLeft ? { start: worldLeft } : {}) });
      this.#worlds.set(id, played);
    }
    return played;
  }

  /** Notes how far the world of a cluster is, should this process not live to go on with it. */
  async #putDown(record: ClusterRecord): Promise<void> {
    const worldLeft = this.#worlds.get(record.id)?.left;
    if (worldLeft) await this.#records.write({ ...record, worldLeft });
  }

  async #remove(id: ClusterId): Promise<void> {
    this.#memories.delete(id);
    await this.#kubelet.detach(id);
    this.#planes.delete(id);
    this.#worlds.delete(id);
    const host = await this.#host?.catch(() => undefined);
    await host?.destroy(id);
    await this.#records.remove(id);
  }

  async #recordOf(id: ClusterId): Promise<ClusterRecord> {
    const record = await this.#records.read(id);
    if (record === undefined) throw new ClusterNotFoundError(id);
    return record;
  }

  #ready(signal?: AbortSignal): Promise<PlaneHost> {
    this.#host ??= this.#open(signal).catch((error: unknown) => {
      this.#host = undefined;
      throw error;
    });
    return this.#host;
  }

  async #open(signal?: AbortSignal): Promise<PlaneHost> {
    const programs = await this.#options.programs(signal);
    const host = new PlaneHost({
      ...this.#options.planes,
      dir: this.#options.dir,
      programs,
      objects: worldObjects,
      dial: (target) => this.#kubelet.dial(target),
    });
    await host.recover();
    await host.prepare(signal);
    return host;
  }

  #handleOf(plane: Plane): RunningCluster {
    const { setup, grader, learner } = plane.credentials;
    const world = this.#worlds.get(plane.id);
    return {
      id: plane.id,
      provider: this.name,
      state: 'running',
      credentials: { setup, grader, learner },
      apiSocketPath: plane.apiSocketPath,
      audit: new AuditLog(plane.auditLogPath),
      ...(world ? { world: this.#shown(plane.id, world) } : {}),
    };
  }

  #shown(id: ClusterId, world: PlayedWorld): ClusterWorld {
    const { engine } = world;
    return {
      get nowMs() {
        return world.nowMs;
      },
      begin: () => this.#kubelet.plane(id)?.beginWorld(),
      picture: (windowMs) => this.#kubelet.plane(id)?.traffic(windowMs),
      figures: (scope, windowMs) => engine.figures(scope, windowMs),
      traffic: (service, windowMs) => engine.traffic(service, windowMs),
      traces: (windowMs) => engine.traces(windowMs),
      bill: (windowMs) => engine.bill(windowMs),
      history: (fromSecond) => engine.history(fromSecond),
      queueLength: (name) => engine.queueLength(name),
      startTraffic: (source) => engine.startTraffic(source),
      stopTraffic: (source) => engine.stopTraffic(source),
    };
  }
}
