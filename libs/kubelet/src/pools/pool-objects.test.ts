import { compileWorld } from '@kubedan/world';
import { describe, expect, it } from 'vitest';
import { poolNode, poolObject, poolPlan, validity, type NodePool } from './pool-objects.js';

const { nodeTypes, nodePools } = compileWorld(
  {
    nodeTypes: {
      small: { cpu: '2', memory: '8Gi', pricePerHour: 0.1, spot: { pricePerHour: 0.03, interruptedEvery: '1h' } },
      gpu: { cpu: '8', memory: '32Gi', gpus: 2, pricePerHour: 3 },
    },
    nodePools: {
      main: { type: 'small', size: 2, min: 1, max: 5, zones: ['a', 'b'] },
      gpus: {
        type: 'gpu',
        size: 0,
        max: 2,
        labels: { tier: 'gpu' },
        taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
      },
    },
  },
  {},
);
const [main, gpus] = nodePools;

describe('a pool of a lab', () => {
  it('becomes an object, and comes back from it', () => {
    const object = main && poolObject(main);
    expect(object).toEqual({
      apiVersion: 'world.kubedan.dev/v1',
      kind: 'NodePool',
      metadata: { name: 'main' },
      spec: { type: 'small', spot: false, min: 1, max: 5, zones: ['a', 'b'] },
    });
    expect(object && poolPlan(object, 2)).toEqual({
      ...main,
      labels: {
        'world.kubedan.dev/node-pool': 'main',
        'node.kubernetes.io/instance-type': 'small',
        'world.kubedan.dev/capacity-type': 'on-demand',
      },
    });
  });

  it('has nodes that are what their type is, in the pool’s zones in turn', () => {
    const nodes = main && [1, 2, 3].map((number) => poolNode(main, nodeTypes, number));
    expect(nodes?.map(({ name, zone }) => `${name} ${zone}`)).toEqual(['main-1 a', 'main-2 b', 'main-3 a']);
    expect(gpus && poolNode(gpus, nodeTypes, 1)).toEqual({
      name: 'gpus-1',
      zone: 'a',
      cpu: '8',
      memory: String(32 * 2 ** 30),
      labels: {
        'world.kubedan.dev/node-pool': 'gpus',
        'node.kubernetes.io/instance-type': 'gpu',
        'world.kubedan.dev/capacity-type': 'on-demand',
        tier: 'gpu',
      },
      taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
      resources: { 'nvidia.com/gpu': '2' },
    });
  });
});

describe('a pool of a learner', () => {
  const pool = (spec: NodePool['spec']): NodePool => ({
    apiVersion: 'world.kubedan.dev/v1',
    kind: 'NodePool',
    metadata: { name: 'mine' },
    spec,
  });

  it('is told whether there are such machines at such a price', () => {
    expect(validity(pool({ type: 'small', spot: true, max: 3 }), nodeTypes)).toMatchObject({ status: true });
    expect(validity(pool({ type: 'huge', max: 3 }), nodeTypes)).toMatchObject({
      status: false,
      reason: 'UnknownType',
      message: 'There is no node type huge; there is small, gpu.',
    });
    expect(validity(pool({ type: 'constructor', max: 3 }), nodeTypes)).toMatchObject({ reason: 'UnknownType' });
    expect(validity(pool({ type: 'gpu', spot: true, max: 3 }), nodeTypes)).toMatchObject({ reason: 'NoSpotPrice' });
  });

  it('has defaults', () => {
    expect(poolPlan(pool({ type: 'small', max: 3, spot: true }), 0)).toMatchObject({
      name: 'mine',
      min: 0,
      zones: ['a'],
      taints: [],
      labels: { 'world.kubedan.dev/capacity-type': 'spot' },
    });
  });
});
