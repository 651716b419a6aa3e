import { worldSchema } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { compileWorld } from '../compile.js';
import { decideScaling, type ScaledNode, type ScaledPod, type ScalingState } from './autoscaler.js';

const GiB = 2 ** 30;
const minute = 60_000;
const { nodePools, nodeTypes, autoscaler } = compileWorld(
  worldSchema.parse({
    nodeTypes: {
      small: { cpu: '2', memory: '8Gi', pricePerHour: 0.1, spot: { pricePerHour: 0.03, interruptedEvery: '1h' } },
      large: { cpu: '8', memory: '32Gi', pricePerHour: 0.4 },
      gpu: { cpu: '8', memory: '32Gi', gpus: 2, pricePerHour: 3 },
    },
    nodePools: {
      main: { type: 'small', size: 1, min: 1, max: 6 },
      spot: {
        type: 'small',
        size: 0,
        max: 3,
        spot: true,
        labels: { tier: 'spot' },
        taints: [{ key: 'spot', effect: 'NoSchedule' }],
      },
      gpu: { type: 'gpu', size: 0, max: 2, taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }] },
    },
  }),
  {},
);

const pod = (uid: string, cpu: number, more: Partial<ScaledPod> = {}): ScaledPod => ({
  uid,
  requests: { cpu, memory: GiB, gpus: 0 },
  ...more,
});
const node = (name: string, more: Partial<ScaledNode> = {}): ScaledNode => ({
  name,
  pool: 'main',
  ready: true,
  orderedMs: -60 * minute,
  has: { cpu: 2, memory: 8 * GiB, gpus: 0 },
  ...more,
});
const state = (more: Partial<ScalingState>): ScalingState => ({
  nowMs: 0,
  pools: nodePools,
  types: nodeTypes,
  nodes: [node('main-1')],
  pods: [],
  settings: autoscaler,
  unneededSince: new Map(),
  ...more,
});
const many = (count: number, cpu: number, more: Partial<ScaledPod> = {}): ScaledPod[] =>
  Array.from({ length: count }, (_, i) => pod(`p${i}`, cpu, more));

describe('the cluster autoscaler adds nodes', () => {
  it('as many as pending Pods need', () => {
    const pods = [pod('here', 2, { node: 'main-1' }), ...many(5, 0.9)];
    expect(decideScaling(state({ pods })).add).toMatchObject([{ pool: 'main', count: 3 }]);
  });

  it('not for Pods that only wait for a node on its way, or that fit already', () => {
    const nodes = [node('main-1'), node('main-2', { ready: false, orderedMs: -1000 })];
    const pods = [pod('here', 2, { node: 'main-1' }), ...many(2, 1)];
    expect(decideScaling(state({ nodes, pods })).add).toEqual([]);
  });

  it('no more than the pool may have, and says what keeps the others waiting', () => {
    const { add, hopeless } = decideScaling(state({ pods: many(9, 2) }));
    expect(add).toMatchObject([{ pool: 'main', count: 5 }]);
    expect(hopeless).toHaveLength(3);
    expect(hopeless[0]?.reasons).toEqual([
      'main: max node group size reached',
      'spot: node(s) had untolerated taint(s)',
      'gpu: node(s) had untolerated taint(s)',
    ]);
  });

  it('of the cheapest pool that helps as many', () => {
    const pods = [pod('here', 2, { node: 'main-1' }), ...many(4, 1, { tolerates: ['spot'] })];
    expect(decideScaling(state({ pods })).add).toMatchObject([{ pool: 'spot', count: 2 }]);
    const seven = [pod('here', 2, { node: 'main-1' }), ...many(7, 2, { tolerates: ['spot'] })];
    expect(decideScaling(state({ pods: seven })).add).toMatchObject([
      { pool: 'main', count: 5 },
      { pool: 'spot', count: 2 },
    ]);
  });

  it('with the labels and GPUs that Pods ask for', () => {
    const pods = [
      pod('s', 1, { nodeSelector: { tier: 'spot' }, tolerates: ['spot'] }),
      pod('g', 1, { requests: { cpu: 1, memory: GiB, gpus: 2 }, tolerates: ['*'] }),
      pod('h', 1, { requests: { cpu: 1, memory: GiB, gpus: 3 }, tolerates: ['*'] }),
    ];
    const { add, hopeless } = decideScaling(state({ pods }));
    expect(add.map(({ pool, pods }) => `${pool} ${pods.join()}`).toSorted()).toEqual(['gpu g', 'spot s']);
    expect(hopeless).toEqual([
      {
        pod: 'h',
        reasons: [
          'main: Insufficient nvidia.com/gpu',
          'spot: Insufficient nvidia.com/gpu',
          'gpu: Insufficient nvidia.com/gpu',
        ],
      },
    ]);
  });

  it('leaving room for what runs on every node', () => {
    const daemon = pod('d', 0.5, { node: 'main-1', daemon: true, tolerates: ['*'] });
    const pods = [daemon, pod('here', 1.5, { node: 'main-1' }), ...many(2, 1)];
    expect(decideScaling(state({ pods })).add).toMatchObject([{ pool: 'main', count: 2 }]);
    expect(decideScaling(state({ pods: [daemon, pod('big', 1.8)] })).add).toEqual([]);
  });

  it('up to the least that a pool has', () => {
    expect(decideScaling(state({ nodes: [] })).add).toEqual([{ pool: 'main', count: 1, pods: [] }]);
  });
});

describe('the cluster autoscaler removes nodes', () => {
  const nodes = [node('main-1'), node('main-2'), node('main-3')];
  /** Decides every minute, and says what is removed when. */
  function removed(more: Partial<ScalingState>, minutes = 30): [number, string[]][] {
    let unneededSince: ReadonlyMap<string, number> = new Map();
    const seen: [number, string[]][] = [];
    for (let at = 0; at <= minutes; at += 1) {
      const decision = decideScaling(state({ nodes, ...more, nowMs: at * minute, unneededSince }));
      ({ unneededSince } = decision);
      if (decision.remove.length > 0) seen.push([at, decision.remove]);
      if (decision.remove.length > 0) break;
    }
    return seen;
  }

  it('that are empty, together, after a while, down to the least', () => {
    expect(removed({})).toEqual([[10, ['main-1', 'main-2']]]);
  });

  it('whose Pods fit elsewhere, one at a time', () => {
    const pods = [0, 1, 2].map((i) => pod(`p${i}`, 0.5, { node: `main-${i + 1}` }));
    expect(removed({ pods })).toEqual([[10, ['main-1']]]);
  });

  it('and not those that the Pods of others are to go to', () => {
    expect(removed({ pods: [pod('p', 0.5, { node: 'main-1' })] })).toEqual([[10, ['main-2', 'main-3']]]);
  });

  it('whose Pods fit on one that stays, however empty that is', () => {
    const spare = node('spot-1', { pool: 'spot' });
    expect(removed({ nodes: [node('main-1'), spare], pods: [pod('p', 0.5, { node: 'spot-1' })] })).toEqual([
      [10, ['spot-1']],
    ]);
  });

  it('not when too much is requested on them, or what is on them fits nowhere else', () => {
    const busy = [0, 1, 2].map((i) => pod(`p${i}`, 1.2, { node: `main-${i + 1}` }));
    expect(removed({ pods: busy })).toEqual([]);
    const tight = [
      pod('a', 0.8, { node: 'main-1' }),
      pod('b', 1.3, { node: 'main-2' }),
      pod('c', 1.3, { node: 'main-3' }),
    ];
    expect(removed({ pods: tight })).toEqual([]);
  });

  it('not with a Pod that must stay, though with those that are everywhere', () => {
    const pods = [
      pod('a', 0.1, { node: 'main-1', stays: true }),
      pod('d1', 0.5, { node: 'main-2', daemon: true }),
      pod('d2', 0.5, { node: 'main-3', daemon: true }),
    ];
    expect(removed({ pods })).toEqual([[10, ['main-2', 'main-3']]]);
  });

  it('not soon after one was added, nor while more are needed', () => {
    const fresh = [...nodes.slice(0, 2), node('main-3', { orderedMs: 5 * minute })];
    expect(removed({ nodes: fresh })).toEqual([[15, ['main-1', 'main-2']]]);
    expect(removed({ pods: [pod('p', 1, { nodeSelector: { tier: 'spot' }, tolerates: ['spot'] })] })).toEqual([]);
  });

  it('begins to count anew when a node was needed meanwhile', () => {
    const first = decideScaling(state({ nodes }));
    const pods = [pod('a', 1.5, { node: 'main-1' })];
    const second = decideScaling(state({ nodes, pods, nowMs: 5 * minute, unneededSince: first.unneededSince }));
    expect([...second.unneededSince].toSorted()).toEqual([
      ['main-2', 0],
      ['main-3', 0],
    ]);
    const third = decideScaling(state({ nodes, nowMs: 6 * minute, unneededSince: second.unneededSince }));
    expect(third.unneededSince.get('main-1')).toBe(6 * minute);
  });

  it('looks at GPUs where there are some, and leaves cordoned nodes alone', () => {
    const gpu = node('gpu-1', { pool: 'gpu', has: { cpu: 8, memory: 32 * GiB, gpus: 2 } });
    const inUse = [pod('g', 0.1, { node: 'gpu-1', requests: { cpu: 0.1, memory: 1, gpus: 1 } })];
    expect(removed({ nodes: [node('main-1'), gpu], pods: inUse })).toEqual([]);
    expect(removed({ nodes: [node('main-1'), gpu] })).toEqual([[10, ['gpu-1']]]);
    expect(removed({ nodes: [node('main-1'), { ...gpu, cordoned: true }] })).toEqual([]);
  });
});
