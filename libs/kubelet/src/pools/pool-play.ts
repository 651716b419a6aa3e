import {
  KubeAlreadyExistsError,
  KubeNotFoundError,
  KubeTooManyRequestsError,
  Reflector,
  type Clock,
  type KubeClient,
  type KubeObject,
  type ListQuery,
} from '@kubedan/kube';
import { decideScaling, type NodePoolPlan, type ScalingDecision, type WorldEvent } from '@kubedan/world';
import { EventRecorder } from '../event-recorder.js';
import { type Node, type NodeSpec } from '../nodes.js';
import type { Pod } from '../pod-types.js';
import { nodePoolDefinition } from '../traffic/definitions.js';
import { nodeFact, nodeLabels } from '../traffic/pod-facts.js';
import type { PlayedWorld } from '../traffic/played-world.js';
import { StatusWriter } from '../traffic/status-writer.js';
import { conditionsOf } from '../traffic/statuses.js';
import { NODE_POOL, poolNode, poolObject, poolPlan, validity, type NodePool } from './pool-objects.js';
import { isOfDaemonSet, scaledNode, scaledPod, type Budget } from './scaling-state.js';

/** How often the autoscaler looks, in the world's milliseconds; --scan-interval, 10 s by default. */
const SCAN_MS = 5_000;
/** How often eviction is tried again on nodes that are being emptied. */
const DRAIN_MS = 1_000;
/** After so long an autoscaler gives up emptying a node (--max-graceful-termination-sec). */
const DRAIN_LIMIT_MS = 600_000;
const leavingTaint = { key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' };
const interruptionTaint = { key: 'world.kubedan.dev/interruption', effect: 'NoSchedule' };

/** The cluster whose nodes are rented. */
export interface RentedCluster {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: () => number;
  report(error: unknown): void;
  /** The nodes that are registered, as the API server has them. */
  nodes(): Iterable<Node>;
  /** The pods that are bound to nodes and not at their end. */
  pods(): Iterable<Pod>;
  /** Plays a node from now on. @throws KubeUnreachableError, KubeApiError */
  addNode(spec: NodeSpec): Promise<void>;
  /** The machine is gone, and what ran on it. @throws KubeUnreachableError, KubeApiError */
  removeNode(name: string): Promise<void>;
}

/** A node on its way. */
interface Order {
  spec: NodeSpec;
  pool: string;
  orderedMs: number;
  readyMs: number;
  registering: boolean;
}

/** A node that is being emptied. */
interface Leave {
  sinceMs: number;
  /** The provider takes it back: it goes however full it is. */
  forced: boolean;
  busy: boolean;
}

/** Nodes that come and go: pools that a learner sets, the cluster autoscaler, and a provider that takes spot nodes back. */
export class PoolPlay {
  readonly #pools: Reflector<NodePool>;
  readonly #waiting: Reflector<Pod>;
  readonly #budgets: Reflector<Budget>;
  readonly #events: EventRecorder;
  readonly #writer: StatusWriter;
  readonly #orders = new Map<string, Order>();
  readonly #leaves = new Map<string, Leave>();
  /** When nodes that came while we watched were ordered. */
  readonly #ordered = new Map<string, number>();
  /** What waiting pods were told, so that it is said once. */
  readonly #told = new Map<string, string>();
  #unneededSince: ReadonlyMap<string, number> = new Map();
  #scanMs = 0;
  #drainMs = 0;
  #closed = false;

  constructor(
    private readonly world: PlayedWorld,
    private readonly cluster: RentedCluster,
  ) {
    const report = (error: unknown) => cluster.report(error);
    this.#events = new EventRecorder(cluster.client, cluster.clock, 'cluster-autoscaler', report);
    this.#writer = new StatusWriter(cluster.client, report);
    this.#pools = this.#watch<NodePool>(NODE_POOL);
    this.#waiting = this.#watch<Pod>({ apiVersion: 'v1', kind: 'Pod', fieldSelector: 'spec.nodeName=' });
    this.#budgets = this.#watch<Budget>({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' });
  }

  /** @returns the nodes of the pools at the start of a cluster */
  static nodesOf({ plan }: PlayedWorld): NodeSpec[] {
    return plan.nodePools.flatMap((pool) => {
      const whole = poolPlan(poolObject(pool), pool.size);
      return Array.from({ length: pool.size }, (_, index) => poolNode(whole, plan.nodeTypes, index + 1));
    });
  }

  /** @throws KubeUnreachableError, KubeApiError */
  async start(isNew: boolean): Promise<void> {
    if (isNew) await this.#make(nodePoolDefinition);
    for (const reflector of [this.#pools, this.#waiting, this.#budgets]) reflector.start();
    if (isNew) void this.#makePools();
    await Promise.all([this.#waiting.synced, this.#budgets.synced]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#events.close();
    // What was ordered is not paid for while nobody plays.
    for (const name of this.#orders.keys()) this.world.engine.removeNode(name);
    this.#orders.clear();
    await Promise.all([this.#pools, this.#waiting, this.#budgets].map((reflector) => reflector.stop()));
  }

  /** To be called as the world's time passes. */
  step(nowMs: number): void {
    for (const [name, order] of this.#orders)
      if (!order.registering && order.readyMs <= nowMs) this.#arrive(name, order);
    if (nowMs >= this.#drainMs && this.#leaves.size > 0) {
      this.#drainMs = nowMs + DRAIN_MS;
      for (const [name, leave] of this.#leaves) void this.#empty(name, leave, nowMs);
    }
    if (nowMs < this.#scanMs) return;
    this.#scanMs = nowMs + SCAN_MS;
    this.#scan(nowMs);
  }

  /** The provider speaks of a spot node. */
  told(event: Extract<WorldEvent, { kind: 'spot-notice' | 'spot-taken' }>): void {
    const { node: name } = event;
    if (event.kind === 'spot-taken') {
      void this.#remove(name, 'The provider has taken the node back.');
      return;
    }
    const seconds = Math.round((event.endsAtMs - event.atMs) / 1000);
    this.#tellNode(name, 'Warning', 'SpotInterruption', `The provider takes the node back in ${seconds} s.`);
    void this.#leave(name, event.atMs, true);
  }

  #watch<T extends KubeObject>(query: ListQuery): Reflector<T> {
    const { client, clock, random } = this.cluster;
    return new Reflector<T>(client, query, {
      onEvent: ({ type, object }) => type === 'DELETED' && this.#writer.forget(object.metadata.uid ?? ''),
      onState: ({ error }) => error && this.world.begun && this.cluster.report(error),
      clock,
      random,
    });
  }

  async #make(object: KubeObject): Promise<void> {
    try {
      await this.cluster.client.create(object);
    } catch (error) {
      if (!(error instanceof KubeAlreadyExistsError)) throw error;
    }
  }

  /** As soon as their kind is served. */
  async #makePools(): Promise<void> {
    await this.#pools.synced;
    if (this.#closed) return;
    const objects = this.world.plan.nodePools.map(poolObject);
    await Promise.all(objects.map((object) => this.#make(object))).catch((error: unknown) =>
      this.cluster.report(error),
    );
  }

  #scan(nowMs: number): void {
    const { nodeTypes, autoscaler } = this.world.plan;
    const objects = [...this.#pools.items.values()];
    if (objects.length === 0) return;
    const nodes = [...this.cluster.nodes()].flatMap((node) => {
      const pool = node.metadata.labels?.[nodeLabels.pool];
      const orderedMs = this.#ordered.get(node.metadata.name) ?? -Infinity;
      return pool === undefined ? [] : scaledNode(node, pool, orderedMs);
    });
    const ordered = [...this.#orders].map(([name, { spec, pool, orderedMs }]) => ({
      ...scaledNode(asNode(spec), pool, orderedMs),
      name,
      ready: false,
    }));
    const all = [...nodes, ...ordered];
    const pools = objects.map((object) => {
      const { name } = object.metadata;
      return poolPlan(object, all.filter(({ pool }) => pool === name).length);
    });
    const valid = pools.filter((_, index) => objects[index] && validity(objects[index], nodeTypes).status);
    const budgets = [...this.#budgets.items.values()];
    const waiting = [...this.#waiting.items.values()].filter(isUnschedulable);
    const decision = decideScaling({
      nowMs,
      pools: valid,
      types: nodeTypes,
      nodes: all,
      pods: [...this.cluster.pods(), ...waiting].map((pod) => scaledPod(pod, budgets)),
      settings: autoscaler,
      unneededSince: this.#unneededSince,
    });
    this.#unneededSince = decision.unneededSince;
    this.#order(decision, valid, nowMs);
    this.#tellHopeless(decision, waiting);
    for (const name of decision.remove) void this.#leave(name, nowMs, false);
    // A pool that is deleted takes its nodes with it.
    const known = new Set(objects.map(({ metadata }) => metadata.name));
    for (const { name, pool } of nodes) if (!known.has(pool)) void this.#leave(name, nowMs, false);
    this.#writeStatuses(objects, all);
  }

  #order({ add }: ScalingDecision, pools: readonly NodePoolPlan[], nowMs: number): void {
    const { nodeTypes } = this.world.plan;
    for (const { pool: name, count, pods } of add) {
      const pool = pools.find((one) => one.name === name);
      const type = pool && nodeTypes[pool.type];
      if (!pool || !type) continue;
      for (let left = count; left > 0; left -= 1) {
        const spec = poolNode(pool, nodeTypes, this.#freeNumber(name));
        const readyMs = nowMs + type.startsInMs;
        this.#orders.set(spec.name, { spec, pool: name, orderedMs: nowMs, readyMs, registering: false });
        this.#ordered.set(spec.name, nowMs);
        // It is paid for from now on.
        const { metadata, status } = asNode(spec);
        const { labels = {} } = metadata;
        this.world.engine.setNode(nodeFact({ name: spec.name, labels, allocatable: status?.allocatable ?? {} }));
      }
      const message = `pod triggered scale-up: [{${name} ${pool.size}->${pool.size + count} (max: ${pool.max})}]`;
      for (const uid of pods) this.#tellPod(uid, 'TriggeredScaleUp', message);
    }
  }

  #freeNumber(pool: string): number {
    const taken = new Set([...this.cluster.nodes()].map(({ metadata }) => metadata.name));
    for (let number = 1; ; number += 1) {
      const name = `${pool}-${number}`;
      if (!taken.has(name) && !this.#orders.has(name)) return number;
    }
  }

  #arrive(name: string, order: Order): void {
    order.registering = true;
    this.cluster
      .addNode(order.spec)
      .then(() => this.#orders.delete(name))
      .catch((error: unknown) => {
        order.registering = false;
        this.cluster.report(error);
      });
  }

  /** Nothing new comes to the node, and what is on it is asked to go. */
  async #leave(name: string, nowMs: number, forced: boolean): Promise<void> {
    const known = this.#leaves.get(name);
    if (known) {
      known.forced ||= forced;
      return;
    }
    this.#leaves.set(name, { sinceMs: nowMs, forced, busy: false });
    const taint = forced ? interruptionTaint : leavingTaint;
    const node = this.#nodeNamed(name);
    const taints = [...(node?.spec?.taints ?? []).filter(({ key }) => key !== taint.key), taint];
    await this.#patchNode(name, { unschedulable: true, taints });
  }

  async #empty(name: string, leave: Leave, nowMs: number): Promise<void> {
    if (leave.busy || this.#closed) return;
    leave.busy = true;
    try {
      const left = [...this.cluster.pods()].filter((pod) => pod.spec.nodeName === name && !isOfDaemonSet(pod));
      if (left.length === 0 && !leave.forced) await this.#remove(name, 'node removed by cluster autoscaler');
      else if (nowMs - leave.sinceMs > DRAIN_LIMIT_MS && !leave.forced) await this.#stay(name);
      else await Promise.all(left.map((pod) => this.#evict(pod)));
    } catch (error) {
      if (!this.#closed) this.cluster.report(error);
    } finally {
      leave.busy = false;
    }
  }

  async #evict({ metadata }: Pod): Promise<void> {
    if (metadata.deletionTimestamp) return;
    const { name, namespace = 'default' } = metadata;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    try {
      await this.cluster.client.create(eviction, {
        subresource: 'eviction',
        of: { apiVersion: 'v1', kind: 'Pod', namespace, name },
      });
    } catch (error) {
      // A budget that has no room just now: it is tried again.
      if (!(error instanceof KubeTooManyRequestsError) && !(error instanceof KubeNotFoundError)) throw error;
    }
  }

  async #stay(name: string): Promise<void> {
    this.#leaves.delete(name);
    const taints = (this.#nodeNamed(name)?.spec?.taints ?? []).filter(({ key }) => key !== leavingTaint.key);
    this.#tellNode(name, 'Warning', 'ScaleDownFailed', 'failed to drain the node: a Pod did not go in time');
    await this.#patchNode(name, { unschedulable: null, taints });
  }

  async #remove(name: string, message: string): Promise<void> {
    this.#tellNode(name, 'Normal', 'ScaleDown', message);
    try {
      await this.cluster.removeNode(name);
      this.#leaves.delete(name);
      this.#ordered.delete(name);
    } catch (error) {
      // It stays on the list of those that go, and is tried again.
      if (!this.#closed) this.cluster.report(error);
    }
  }

  async #patchNode(name: string, spec: object): Promise<void> {
    await this.cluster.client
      .patch({ apiVersion: 'v1', kind: 'Node', name }, { spec }, { type: 'merge' })
      .catch((error: unknown) => {
        if (!(error instanceof KubeNotFoundError)) this.cluster.report(error);
      });
  }

  #tellHopeless({ hopeless }: ScalingDecision, waiting: readonly Pod[]): void {
    for (const { pod, reasons } of hopeless)
      this.#tellPod(pod, 'NotTriggerScaleUp', `pod didn't trigger scale-up: ${reasons.join(', ')}`);
    const there = new Set(waiting.map(({ metadata }) => metadata.uid));
    for (const uid of this.#told.keys()) if (!there.has(uid)) this.#told.delete(uid);
  }

  #tellPod(uid: string, reason: string, message: string): void {
    const pod = this.#waiting.items.get(uid);
    if (!pod || this.#told.get(uid) === message) return;
    this.#told.set(uid, message);
    const { name, namespace = 'default', resourceVersion = '' } = pod.metadata;
    this.#events.record(
      { kind: 'Pod', apiVersion: 'v1', namespace, name, uid, resourceVersion },
      { type: 'Normal', reason, message },
    );
  }

  #tellNode(name: string, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#events.record({ kind: 'Node', apiVersion: 'v1', name, uid: name }, { type, reason, message });
  }

  #nodeNamed(name: string): Node | undefined {
    for (const node of this.cluster.nodes()) if (node.metadata.name === name) return node;
    return undefined;
  }

  #writeStatuses(objects: readonly NodePool[], nodes: readonly { pool: string; ready: boolean }[]): void {
    const now = this.cluster.clock.now();
    for (const object of objects) {
      const own = nodes.filter(({ pool }) => pool === object.metadata.name);
      const before = { generation: object.metadata.generation, before: object.status?.conditions };
      const valid = validity(object, this.world.plan.nodeTypes);
      const conditions = conditionsOf([valid], before, now);
      this.#writer.write(object, { nodes: own.length, ready: own.filter(({ ready }) => ready).length, conditions });
    }
  }
}

const isUnschedulable = ({ status, metadata }: Pod): boolean =>
  !metadata.deletionTimestamp &&
  (status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable') ?? false);

/** A node as it will be registered. */
function asNode(spec: NodeSpec): Node {
  const { name, zone, cpu = '0', memory = '0', labels = {}, taints = [], resources = {} } = spec;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...(zone ? { [nodeLabels.zone]: zone } : {}), ...labels } },
    spec: { taints },
    status: { allocatable: { cpu, memory, ...resources } },
  };
}
