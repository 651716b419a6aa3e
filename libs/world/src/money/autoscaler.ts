import type { NodePoolPlan, NodeTypePlan, WorldPlan } from '../plan.js';

/** What a Pod asks of its node: cores, bytes, GPUs. */
export interface Wants {
  cpu: number;
  memory: number;
  gpus: number;
}

/** A Pod as the autoscaler sees it. */
export interface ScaledPod {
  uid: string;
  /** Absent: it is pending, and the scheduler found no node for it. */
  node?: string;
  requests: Wants;
  /** Labels that its node must have. */
  nodeSelector?: Readonly<Record<string, string>>;
  /** Keys of taints that it tolerates; `*` for all. */
  tolerates?: readonly string[];
  /** Of a DaemonSet: every node has one, and none keeps a node from going. */
  daemon?: boolean;
  /** It must not be evicted: a PodDisruptionBudget without room, no controller, or `safe-to-evict: "false"`. */
  stays?: boolean;
}

/** A node of a pool, also one that was ordered and is not Ready yet. */
export interface ScaledNode {
  name: string;
  pool: string;
  ready: boolean;
  /** When it was ordered, world time in milliseconds. */
  orderedMs: number;
  /** Allocatable. */
  has: Wants;
  labels?: Readonly<Record<string, string>>;
  /** Keys of taints that keep Pods away. */
  taints?: readonly string[];
  /** Cordoned, or about to be taken back: no Pod is put on it, and it is not removed by us. */
  cordoned?: boolean;
}

export interface ScalingState {
  nowMs: number;
  pools: readonly NodePoolPlan[];
  types: WorldPlan['nodeTypes'];
  nodes: readonly ScaledNode[];
  pods: readonly ScaledPod[];
  settings: WorldPlan['autoscaler'];
  /** Since when each node has not been needed, as the decision before said; empty at first. */
  unneededSince: ReadonlyMap<string, number>;
}

export interface ScalingDecision {
  /** Nodes to order, by pool. */
  add: { pool: string; count: number; pods: string[] }[];
  /** Nodes to drain and give back. */
  remove: string[];
  /** To be given to the next decision. */
  unneededSince: Map<string, number>;
  /** Pods that no pool can help, and why: what the event NotTriggerScaleUp says. */
  hopeless: { pod: string; reasons: string[] }[];
}

/**
 * What the cluster autoscaler would do now. It adds nodes for Pods that are pending: of the pools that can help most of them
 * the cheapest, as many as they need (first fit, the largest first). It removes a node that has not been needed for a while: what
 * its Pods request is below a share of it, and they fit on other nodes. Nodes that are empty go together, others one at a
 * time. No pool leaves its min and max. (kubernetes/autoscaler, cluster-autoscaler/FAQ.md.)
 */
export function decideScaling(state: ScalingState): ScalingDecision {
  const room = new Room(state.nodes, state.pods);
  const { add, hopeless } = scaleUp(state, room);
  const { remove, unneededSince } = scaleDown(state, add.length > 0);
  return { add, remove, unneededSince, hopeless };
}

/** What is free on nodes, while Pods are put on them in thought. */
class Room {
  readonly #free = new Map<string, Wants>();

  constructor(
    private readonly nodes: readonly ScaledNode[],
    pods: readonly ScaledPod[],
  ) {
    for (const { name, has } of nodes) this.#free.set(name, { ...has });
    for (const { node, requests } of pods) if (node !== undefined) this.#take(node, requests);
  }

  /** @returns the node that was found, whose room is taken then */
  place(pod: ScaledPod, except?: ReadonlySet<string>): string | undefined {
    const node = this.nodes.find(
      (one) =>
        !except?.has(one.name) && !one.cordoned && admits(one, pod) && fits(pod.requests, this.#free.get(one.name)),
    );
    if (!node) return undefined;
    this.#take(node.name, pod.requests);
    return node.name;
  }

  copy(): Room {
    const copied = new Room(this.nodes, []);
    for (const [name, free] of this.#free) copied.#free.set(name, { ...free });
    return copied;
  }

  #take(node: string, { cpu, memory, gpus }: Wants): void {
    const free = this.#free.get(node);
    if (!free) return;
    free.cpu -= cpu;
    free.memory -= memory;
    free.gpus -= gpus;
  }
}

/** A thousandth of a core, a byte: sums of fractions fall short by less. */
const fits = (wants: Wants, free: Wants | undefined): boolean =>
  free !== undefined &&
  wants.cpu <= free.cpu + 0.0005 &&
  wants.memory <= free.memory + 0.5 &&
  wants.gpus <= free.gpus + 0.0005;

function admits({ labels = {}, taints = [] }: Pick<ScaledNode, 'labels' | 'taints'>, pod: ScaledPod): boolean {
  const { tolerates = [], nodeSelector = {} } = pod;
  return (
    Object.entries(nodeSelector).every(([label, value]) => labels[label] === value) &&
    taints.every((key) => tolerates.includes('*') || tolerates.includes(key))
  );
}

/** What every new node of a pool will have. */
function templateOf(pool: NodePoolPlan, type: NodeTypePlan, daemons: readonly ScaledPod[]) {
  const taints = pool.taints.filter(({ effect }) => effect !== 'PreferNoSchedule').map(({ key }) => key);
  const node = { labels: pool.labels, taints };
  const used = daemons.filter((daemon) => admits(node, daemon));
  const sum = (what: keyof Wants): number => used.reduce((total, { requests }) => total + requests[what], 0);
  const has: Wants = { cpu: type.cpu - sum('cpu'), memory: type.memory - sum('memory'), gpus: type.gpus - sum('gpus') };
  const price = pool.spot && type.spot ? type.spot.pricePerHour : type.pricePerHour;
  return { ...node, has, price };
}

const largestFirst = (one: ScaledPod, other: ScaledPod): number =>
  other.requests.gpus - one.requests.gpus ||
  other.requests.cpu - one.requests.cpu ||
  other.requests.memory - one.requests.memory;

function scaleUp({ pools, types, nodes, pods }: ScalingState, room: Room): Pick<ScalingDecision, 'add' | 'hopeless'> {
  // One of each DaemonSet: they look alike on all nodes.
  const daemons = firstNodeOnly(pods.filter(({ daemon }) => daemon));
  let pending = pods.filter(({ node, daemon }) => node === undefined && !daemon).toSorted(largestFirst);
  // Some only wait for nodes that are on their way.
  pending = pending.filter((pod) => room.place(pod) === undefined);
  const counts = new Map(pools.map(({ name }) => [name, nodes.filter(({ pool }) => pool === name).length]));
  const add: ScalingDecision['add'] = [];
  const order = (pool: string, count: number, placed: readonly ScaledPod[]): void => {
    counts.set(pool, (counts.get(pool) ?? 0) + count);
    const uids = placed.map(({ uid }) => uid);
    const known = add.find((one) => one.pool === pool);
    if (known) {
      known.count += count;
      known.pods.push(...uids);
    } else add.push({ pool, count, pods: uids });
  };
  for (const { name, min } of pools) {
    const missing = min - (counts.get(name) ?? 0);
    if (missing > 0) order(name, missing, []);
  }
  for (;;) {
    let best: { pool: string; count: number; placed: ScaledPod[]; price: number } | undefined;
    for (const pool of pools) {
      const type = types[pool.type];
      const left = pool.max - (counts.get(pool.name) ?? 0);
      if (!type || left <= 0) continue;
      const template = templateOf(pool, type, daemons);
      const { placed, count } = pack(pending, template, left);
      const price = count * template.price;
      if (placed.length === 0) continue;
      if (!best || placed.length > best.placed.length || (placed.length === best.placed.length && price < best.price))
        best = { pool: pool.name, count, placed, price };
    }
    if (!best) break;
    const { placed, pool, count } = best;
    order(pool, count, placed);
    pending = pending.filter((pod) => !placed.includes(pod));
  }
  const hopeless = pending.map((pod) => ({
    pod: pod.uid,
    reasons: pools.map(
      (pool) => `${pool.name}: ${whyNot(pod, pool, types[pool.type], counts.get(pool.name) ?? 0, daemons)}`,
    ),
  }));
  return { add, hopeless };
}

function firstNodeOnly(daemons: readonly ScaledPod[]): ScaledPod[] {
  const first = daemons.find(({ node }) => node !== undefined)?.node;
  return daemons.filter(({ node }) => node === first);
}

/** Puts Pods on new nodes, first fit. @returns those that found room, and how many nodes that takes */
function pack(
  pods: readonly ScaledPod[],
  template: { labels: Readonly<Record<string, string>>; taints: readonly string[]; has: Wants },
  most: number,
): { placed: ScaledPod[]; count: number } {
  const bins: Wants[] = [];
  const placed = pods.filter((pod) => {
    if (!admits(template, pod)) return false;
    let bin = bins.find((free) => fits(pod.requests, free));
    if (!bin && bins.length < most && fits(pod.requests, template.has)) bins.push((bin = { ...template.has }));
    if (!bin) return false;
    bin.cpu -= pod.requests.cpu;
    bin.memory -= pod.requests.memory;
    bin.gpus -= pod.requests.gpus;
    return true;
  });
  return { placed, count: bins.length };
}

function whyNot(
  pod: ScaledPod,
  pool: NodePoolPlan,
  type: NodeTypePlan | undefined,
  count: number,
  daemons: readonly ScaledPod[],
): string {
  if (!type) return `there is no node type ${pool.type}`;
  const template = templateOf(pool, type, daemons);
  if (!admits({ labels: template.labels, taints: [] }, pod)) return "node(s) didn't match Pod's node selector";
  if (!admits(template, pod)) return 'node(s) had untolerated taint(s)';
  const short = (['cpu', 'memory', 'gpus'] as const).filter((what) => pod.requests[what] > template.has[what] + 0.0005);
  if (short.length > 0)
    return short.map((what) => `Insufficient ${what === 'gpus' ? 'nvidia.com/gpu' : what}`).join(', ');
  return count >= pool.max ? 'max node group size reached' : 'no room';
}

function scaleDown(
  { nowMs, pools, nodes, pods, settings, unneededSince }: ScalingState,
  adding: boolean,
): Pick<ScalingDecision, 'remove' | 'unneededSince'> {
  const since = new Map<string, number>();
  const empty = new Set<string>();
  // Pods that leave a node count on the room of another: that one is needed then. Emptier nodes go first.
  const targets = new Set<string>();
  let room = new Room(nodes, pods);
  const counts = new Map(pools.map(({ name }) => [name, nodes.filter(({ pool }) => pool === name).length]));
  const mins = new Map(pools.map(({ name, min }) => [name, min]));
  const atLeast = (pool: string): boolean => (counts.get(pool) ?? 0) <= (mins.get(pool) ?? Infinity);
  // Those of a pool at its min stay, so there is room on them for what others leave behind.
  const candidates = nodes
    .filter(({ ready, cordoned, pool }) => ready && !cordoned && !atLeast(pool))
    .map((node) => ({ node, moving: pods.filter((pod) => pod.node === node.name && !pod.daemon) }))
    .toSorted((one, other) => utilization(one.node, one.moving) - utilization(other.node, other.moving));
  for (const { node, moving } of candidates) {
    const { name } = node;
    if (targets.has(name) || moving.some(({ stays }) => stays)) continue;
    if (utilization(node, moving) >= settings.utilization) continue;
    const tried = room.copy();
    const except = new Set([name, ...since.keys()]);
    const found = moving.toSorted(largestFirst).map((pod) => tried.place(pod, except));
    if (found.includes(undefined)) continue;
    room = tried;
    for (const target of found) if (target !== undefined) targets.add(target);
    if (moving.length === 0) empty.add(name);
    since.set(name, unneededSince.get(name) ?? nowMs);
  }
  const lastAdded = Math.max(-Infinity, ...nodes.map(({ orderedMs }) => orderedMs));
  const waits = adding || nowMs - lastAdded < settings.afterAddingMs;
  const remove: string[] = [];
  let drained = false;
  for (const { name, pool } of waits ? [] : nodes) {
    const sinceMs = since.get(name);
    if (sinceMs === undefined || nowMs - sinceMs < settings.unneededForMs || atLeast(pool)) continue;
    if (!empty.has(name) && drained) continue;
    drained ||= !empty.has(name);
    counts.set(pool, (counts.get(pool) ?? 0) - 1);
    remove.push(name);
  }
  return { remove, unneededSince: since };
}

/** The larger share of CPU and memory that is requested; of a node with GPUs, that of its GPUs. */
function utilization({ has }: ScaledNode, pods: readonly ScaledPod[]): number {
  const sum = (what: keyof Wants): number => pods.reduce((total, { requests }) => total + requests[what], 0);
  if (has.gpus > 0) return sum('gpus') / has.gpus;
  return Math.max(sum('cpu') / has.cpu, sum('memory') / has.memory);
}
