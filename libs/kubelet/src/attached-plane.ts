import type { ImageCatalogue, TrafficPicture } from '@kubedan/contracts';
import {
  KubeApiError,
  KubeClient,
  KubeConflictError,
  KubeInvalidError,
  KubeNotFoundError,
  Reflector,
  type Clock,
  type KubeCredentials,
  type ReflectorEvent,
} from '@kubedan/kube';
import { refusal } from './admission.js';
import { covers } from './covers.js';
import { EventRecorder } from './event-recorder.js';
import { behaviourOf } from './images.js';
import { NodePlay, type NodeShared } from './node-play.js';
import { nodeIP, specOf, type Node, type NodeSpec } from './nodes.js';
import type { Duplex } from 'node:stream';
import type { Need } from './lookups.js';
import type { MeasuredNode, MeasuredPod } from './metrics/resource-metrics.js';
import type { MeasuredTraffic } from './metrics/traffic-metrics-api.js';
import { Scrapes } from './metrics/scrapes.js';
import { PoolPlay } from './pools/pool-play.js';
import { nodePoolDefinition } from './traffic/definitions.js';
import type { PlayedWorld } from './traffic/played-world.js';
import { nodeLabels } from './traffic/pod-facts.js';
import { TrafficPlay } from './traffic/traffic-play.js';
import { VolumeProvisioner } from './volumes.js';
import { WorldServers } from './server/dial.js';
import { hasProgram, planOfContainer } from './plan-of-container.js';
import { PodMachine } from './pod-machine.js';
import type { PodWorld } from './pod-world.js';
import { PodReferences } from './pod-references.js';
import type { Pod, PodStatus } from './pod-types.js';
import type { Alarm, TimerQueue } from './timer-queue.js';

export interface AttachOptions {
  /** Of a user that may do what kubelets do on all nodes. */
  credentials: KubeCredentials;
  nodes: NodeSpec[];
  images: ImageCatalogue;
  /** Makes container IDs and the like; the same seed gives the same ones. */
  seed: string;
  /** PEM texts: what the kubelet port shows, and (optional) the authority that the API server's own certificate must have. */
  serving?: { cert: string; key: string; clientCA?: string };
  /** Nodes that are down from the start, as failNode left them. */
  failed?: string[];
  /** Traffic and what comes of it; none by default. */
  world?: PlayedWorld;
  /** Factor on the kubelet's restart and pull back-offs (10 s to 5 min); default 1, their real length. */
  backoffScale?: number;
  /** Told of errors that do not stop the kubelet: it goes on and tries again. Default: a warning, each kind once a minute. */
  onError?: (error: Error) => void;
}

interface PodEntry {
  machine: PodMachine;
  node: NodePlay;
  alarm?: Alarm;
  /** A write or a lookup is under way. */
  busy: boolean;
  /** Something changed meanwhile. */
  again: boolean;
  /** What was written last, until the watch shows it. */
  sent?: string;
  failures: number;
  deleted: boolean;
}

/** One plane with its nodes and pods. */
export class AttachedPlane {
  readonly client: KubeClient;
  readonly #pods: Reflector<Pod & { apiVersion: string; kind: string }>;
  readonly #nodeWatch: Reflector<Node>;
  readonly #nodes = new Map<string, NodePlay>();
  readonly #entries = new Map<string, PodEntry>();
  readonly #references: PodReferences;
  readonly #events: EventRecorder;
  readonly #volumes: VolumeProvisioner;
  readonly #servers = new WorldServers(this);
  readonly #traffic: TrafficPlay | undefined;
  readonly #rented: PoolPlay | undefined;
  readonly #shared: NodeShared;
  readonly #onError: (error: Error) => void;
  readonly #backoffScale: number;
  readonly scrapes: Scrapes;
  #images: ImageCatalogue;
  #closed = false;

  constructor(
    readonly id: string,
    private readonly options: AttachOptions,
    private readonly clock: Clock,
    private readonly timers: TimerQueue,
    random: () => number,
  ) {
    this.client = new KubeClient(options.credentials, { userAgent: 'kubelet/v1.35.4 (kubedan)', connections: 2 });
    this.#images = options.images;
    this.#onError = options.onError ?? warner(id, () => clock.now());
    this.scrapes = new Scrapes(clock.now());
    this.#backoffScale = options.backoffScale ?? 1;
    this.#references = new PodReferences(this.client, () => clock.now());
    const report = (error: unknown) => this.#report(error);
    this.#events = new EventRecorder(this.client, clock, 'kubelet', report);
    this.#volumes = new VolumeProvisioner(this.client, clock, random, report);
    if (options.world) {
      this.#traffic = new TrafficPlay(options.world, {
        client: this.client,
        clock,
        timers,
        random,
        scrapes: this.scrapes,
        report,
        machineOf: (uid) => this.#entries.get(uid)?.machine,
        machines: () => this.#machines(),
        killed: (uid, container) => this.#killForMemory(uid, container),
        stepped: (nowMs) => this.#rented?.step(nowMs),
        told: (event) => this.#rented?.told(event),
      });
      if (options.world.plan.nodePools.length > 0) {
        this.#rented = new PoolPlay(options.world, {
          client: this.client,
          clock,
          random,
          report,
          nodes: () => this.#nodeObjects(),
          pods: () => this.#activePods(),
          addNode: (spec) => this.#addNode(spec),
          removeNode: (name) => this.#removeNode(name),
        });
      }
    }
    this.#shared = {
      client: this.client,
      clock,
      timers,
      events: this.#events,
      seed: options.seed,
      random,
      onError: report,
    };
    if (!this.#rented) options.nodes.forEach((spec, index) => this.#play(spec, index));
    const onState = ({ error }: { error?: Error }) => error && this.#report(error);
    this.#pods = new Reflector(
      this.client,
      { apiVersion: 'v1', kind: 'Pod', fieldSelector: 'spec.nodeName!=' },
      { onEvent: (event) => this.#podChanged(event), onState, clock, random },
    );
    this.#nodeWatch = new Reflector<Node>(
      this.client,
      { apiVersion: 'v1', kind: 'Node' },
      {
        onEvent: ({ type, object }) => this.#nodeChanged(type, object),
        onState,
        clock,
        random,
      },
    );
  }

  /** Resolves when all nodes are registered and all pods known. */
  async start(): Promise<void> {
    const isNewRented = this.#rented ? await this.#takeRented(this.options.world) : false;
    const isNew = await Promise.all([...this.#nodes.values()].map((node) => node.start()));
    this.#nodeWatch.start();
    this.#pods.start();
    const isNewCluster = isNewRented || isNew.includes(true);
    await Promise.all([
      this.#nodeWatch.synced,
      this.#pods.synced,
      this.#volumes.start(isNewCluster),
      this.#traffic?.start(isNewCluster),
      this.#rented?.start(isNewCluster),
    ]);
  }

  /** The hand-over: from now on traffic comes, where there is any. Idempotent. */
  beginWorld(): void {
    this.#traffic?.begin();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const entry of this.#entries.values()) this.timers.cancel(entry.alarm);
    for (const node of this.#nodes.values()) node.close();
    this.#events.close();
    this.#servers.close();
    await Promise.all([
      this.#pods.stop(),
      this.#nodeWatch.stop(),
      this.#volumes.close(),
      this.#traffic?.close(),
      this.#rented?.close(),
    ]);
    await this.client.close();
    this.#entries.clear();
  }

  /** From now on images are these; containers that run go on as they began. */
  setImages(images: ImageCatalogue): void {
    this.#images = images;
  }

  /** The node's kubelet falls silent: no heartbeat, no status, no logs. The controllers notice, as they would. */
  failNode(name: string): void {
    this.#node(name).fail();
    this.#traffic?.nodeGone(name);
  }

  /** The node comes back; what its pods did meanwhile is seen then. */
  restoreNode(name: string): void {
    const node = this.#node(name);
    node.restore();
    if (node.measured) this.#traffic?.nodeChanged({ ...node.admitting });
    for (const entry of this.#entries.values()) if (entry.node === node) this.#sync(entry);
  }

  /** What is to be seen of the traffic; undefined where there is none. @param windowMs how far to look back, at least 1000 */
  traffic(windowMs: number): TrafficPicture | undefined {
    return this.#traffic?.picture(windowMs);
  }

  get failedNodes(): string[] {
    return [...this.#nodes.values()].filter((node) => node.failed).map((node) => node.spec.name);
  }

  get serving(): AttachOptions['serving'] {
    return this.options.serving;
  }
  get clientCA(): string {
    return this.options.serving?.clientCA ?? this.options.credentials.ca;
  }

  /** @returns the node of that name or address, as the API server dials it */
  nodeAt(host: string): NodePlay | undefined {
    return this.#nodes.get(host) ?? [...this.#nodes.values()].find((node) => nodeIP(node.index) === host);
  }

  get measuredTraffic(): MeasuredTraffic | undefined {
    return this.#traffic?.measured;
  }

  /** The nodes that are up. */
  measuredNodes(): MeasuredNode[] {
    return [...this.#nodes.values()].flatMap((node) => node.measured ?? []);
  }

  /** The pods of nodes that are up, with what runs of each. */
  measuredPods(): MeasuredPod[] {
    const all: MeasuredPod[] = [];
    const now = this.clock.now();
    for (const { machine, node } of this.#entries.values()) {
      if (!node.measured) continue;
      const containers = machine.running(now).map((container) => {
        const counted = this.#traffic?.usageOf(machine, container.name);
        // Nothing is known of it yet, as if it had just started.
        if (counted === 'unread') return { ...container, startedAt: now };
        return counted ? { ...container, usage: counted } : container;
      });
      all.push({ pod: machine.pod, node: node.spec.name, containers });
    }
    return all;
  }

  /** @returns the machine of a pod that runs here */
  podNamed(namespace: string, name: string): PodMachine | undefined {
    for (const { machine } of this.#entries.values()) {
      if (machine.pod.metadata.name === name && machine.pod.metadata.namespace === namespace) return machine;
    }
    return undefined;
  }

  /** @returns the machine of the pod that has this address and the node it is on */
  podAt(ip: string): { machine: PodMachine; node: NodePlay } | undefined {
    for (const { machine, node } of this.#entries.values()) {
      if (machine.podIP === ip && !machine.terminal && !machine.pod.spec.hostNetwork) return { machine, node };
    }
    return undefined;
  }

  now(): number {
    return this.clock.now();
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.timers.schedule(this.clock.now() + milliseconds, resolve));
  }

  readReferences(needs: readonly Need[]): Promise<void> {
    return this.#references.read(needs);
  }

  /**
   * What the API server dials: the kubelet port of a node, or a port that a pod answers on.
   * @throws DialRefusedError for everything else
   */
  dial(host: string, port: number): Duplex {
    return this.#servers.dial(host, port);
  }

  #node(name: string): NodePlay {
    const node = this.#nodes.get(name);
    if (!node) throw new RangeError(`There is no node ${name}; the nodes are ${[...this.#nodes.keys()].join(', ')}.`);
    return node;
  }

  #play(spec: NodeSpec, index: number): NodePlay {
    const node = new NodePlay(spec, index, this.#shared, this.options.failed?.includes(spec.name) ?? false);
    this.#nodes.set(spec.name, node);
    return node;
  }

  /** Takes up the rented nodes that there are, or those that a new cluster has. @returns whether it is new */
  async #takeRented(world: PlayedWorld | undefined): Promise<boolean> {
    if (!world) return false;
    const { items } = await this.client.list<Node>({ apiVersion: 'v1', kind: 'Node', labelSelector: nodeLabels.pool });
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
    // All pools may be empty by now: what tells is whether there ever were pools.
    const isNew = !(await this.client.get({ ...definition, name: nodePoolDefinition.metadata.name }));
    if (isNew) PoolPlay.nodesOf(world).forEach((spec, index) => this.#play(spec, index));
    for (const { spec, index } of items.flatMap((node) => specOf(node) ?? [])) this.#play(spec, index);
    return isNew;
  }

  /** Registers a node and plays it. */
  async #addNode(spec: NodeSpec): Promise<void> {
    const taken = new Set([...this.#nodes.values()].map(({ index }) => index));
    let index = 0;
    while (taken.has(index)) index += 1;
    const node = this.#play(spec, index);
    try {
      await node.start();
    } catch (error) {
      node.close();
      this.#nodes.delete(spec.name);
      throw error;
    }
  }

  /** The machine is gone: what ran on it ends at once, and its objects go. */
  async #removeNode(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    if (!node) return;
    node.fail();
    this.#traffic?.nodeGone(name);
    const pods = [...this.#entries.values()].filter((entry) => entry.node === node);
    for (const { machine } of pods) {
      const { metadata } = machine.pod;
      const ref = { apiVersion: 'v1', kind: 'Pod', namespace: metadata.namespace ?? 'default', name: metadata.name };
      await this.client.delete(ref, { gracePeriodSeconds: 0, uid: metadata.uid }).catch((error: unknown) => {
        if (!(error instanceof KubeNotFoundError) && !(error instanceof KubeConflictError)) throw error;
      });
    }
    await this.client.delete({ apiVersion: 'v1', kind: 'Node', name }).catch((error: unknown) => {
      if (!(error instanceof KubeNotFoundError)) throw error;
    });
    node.close();
    this.#nodes.delete(name);
  }

  *#nodeObjects(): Generator<Node> {
    for (const { node } of this.#nodes.values()) if (node) yield node;
  }

  *#activePods(): Generator<Pod> {
    for (const { machine } of this.#entries.values()) if (!machine.terminal) yield machine.pod;
  }

  *#machines(): Generator<PodMachine> {
    for (const { machine } of this.#entries.values()) yield machine;
  }

  #nodeChanged(type: string, object: Node): void {
    const node = this.#nodes.get(object.metadata.name);
    node?.seen(type, object);
    if (!node || !this.#traffic) return;
    if (type === 'DELETED' || !node.measured) this.#traffic.nodeGone(node.spec.name);
    else this.#traffic.nodeChanged(node.admitting);
  }

  #killForMemory(uid: string, container: string): void {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    entry.machine.killForMemory(container);
    this.#sync(entry);
  }

  #podChanged({ type, object }: ReflectorEvent<Pod>): void {
    if (this.#closed) return;
    // Who owned which field is of no use here, and often more than half of an object.
    delete object.metadata.managedFields;
    const uid = object.metadata.uid ?? '';
    const entry = this.#entries.get(uid);
    if (type === 'DELETED') {
      if (!entry) return;
      entry.deleted = true;
      this.timers.cancel(entry.alarm);
      this.#entries.delete(uid);
      this.#traffic?.podGone(uid);
      if (entry.machine.podIP) entry.node.addresses.release(entry.machine.podIP);
      return;
    }
    if (entry) {
      entry.machine.pod = newer(entry.machine.pod, object);
      this.#sync(entry);
      return;
    }
    const node = this.#nodes.get(object.spec.nodeName ?? '');
    if (!node) return;
    if (object.status?.podIP) node.addresses.take(object.status.podIP);
    const machine = new PodMachine(object, this.#worldOf(node), this.clock.now());
    const fresh: PodEntry = { machine, node, busy: false, again: false, failures: 0, deleted: false };
    if (!object.status?.startTime && object.status?.phase === 'Pending') this.#admit(fresh);
    this.#entries.set(uid, fresh);
    this.#sync(fresh);
  }

  #admit(entry: PodEntry): void {
    const { machine, node } = entry;
    const others = [...this.#entries.values()].filter(
      (one) => one.node === node && !one.machine.terminal && !one.machine.rejected,
    );
    const refused = refusal(
      machine.pod,
      others.map((one) => one.machine.pod),
      node.admitting,
    );
    if (!refused) return;
    machine.reject(refused.reason, `Pod was rejected: ${refused.message}`);
    this.#recordOf(entry, { type: 'Warning', reason: refused.reason, message: refused.message });
  }

  #worldOf(node: NodePlay): PodWorld {
    return {
      seed: this.options.seed,
      hostIP: nodeIP(node.index),
      rootCA: this.options.credentials.ca,
      lookUp: (need) => this.#references.lookUp(need),
      behaviourOf: (image) => behaviourOf(this.#images, image),
      hasProgram: (image) => hasProgram(behaviourOf(this.#images, image)),
      isOnNode: (image) => node.images.has(image),
      putOnNode: (image) => node.images.add(image),
      allocateIP: () => node.addresses.allocate(),
      backoffScale: this.#backoffScale,
      planOf: planOfContainer,
      podAt: (ip) => this.podAt(ip)?.machine,
      probeMs: (uid, container) => this.#traffic?.probeMs(uid, container) ?? 0,
      counted: (uid, container) => this.#traffic?.counted(uid, container),
      probesAreUneven: () => this.#traffic !== undefined,
    };
  }

  /** Lets the pod's machine go on, and does what it asks for: events, lookups, a status to write, a time to wake. */
  #sync(entry: PodEntry): void {
    if (this.#closed || entry.deleted || entry.node.failed) return;
    if (entry.busy) {
      entry.again = true;
      return;
    }
    const { machine } = entry;
    this.timers.cancel(entry.alarm);
    let advance;
    let status;
    try {
      advance = machine.advance(this.clock.now());
      status = machine.status();
      this.#traffic?.podChanged(machine);
    } catch (error) {
      this.#report(error);
      entry.alarm = this.timers.schedule(this.clock.now() + 10_000, () => this.#sync(entry));
      return;
    }
    for (const { fieldPath, ...text } of advance.events) this.#recordOf(entry, text, fieldPath);
    if (advance.wakeAt < Infinity) entry.alarm = this.timers.schedule(advance.wakeAt, () => this.#sync(entry));
    if (advance.needs.length) void this.#do(entry, () => this.#references.read(advance.needs), true);
    else if (this.#mustWrite(machine.pod, status, entry)) void this.#do(entry, () => this.#write(entry, status), false);
    else if (machine.terminal && machine.pod.metadata.deletionTimestamp)
      void this.#do(entry, () => this.#remove(entry), false);
  }

  #mustWrite(pod: Pod, status: PodStatus, entry: PodEntry): boolean {
    const { conditions = [], ...rest } = status;
    const known = pod.status?.conditions ?? [];
    const same =
      covers(pod.status, rest) &&
      conditions.every((one) => {
        const old = known.find((other) => other.type === one.type);
        return (
          covers(old, one) && (old?.reason ?? '') === (one.reason ?? '') && (old?.message ?? '') === (one.message ?? '')
        );
      });
    if (same) {
      delete entry.sent;
      return false;
    }
    return entry.sent !== JSON.stringify(status);
  }

  async #write(entry: PodEntry, status: PodStatus): Promise<void> {
    const { metadata } = entry.machine.pod;
    // Absent fields of a merged condition would keep their old value.
    const conditions = status.conditions?.map((one) => ({
      ...one,
      reason: one.reason ?? null,
      message: one.message ?? null,
    }));
    const patch = {
      metadata: { uid: metadata.uid },
      status: {
        ...status,
        reason: status.reason ?? null,
        message: status.message ?? null,
        ...(conditions ? { conditions } : {}),
      },
    };
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: metadata.namespace ?? 'default', name: metadata.name };
    entry.sent = JSON.stringify(status);
    try {
      const written = await this.client.patch<Pod>(ref, patch, { type: 'strategic', subresource: 'status' });
      // What was written is known without waiting for the watch; an older event must not undo that.
      delete written.metadata.managedFields;
      if (written.metadata.uid === metadata.uid) entry.machine.pod = newer(entry.machine.pod, written);
      entry.again = true;
    } catch (error) {
      delete entry.sent;
      // Another pod goes by its name by now; the watch is about to say so.
      if (error instanceof KubeInvalidError && error.message.includes('metadata.uid')) return;
      throw error;
    }
  }

  async #remove(entry: PodEntry): Promise<void> {
    const { metadata } = entry.machine.pod;
    if (metadata.deletionGracePeriodSeconds === 0 && entry.deleted) return;
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: metadata.namespace ?? 'default', name: metadata.name };
    await this.client.delete(ref, { gracePeriodSeconds: 0, uid: metadata.uid });
    // With finalizers left it stays, and is none of the kubelet's business any more.
    entry.deleted = true;
    this.timers.cancel(entry.alarm);
  }

  async #do(entry: PodEntry, work: () => Promise<void>, thenSync: boolean): Promise<void> {
    entry.busy = true;
    try {
      await work();
      entry.failures = 0;
      if (thenSync) entry.again = true;
    } catch (error) {
      if (this.#closed || error instanceof KubeNotFoundError || error instanceof KubeConflictError) {
        // Gone, or another pod of the same name: its own events tell.
        entry.alarm ??= undefined;
      } else {
        entry.failures += 1;
        // A refused status would be refused again: slower, and told.
        const refused = error instanceof KubeApiError && error.status < 500;
        this.#report(error);
        const delay = Math.min(30_000, (refused ? 5_000 : 250) * 2 ** Math.min(entry.failures, 7));
        this.timers.cancel(entry.alarm);
        entry.alarm = this.timers.schedule(this.clock.now() + delay, () => this.#sync(entry));
      }
    } finally {
      entry.busy = false;
    }
    if (entry.again) {
      entry.again = false;
      this.#sync(entry);
    }
  }

  #recordOf(
    { machine: { pod }, node }: PodEntry,
    text: { type: 'Normal' | 'Warning'; reason: string; message: string },
    fieldPath?: string,
  ): void {
    const { name, namespace, uid, resourceVersion } = pod.metadata;
    const target = {
      kind: 'Pod' as const,
      apiVersion: 'v1',
      namespace,
      name,
      uid,
      resourceVersion,
      ...(fieldPath ? { fieldPath } : {}),
    };
    this.#events.record(target, text, node.spec.name);
  }

  #report(error: unknown): void {
    if (!this.#closed) this.#onError(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Without anyone to tell, errors become warnings of the process: each kind once a minute, for a server that is away fails often. */
function warner(planeId: string, now: () => number): (error: Error) => void {
  const last = new Map<string, number>();
  return (error) => {
    if (now() - (last.get(error.name) ?? -Infinity) < 60_000) return;
    last.set(error.name, now());
    process.emitWarning(`The nodes of cluster ${planeId}: ${error.message}`, error.name);
  };
}

/** resourceVersions of one object are numbers that grow. */
function newer(known: Pod, written: Pod): Pod {
  const version = (pod: Pod) => Number(pod.metadata.resourceVersion ?? 0);
  return version(written) >= version(known) ? { ...written, apiVersion: 'v1', kind: 'Pod' } : known;
}
