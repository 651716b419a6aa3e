import {
  KubeAlreadyExistsError,
  KubeConflictError,
  KubeNotFoundError,
  type Clock,
  type KubeClient,
  type KubeObject,
} from '@kubedan/kube';
import type { AdmittingNode } from './admission.js';
import type { EventRecorder } from './event-recorder.js';
import type { MeasuredNode } from './metrics/resource-metrics.js';
import { leaseObject, nodeObject, nodeStatus, podCIDR, type Node, type NodeSpec } from './nodes.js';
import { PodAddresses } from './pod-addresses.js';
import type { Alarm, TimerQueue } from './timer-queue.js';

/** As a kubelet: a quarter of the lease's 40 s, and the status every five minutes when nothing changed. */
const RENEW_MS = 10_000;
const STATUS_MS = 300_000;

export interface NodeShared {
  client: KubeClient;
  clock: Clock;
  timers: TimerQueue;
  events: EventRecorder;
  seed: string;
  random: () => number;
  onError: (error: unknown) => void;
}

/** One node: its object, its lease, its images and the addresses of its pods. */
export class NodePlay {
  readonly images = new Set<string>();
  addresses: PodAddresses;
  #node: Node | undefined;
  #lease: KubeObject | undefined;
  #alarm: Alarm | undefined;
  #statusAt = 0;
  #closed = false;

  constructor(
    readonly spec: NodeSpec,
    readonly index: number,
    private readonly shared: NodeShared,
    public failed: boolean,
  ) {
    this.addresses = new PodAddresses(podCIDR(index));
  }

  /** As the API server has it; undefined while it is not there. */
  get node(): Node | undefined {
    return this.#node;
  }

  /** What can be measured of it; undefined while it is down or not there. */
  get measured(): MeasuredNode | undefined {
    if (!this.#node || this.failed) return undefined;
    return { name: this.spec.name, labels: this.#node.metadata.labels ?? {} };
  }

  /** What the admission of pods looks at. */
  get admitting(): AdmittingNode {
    const { metadata, spec, status } = this.#node ?? {};
    return {
      name: this.spec.name,
      labels: metadata?.labels ?? {},
      taints: spec?.taints ?? [],
      allocatable: status?.allocatable ?? {},
    };
  }

  /** Registers the node, or takes up the one that is there. @returns whether it is new. @throws KubeUnreachableError, KubeApiError */
  async start(): Promise<boolean> {
    const { client, clock, seed } = this.shared;
    const ref = { apiVersion: 'v1', kind: 'Node', name: this.spec.name };
    let node = await client.get<Node>(ref);
    const isNew = !node;
    if (!node) {
      try {
        node = await client.create<Node>(nodeObject(this.spec, this.index, seed, clock.now()));
      } catch (error) {
        if (!(error instanceof KubeAlreadyExistsError)) throw error;
        node = await client.get<Node>(ref);
      }
    }
    this.#node = node;
    if (node?.spec?.podCIDR) this.addresses = new PodAddresses(node.spec.podCIDR);
    for (const image of node?.status?.images ?? []) for (const name of image.names ?? []) this.images.add(name);
    if (this.failed) return isNew;
    if (isNew) this.#introduce();
    await this.#beat(true);
    this.#plan(this.shared.random() * RENEW_MS);
    return isNew;
  }

  /** Takes in what the watch shows of the node. */
  seen(type: string, node: Node): void {
    const before = this.#node;
    if (type === 'DELETED') {
      // As with a real kubelet, a node that someone deleted does not come back by itself.
      this.#node = undefined;
      this.#lease = undefined;
      this.shared.timers.cancel(this.#alarm);
      return;
    }
    this.#node = node;
    if (!before || this.failed) return;
    const cordoned = node.spec?.unschedulable === true;
    if (cordoned !== (before.spec?.unschedulable === true))
      this.#tell(cordoned ? 'NodeNotSchedulable' : 'NodeSchedulable');
  }

  fail(): void {
    this.failed = true;
    this.shared.timers.cancel(this.#alarm);
  }

  restore(): void {
    if (!this.failed) return;
    this.failed = false;
    void this.#beat(true).catch(this.shared.onError);
    this.#plan(RENEW_MS);
  }

  close(): void {
    this.#closed = true;
    this.shared.timers.cancel(this.#alarm);
  }

  #introduce(): void {
    this.#event('Starting', 'Starting kubelet.');
    for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID', 'NodeReady'])
      this.#tell(reason);
  }

  #tell(reason: string): void {
    this.#event(reason, `Node ${this.spec.name} status is now: ${reason}`);
  }

  #event(reason: string, message: string): void {
    const { name } = this.spec;
    // A kubelet names the node as its own uid in events.
    this.shared.events.record(
      { kind: 'Node', apiVersion: 'v1', name, uid: name },
      { type: 'Normal', reason, message },
      name,
    );
  }

  #plan(inMs: number): void {
    if (this.#closed || this.failed) return;
    const { timers, clock, onError } = this.shared;
    timers.cancel(this.#alarm);
    this.#alarm = timers.schedule(clock.now() + inMs, () => {
      this.#beat(false)
        .catch(onError)
        // A little early or late, so that the nodes of many planes do not beat together.
        .finally(() => this.#plan(RENEW_MS * (0.95 + this.shared.random() * 0.1)));
    });
  }

  async #beat(withStatus: boolean): Promise<void> {
    const { client, clock, seed } = this.shared;
    if (this.failed || this.#closed || !this.#node) return;
    await this.#renew();
    const now = clock.now();
    if (!withStatus && now - this.#statusAt < STATUS_MS && this.#isReady()) return;
    const status = nodeStatus(this.spec, this.index, seed, now, this.#node, [...this.images]);
    const ref = { apiVersion: 'v1', kind: 'Node', name: this.spec.name };
    try {
      await client.patch(ref, { status }, { type: 'strategic', subresource: 'status' });
      if (!this.#isReady()) this.#tell('NodeReady');
      this.#statusAt = now;
    } catch (error) {
      if (!(error instanceof KubeNotFoundError)) throw error;
    }
  }

  #isReady(): boolean {
    return this.#node?.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
  }

  async #renew(): Promise<void> {
    const { client, clock } = this.shared;
    const wanted = leaseObject(this.spec.name, this.#node?.metadata.uid ?? '', clock.now());
    try {
      if (this.#lease) this.#lease = await client.replace({ ...this.#lease, spec: wanted['spec'] });
      else this.#lease = await client.create(wanted);
    } catch (error) {
      const ref = {
        apiVersion: wanted.apiVersion,
        kind: wanted.kind,
        namespace: 'kube-node-lease',
        name: this.spec.name,
      };
      if (error instanceof KubeConflictError || error instanceof KubeAlreadyExistsError) {
        const known = await client.get(ref);
        if (known) this.#lease = await client.replace({ ...known, spec: wanted['spec'] });
      } else if (error instanceof KubeNotFoundError) {
        // The namespace of leases is made a moment after the API server started; the next beat finds it.
        this.#lease = undefined;
      } else throw error;
    }
  }
}
