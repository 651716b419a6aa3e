import type { ClusterProvider, ClusterShape, ClusterSpec, RunningCluster } from '@kubedan/clusters';
import { beforeEach, describe, expect, it } from 'vitest';
import { ReusedClusters } from './reused-clusters.js';

const { signal } = new AbortController();
const spec = (id: string, nodes = 1): ClusterSpec => ({ id, nodes, images: {}, seed: id });

/** Writes down what it is asked, and fails as it is told. */
class FakePlanes {
  readonly log: string[] = [];
  readonly failing = new Set<string>();
  readonly held = new Map<string, PromiseWithResolvers<void>>();
  readonly name = 'embedded';
  readonly capabilities = [];

  warmNodes(): number {
    return 0;
  }
  async warm({ id }: ClusterShape): Promise<void> {
    this.#did(`warm ${id}`);
  }
  async claim({ id, nodes, seed }: ClusterSpec): Promise<RunningCluster> {
    this.#did(`claim ${id} for ${seed}, ${nodes}`);
    return { id } as RunningCluster;
  }
  async release(id: string): Promise<void> {
    await this.held.get(id)?.promise;
    this.#did(`release ${id}`);
  }
  async destroy(id: string): Promise<void> {
    this.#did(`destroy ${id}`);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#did('end');
  }

  #did(what: string): void {
    this.log.push(what);
    if ([...this.failing].some((start) => what.startsWith(start))) throw new Error(`${what} failed`);
  }
}

describe('ReusedClusters', () => {
  let planes: FakePlanes;
  let reused: ReusedClusters;
  beforeEach(() => {
    planes = new FakePlanes();
    reused = new ReusedClusters(planes as unknown as ClusterProvider, 1, signal);
  });

  it('lends a released plane again, whatever its nodes were, under the borrower’s id', async () => {
    expect((await reused.create(spec('a', 3), signal)).id).toBe('a');
    await reused.destroy('a');
    expect((await reused.create(spec('b', 1), signal)).id).toBe('b');
    await reused[Symbol.asyncDispose]();
    expect(planes.log).toEqual(['warm a', 'claim a for a, 3', 'release a', 'claim a for b, 1', 'destroy a', 'end']);
  });

  it('lets those who ask for more wait until one is blank again', async () => {
    planes.held.set('a', Promise.withResolvers());
    await reused.create(spec('a'), signal);
    const second = reused.create(spec('b'), signal);
    await reused.destroy('a');
    expect(planes.log).toEqual(['warm a', 'claim a for a, 1']);
    planes.held.get('a')!.resolve();
    await second;
    expect(planes.log).toEqual(['warm a', 'claim a for a, 1', 'release a', 'claim a for b, 1']);
  });

  it('does away with a plane that cannot be made blank, and makes another', async () => {
    planes.failing.add('release a');
    await reused.create(spec('a'), signal);
    await reused.destroy('a');
    await reused.create(spec('b'), signal);
    expect(planes.log.slice(2)).toEqual(['release a', 'destroy a', 'warm b', 'claim b for b, 1']);
  });

  it('has room for another after one that could not be made or claimed', async () => {
    for (const step of ['warm a', 'claim b']) {
      planes.failing.add(step);
      const id = step.slice(-1);
      await expect(reused.create(spec(id), signal)).rejects.toThrow(`${step}`);
      expect(planes.log.at(-1)).toBe(`destroy ${id}`);
    }
    await reused.create(spec('c'), signal);
    expect(planes.log.at(-1)).toBe('claim c for c, 1');
  });

  it('uses no plane for ever', async () => {
    for (let use = 1; use <= 41; use += 1) {
      await reused.create(spec(`p${use}`), signal);
      await reused.destroy(`p${use}`);
    }
    await reused[Symbol.asyncDispose]();
    expect(planes.log.filter((line) => line.startsWith('warm'))).toEqual(['warm p1', 'warm p41']);
    expect(planes.log.filter((line) => line.startsWith('destroy'))).toEqual(['destroy p1', 'destroy p41']);
  });
});
