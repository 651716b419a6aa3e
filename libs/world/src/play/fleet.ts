import type { NodeFact } from '../facts.js';
import type { NodeUsage, WorldEvent } from '../figures.js';
import type { ContainerRun } from './container-run.js';
import { periodMs } from './cpu.js';
import { shareCores, weightOf } from './node-share.js';

/** A container with its names. */
export interface Placed {
  run: ContainerRun;
  pod: string;
  container: string;
  node: string | undefined;
}

/** Nodes with what runs on them: shares CPU, watches memory. */
export class Fleet {
  readonly nodes = new Map<string, NodeFact>();
  #placed = new Map<string | undefined, Placed[]>();

  /** From now on these run. */
  place(all: Iterable<Placed>): void {
    this.#placed = new Map();
    for (const one of all) {
      const neighbours = this.#placed.get(one.node);
      if (neighbours) neighbours.push(one);
      else this.#placed.set(one.node, [one]);
    }
  }

  /** @returns cores of a node, for a container that starts on it */
  coresOf(node: string | undefined): number {
    return this.nodes.get(node ?? '')?.cpu ?? Infinity;
  }

  /**
   * Shares every node's CPUs for the step that begins, by what its containers wanted in the step before. As long as all of it
   * fits, everybody may use all cores at once; else each has its share, or what its weight warrants when that is more.
   */
  shareCpu(nowMs: number): void {
    for (const [name, placed] of this.#placed) {
      const cores = this.coresOf(name);
      const claims = placed.map(({ run }) => {
        const limit = run.fact.cpuLimit ?? Infinity;
        const background = Math.min(run.background(nowMs), limit);
        return {
          demand: Math.min(limit, run.demand(nowMs) + background),
          weight: weightOf(run.fact.cpuRequest ?? 0),
          background,
          limit,
        };
      });
      const demand = claims.reduce((sum, claim) => sum + claim.demand, 0);
      const fits = demand <= cores;
      const weights = claims.reduce((sum, { weight }) => sum + weight, 0);
      const shares = fits ? [] : shareCores(cores, claims);
      placed.forEach(({ run }, index) => {
        const claim = claims[index];
        if (!claim) return;
        const most = fits ? cores : Math.max(shares[index] ?? 0, (cores * claim.weight) / weights);
        // Its background load and its requests are threads of one container: they share what it has.
        const wanted = claim.demand;
        const burnt =
          fits || wanted === 0 ? claim.background : Math.min(claim.background, (most * claim.background) / wanted);
        run.burnt(burnt * periodMs);
        const [share, limit] = [Math.max(leastCores, most - burnt), Math.max(leastCores, claim.limit - burnt)];
        run.cpu.setShares(nowMs, share, limit, cores);
      });
    }
  }

  /** Kills what uses more memory than it may, in the step that ends. */
  watchMemory(nowMs: number): WorldEvent[] {
    const events: WorldEvent[] = [];
    const kill = ({ run, pod, container }: Placed, memory: number, reason: 'limit' | 'node'): void => {
      events.push({ kind: 'oom-killed', atMs: nowMs, pod, container, memory, reason });
      run.end(nowMs);
    };
    for (const [name, placed] of this.#placed) {
      let sum = 0;
      for (const one of placed) {
        if (one.run.ended) continue;
        const memory = one.run.memory(nowMs);
        if (memory > (one.run.fact.memoryLimit ?? Infinity)) kill(one, memory, 'limit');
        else sum += memory;
      }
      const capacity = this.nodes.get(name ?? '')?.memory ?? Infinity;
      while (sum > capacity) {
        const worst = mostBeyondRequest(placed, nowMs);
        if (!worst) break;
        const memory = worst.run.memory(nowMs);
        sum -= memory;
        kill(worst, memory, 'node');
      }
    }
    return events;
  }

  usage(name: string, nowMs: number): NodeUsage | undefined {
    if (!this.nodes.has(name)) return undefined;
    const running = (this.#placed.get(name) ?? []).filter(({ run }) => !run.ended);
    return {
      cpu: running.reduce((sum, { run }) => sum + run.usedCores() * 1000, 0),
      memory: running.reduce((sum, { run }) => sum + run.memory(nowMs), 0),
    };
  }
}

/** A container is never left without any CPU: a thousandth of a core. */
const leastCores = 0.001;

/** Whom the kernel kills when a node has no memory left: who uses most beyond its request (kubelet, oom_score_adj). */
function mostBeyondRequest(placed: readonly Placed[], nowMs: number): Placed | undefined {
  const beyond = ({ run }: Placed): number => run.memory(nowMs) - (run.fact.memoryRequest ?? 0);
  return placed
    .filter(({ run }) => !run.ended)
    .reduce<Placed | undefined>((worst, one) => (worst && beyond(worst) >= beyond(one) ? worst : one), undefined);
}
