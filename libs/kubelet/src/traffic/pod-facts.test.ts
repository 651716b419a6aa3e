import { describe, expect, it } from 'vitest';
import { podOf, START } from '../testing.js';
import { nodeFact, podFact, servingOf, versionOf, type PlayedContainer } from './pod-facts.js';

const plan = { servesFrom: 2_000, stopsIn: 0, isImages: true, output: () => [] };
const container = (more: object = {}, spec: object = {}): PlayedContainer => ({
  spec: { name: 'main', image: 'web:1.4', ...spec },
  run: { startedAt: START, plan: { ...plan, ...more } },
});

describe('a Pod in the world', () => {
  it('is known by its label version, or by the tag of its image', () => {
    const pod = podOf({ container: { image: 'registry.example/web:2.1' } });
    expect(versionOf(pod)).toBe('2.1');
    expect(versionOf({ ...pod, metadata: { ...pod.metadata, labels: { version: 'blue' } } })).toBe('blue');
    expect(versionOf(podOf({ container: { image: 'web' } }))).toBe('latest');
  });

  it('serves from the moment that its port answers until it is unwell, and says when that changes', () => {
    expect(servingOf(container(), START + 500)).toEqual({ serving: false, until: START + 2_000 });
    expect(servingOf(container(), START + 2_000)).toEqual({ serving: true, until: Infinity });
    const sick = container({ unhealthyFrom: 9_000 });
    expect(servingOf(sick, START + 5_000)).toEqual({ serving: true, until: START + 9_000 });
    expect(servingOf(sick, START + 9_000)).toEqual({ serving: false, until: Infinity });
    expect(servingOf({ spec: { name: 'main' }, run: undefined }, START)).toEqual({ serving: false, until: Infinity });
  });

  it('has the resources of its containers, and a place for each port that nobody listens on', () => {
    const resources = {
      limits: { cpu: '500m', memory: '128Mi', 'nvidia.com/gpu': '1' },
      requests: { cpu: '250m', memory: '64Mi' },
    };
    const { fact, until } = podFact(
      { pod: podOf(), containers: [container({}, { resources })] },
      (name, startedAt) => (name === 'main' ? startedAt - START + 7 : -1),
      [9090],
      START + 500,
    );
    const command = podFact({ pod: podOf(), containers: [container({ isImages: false })] }, () => 0, [], START);
    expect(command.fact.containers[0]?.image).toBe('');
    expect(until).toBe(START + 2_000);
    expect(fact).toEqual({
      uid: 'uid-1',
      namespace: 'shop',
      name: 'web',
      node: 'n1',
      version: '1',
      containers: [
        {
          name: 'main',
          image: 'docker.io/library/web:1.4',
          startedAt: 7,
          serving: false,
          cpuLimit: 0.5,
          cpuRequest: 0.25,
          memoryLimit: 128 * 2 ** 20,
          memoryRequest: 64 * 2 ** 20,
          gpus: 1,
        },
        { name: ':9090', image: '', startedAt: 7, serving: false },
      ],
    });
  });
});

describe('a node in the world', () => {
  it('is what its labels and its capacity say', () => {
    const allocatable = { cpu: '4', memory: '8Gi', 'nvidia.com/gpu': '2' };
    expect(nodeFact({ name: 'n1', labels: {}, allocatable: { cpu: '4', memory: '8Gi' } })).toEqual({
      name: 'n1',
      cpu: 4,
      memory: 2 ** 33,
    });
    const labels = {
      'node.kubernetes.io/instance-type': 'gpu-large',
      'topology.kubernetes.io/zone': 'zone-a',
      'world.kubedan.dev/node-pool': 'gpus',
      'world.kubedan.dev/capacity-type': 'spot',
    };
    expect(nodeFact({ name: 'g1', labels, allocatable })).toMatchObject({
      gpus: 2,
      zone: 'zone-a',
      type: 'gpu-large',
      pool: 'gpus',
      spot: true,
    });
  });
});
