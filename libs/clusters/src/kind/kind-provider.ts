import type { ImageCatalogue, LocalizedText } from '@kubedan/contracts';
import { CommandError, type ContainerLimits, type Docker, DockerNotRunningError } from '@kubedan/docker';
import { type Image, writeRegistry } from '@kubedan/images';
import { Kind } from '@kubedan/kind';
import { KubeClient } from '@kubedan/kube';
import { ApiSocket } from '@kubedan/plane';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AuditLog } from '../audit-log.js';
import { createCluster, makeOrRemove } from '../create.js';
import { ClusterFailedError, ClusterNotFoundError } from '../errors.js';
import { answersReady } from '../health.js';
import { labNodes } from '../lab-nodes.js';
import type {
  Availability,
  ClusterHandle,
  ClusterId,
  ClusterProvider,
  ClusterShape,
  ClusterSpec,
  RunningCluster,
} from '../provider.js';
import { type ClusterRecord, ClusterRecords } from '../records.js';
import { Turns } from '../turns.js';
import { ClusterFiles, type MadeCluster } from './cluster-files.js';
import { credentialsOf, makeCluster } from './make-cluster.js';
import { Installation } from './names.js';
import { findNodeImage, officialNodeImage } from './node-image.js';
import { NodeContainers } from './node-containers.js';
import { KindAvailability } from './availability.js';
import { LossWatch } from './loss-watch.js';
import { textOf } from './progress.js';
import { readyPodsOf, untilBack, untilPodsRunAgain } from './waiting.js';

export interface KindProviderOptions {
  /** A folder of its own; its path is short, as sockets are in it, and the same for the Docker daemon. */
  dir: string;
  docker: Docker;
  /** Where docker's daemon is and the like, for kind. */
  env?: NodeJS.ProcessEnv;
  /** Finds kind, at the first cluster or prepare(). */
  program: (signal?: AbortSignal) => Promise<string>;
  /** Makes real images of a lab's catalogue. */
  images: (catalogue: ImageCatalogue, signal: AbortSignal) => Promise<readonly Image[]>;
  /** The node image; by default what findNodeImage() finds, and prepare() pulls kind's own where there is none. */
  image?: string;
  /** Of each node's container; what it may take of a host that others use too. */
  limits: ContainerLimits;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Milliseconds that kind may take for a cluster, and a stopped one to come back. */
const makeLimit = 180_000;
const resumeLimit = 90_000;
/** Milliseconds that pods may take to run again on nodes that came back. */
const podsLimit = 20_000;
/** Milliseconds that Docker may be away, as for a restart, before its clusters count as lost. */
const dockerLimit = 30_000;

interface Running {
  made: MadeCluster;
  socket: ApiSocket;
}

/** Clusters whose nodes are containers of Docker, made by kind: a real kubelet, real containers. */
export class KindProvider implements ClusterProvider {
  readonly name = 'kind';
  readonly capabilities = ['control-plane', 'workloads'] as const;
  readonly #options: KindProviderOptions;
  readonly #installation: Installation;
  readonly #containers: NodeContainers;
  readonly #records: ClusterRecords;
  readonly #availability: KindAvailability;
  readonly #running = new Map<ClusterId, Running>();
  /** Clusters that are waited for, each with what calls that off. */
  readonly #returning = new Map<ClusterId, AbortController>();
  readonly #turns = new Turns();
  readonly #lost: ((id: ClusterId, reason: string) => void)[] = [];
  readonly #progress: ((id: ClusterId, step: LocalizedText) => void)[] = [];
  readonly #watch: LossWatch;
  #binary: string | undefined;

  constructor(options: KindProviderOptions) {
    this.#options = options;
    this.#installation = new Installation(options.dir);
    this.#containers = new NodeContainers(options.docker, this.#installation);
    this.#records = new ClusterRecords(path.join(options.dir, 'clusters'));
    this.#availability = new KindAvailability(options.docker, options.image, () => this.#binary !== undefined);
    this.#watch = new LossWatch(options.docker, this.#installation, {
      onDeath: (id, reason) => this.#onDeath(id, reason),
      // Whoever is removed by force dies first: by then it may be waited for already, and would be to the end.
      onRemoval: (id, reason) => this.#returning.get(id)?.abort(new Error(reason)),
      onReturn: () => {
        for (const id of this.#running.keys()) this.#onDeath(id, 'Docker was restarted.');
      },
    });
  }

  probe(): Promise<Availability> {
    return this.#availability.ask();
  }

  /**
   * Gets what clusters are made with, which may take minutes: kind, and the node image. Until then probe() says that it is not
   * here. Does nothing where there is no Docker.
   * @throws what finding a program and pulling an image throw; the next call tries again
   */
  async prepare(signal?: AbortSignal): Promise<void> {
    const { docker, image } = this.#options;
    if (!(await docker.probe(signal === undefined ? {} : { signal })).usable) return;
    await this.#program(signal);
    if ((await findNodeImage(docker, image)) === undefined) {
      await docker.pullImage(image ?? officialNodeImage, signal === undefined ? {} : { signal });
    }
    this.#availability.forget();
  }

  async #program(signal?: AbortSignal): Promise<string> {
    this.#binary ??= await this.#options.program(signal);
    return this.#binary;
  }

  /** Nodes are containers, which take seconds: they are there before a cluster is anybody's. */
  warmNodes(nodes: number): number {
    return nodes;
  }

  async warm(shape: ClusterShape, signal: AbortSignal): Promise<void> {
    const { id, nodes } = shape;
    await this.#making(id, signal, async () => {
      await this.#records.write(shape);
      const binary = await this.#program(signal);
      const image = await findNodeImage(this.#options.docker, this.#options.image);
      if (image === undefined) throw new Error('The node image is not here; kubedan doctor says how to get it.');
      const name = this.#installation.nameOf(id);
      const made = await makeCluster({
        name,
        id,
        installation: this.#installation.prefix,
        nodes,
        image,
        limits: this.#options.limits,
        files: this.#filesOf(id),
        containers: this.#containers,
        kind: new Kind({ binary, env: { ...this.#options.env, KIND_EXPERIMENTAL_DOCKER_NETWORK: name } }),
        deadlineMs: makeLimit,
        now: (this.#options.now ?? Date.now)(),
        onStep: (step) => this.#tell(id, textOf(step)),
        signal,
      });
      await this.#open(id, made);
    });
  }

  async claim(spec: ClusterSpec, signal: AbortSignal): Promise<RunningCluster> {
    const { id } = spec;
    return this.#making(id, signal, async () => {
      const running = this.#running.get(id);
      if (running === undefined) throw new ClusterNotFoundError(id);
      await this.#records.write(spec);
      await this.#bringImages(spec, signal);
      return handleOf(this.#filesOf(id), id, running.made);
    });
  }

  create(spec: ClusterSpec, signal: AbortSignal): Promise<RunningCluster> {
    return createCluster(this, spec, signal);
  }

  async isHealthy(id: ClusterId, signal: AbortSignal, { nodes = 0 }: { nodes?: number } = {}): Promise<boolean> {
    const running = this.#running.get(id);
    if (running === undefined) return false;
    return answersReady(credentialsOf(running.made).grader, nodes, signal);
  }

  async suspend(id: ClusterId): Promise<void> {
    await this.#turns.take(id, async () => {
      await this.#recordOf(id);
      await this.#rememberReady(id);
      await this.#close(id);
      await this.#containers.stop(this.#installation.nameOf(id));
    });
  }

  async resume(id: ClusterId): Promise<RunningCluster> {
    return this.#turns.take(id, async () => {
      const record = await this.#recordOf(id);
      try {
        return await this.#bringBack(id, record);
      } catch (cause) {
        throw new ClusterFailedError(id, 'The cluster could not be brought back', { cause });
      }
    });
  }

  async destroy(id: ClusterId): Promise<void> {
    await this.#turns.take(id, () => this.#remove(id));
  }

  async list(): Promise<ClusterHandle[]> {
    const known = new Set(await this.#records.ids());
    let there: Set<ClusterId> | undefined;
    try {
      there = await this.#containers.ids();
    } catch (error) {
      // Without Docker nothing can be said of what was made with it: it is there until shown otherwise.
      if (!(error instanceof CommandError)) throw error;
    }
    return Promise.all(
      [...new Set([...known, ...(there ?? [])])].map((id) =>
        this.#handle(id, known.has(id) && (there?.has(id) ?? true)),
      ),
    );
  }

  onLost(listener: (id: ClusterId, reason: string) => void): void {
    this.#lost.push(listener);
  }

  onProgress(listener: (id: ClusterId, step: LocalizedText) => void): void {
    this.#progress.push(listener);
  }

  /** Stops all containers; the clusters can be resumed later. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch.stop();
    await this.#turns.idle();
    await Promise.allSettled([...this.#running.keys()].map((id) => this.suspend(id)));
  }

  async #handle(id: ClusterId, isWhole: boolean): Promise<ClusterHandle> {
    const running = this.#running.get(id);
    if (running !== undefined) return handleOf(this.#filesOf(id), id, running.made);
    const made = isWhole ? await this.#filesOf(id).read() : undefined;
    return { id, provider: this.name, state: made === undefined ? 'broken' : 'suspended' };
  }

  async #bringImages({ id, images }: ClusterSpec, signal: AbortSignal): Promise<void> {
    const stale = await writeRegistry(await this.#options.images(images, signal), this.#filesOf(id).registry);
    // Whoever had the cluster before may have pulled what the same name is not any more.
    if (stale.length > 0) await this.#containers.forgetImages(this.#installation.nameOf(id), stale, signal);
  }

  async #bringBack(id: ClusterId, record: ClusterRecord): Promise<RunningCluster> {
    const files = this.#filesOf(id);
    const made = this.#running.get(id)?.made ?? (await files.read());
    if (made === undefined) throw new ClusterNotFoundError(id);
    const name = this.#installation.nameOf(id);
    const there = new Set((await this.#containers.of(name)).map((one) => one.name));
    const missing = Object.keys(made.addresses).filter((container) => !there.has(container));
    if (missing.length > 0) throw new Error(`The containers ${missing.join(', ')} are gone.`);
    const calledOff = new AbortController();
    this.#returning.set(id, calledOff);
    try {
      await this.#untilBack(id, record, made, calledOff.signal);
    } finally {
      this.#returning.delete(id);
    }
    if (!this.#running.has(id)) await this.#open(id, made);
    return handleOf(files, id, made);
  }

  /** @throws the reason of `calledOff` once it is aborted */
  async #untilBack(id: ClusterId, record: ClusterRecord, made: MadeCluster, calledOff: AbortSignal): Promise<void> {
    const name = this.#installation.nameOf(id);
    // Also where all of them run already: whoever started them, such as a server that was killed then, may not have waited.
    const starts = await this.#containers.start(name, made.addresses);
    const since = new Map(labNodes(record.nodes).map((node, index) => [node.name, starts[index] ?? new Date(0)]));
    const signal = AbortSignal.any([AbortSignal.timeout(resumeLimit), calledOff]);
    await using client = new KubeClient(credentialsOf(made).grader, { userAgent: 'kubedan-clusters' });
    await untilBack(client, since, signal);
    // A learner's work is handed back as it was: no rule is broken by pods that come back with their nodes. A pod that
    // does not (it crashes at each start) is no reason to keep the learner waiting.
    const patience = AbortSignal.any([AbortSignal.timeout(podsLimit), calledOff]);
    const ready = await this.#filesOf(id).readReady();
    await untilPodsRunAgain(client, ready, since, patience).catch((error: unknown) => {
      if (!patience.aborted) throw error;
    });
    calledOff.throwIfAborted();
  }

  /** Best effort: a cluster that does not answer is put to sleep all the same. */
  async #rememberReady(id: ClusterId): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) return;
    await using client = new KubeClient(credentialsOf(running.made).grader, { userAgent: 'kubedan-clusters' });
    const pods = await readyPodsOf(client, AbortSignal.timeout(2_000)).catch(() => []);
    await this.#filesOf(id).writeReady(pods);
  }

  async #open(id: ClusterId, made: MadeCluster): Promise<void> {
    const socket = new ApiSocket(() => made.port);
    const { apiSocket } = this.#filesOf(id);
    // What an earlier process of ours left when it was killed.
    await rm(apiSocket, { force: true });
    await socket.listen(apiSocket);
    this.#running.set(id, { made, socket });
    this.#watch.start();
  }

  async #close(id: ClusterId): Promise<void> {
    const running = this.#running.get(id);
    this.#running.delete(id);
    await running?.socket.close();
  }

  /** A node's container ended by itself, as when Docker was restarted: it is brought back once, with all that is in it. */
  #onDeath(id: ClusterId, reason: string): void {
    if (!this.#running.has(id)) return;
    void this.#turns.take(id, async () => {
      if (!this.#running.has(id)) return;
      try {
        await this.#patiently(async () => this.#bringBack(id, await this.#recordOf(id)));
      } catch (error) {
        await this.#close(id);
        const why = error instanceof Error ? error.message : String(error);
        for (const listener of this.#lost) listener(id, `${reason} ${why}`);
      }
    });
  }

  /** While Docker itself is away, as when it is restarted, an action waits for it for a while. */
  async #patiently(action: () => Promise<unknown>): Promise<void> {
    const until = performance.now() + dockerLimit;
    for (;;) {
      try {
        await action();
        return;
      } catch (error) {
        if (!(error instanceof DockerNotRunningError) || performance.now() > until) throw error;
      }
      await delay(500);
    }
  }

  #making<T>(id: ClusterId, signal: AbortSignal, step: () => Promise<T>): Promise<T> {
    return this.#turns.take(id, () => makeOrRemove(id, signal, (name) => this.#remove(name), step));
  }

  async #remove(id: ClusterId): Promise<void> {
    const isKnown = (await this.#records.read(id)) !== undefined;
    await this.#close(id);
    try {
      await this.#containers.remove(this.#installation.nameOf(id));
    } catch (error) {
      // Where there is no Docker there is nothing of a cluster that we never made.
      if (isKnown || !(error instanceof CommandError)) throw error;
    }
    await this.#filesOf(id).remove();
    await this.#records.remove(id);
  }

  async #recordOf(id: ClusterId): Promise<ClusterRecord> {
    const record = await this.#records.read(id);
    if (record === undefined) throw new ClusterNotFoundError(id);
    return record;
  }

  #filesOf(id: ClusterId): ClusterFiles {
    return new ClusterFiles(path.join(this.#options.dir, id));
  }

  #tell(id: ClusterId, step: LocalizedText | undefined): void {
    if (step !== undefined) for (const listener of this.#progress) listener(id, step);
  }
}

function handleOf(files: ClusterFiles, id: ClusterId, made: MadeCluster): RunningCluster {
  return {
    id,
    provider: 'kind',
    state: 'running',
    credentials: credentialsOf(made),
    apiSocketPath: files.apiSocket,
    audit: new AuditLog(files.auditLog),
  };
}
