import { describe, expect, it } from 'vitest';
import type { Node } from '../nodes.js';
import type { Pod } from '../pod-types.js';
import { podOf } from '../testing.js';
import { scaledNode, scaledPod, selects, type Budget } from './scaling-state.js';

const owned = (pod: Pod, kind = 'ReplicaSet'): Pod => ({
  ...pod,
  metadata: {
    ...pod.metadata,
    labels: { app: 'web' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'web', uid: 'rs', controller: true }],
  },
});

describe('a Pod as the autoscaler sees it', () => {
  it('asks for what its containers request, where it may be', () => {
    const pod = owned(
      podOf({
        nodeSelector: { tier: 'front' },
        tolerations: [{ key: 'gpu', operator: 'Exists' }, { operator: 'Exists' }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: 'zone', operator: 'In', values: ['a'] },
                    { key: 'disk', operator: 'In', values: ['ssd', 'nvme'] },
                  ],
                },
              ],
            },
          },
        },
        container: { resources: { requests: { cpu: '250m', memory: '64Mi', 'nvidia.com/gpu': '1' } } },
      }),
    );
    expect(scaledPod(pod, [])).toEqual({
      uid: 'uid-1',
      node: 'n1',
      requests: { cpu: 0.25, memory: 64 * 2 ** 20, gpus: 1 },
      nodeSelector: { tier: 'front', zone: 'a' },
      tolerates: ['gpu', '*'],
    });
  });

  it('stays without a controller, when it says so, and when a budget has no room', () => {
    expect(scaledPod(podOf(), []).stays).toBe(true);
    const pod = owned(podOf());
    expect(scaledPod(pod, []).stays).toBeUndefined();
    const annotations = { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' };
    expect(scaledPod({ ...pod, metadata: { ...pod.metadata, annotations } }, []).stays).toBe(true);
    const budget = (disruptionsAllowed: number, namespace = 'shop'): Budget => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b', namespace },
      spec: { selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed },
    });
    expect(scaledPod(pod, [budget(0)]).stays).toBe(true);
    expect(scaledPod(pod, [budget(1), budget(0, 'mall')]).stays).toBeUndefined();
    expect(scaledPod(owned(podOf(), 'DaemonSet'), []).daemon).toBe(true);
  });
});

describe('a node as the autoscaler sees it', () => {
  it('has what it can give, and what keeps Pods away', () => {
    const node: Node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'main-1', labels: { tier: 'front' } },
      spec: {
        unschedulable: true,
        taints: [
          { key: 'gpu', effect: 'NoSchedule' },
          { key: 'soft', effect: 'PreferNoSchedule' },
        ],
      },
      status: {
        allocatable: { cpu: '2', memory: '8Gi', 'nvidia.com/gpu': '1' },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    };
    expect(scaledNode(node, 'main', 7)).toEqual({
      name: 'main-1',
      pool: 'main',
      ready: true,
      orderedMs: 7,
      has: { cpu: 2, memory: 2 ** 33, gpus: 1 },
      labels: { tier: 'front' },
      taints: ['gpu'],
      cordoned: true,
    });
  });
});

describe('a selector of an object', () => {
  it.each([
    [{}, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'db' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
    [{ matchExpressions: [{ key: 'constructor', operator: 'DoesNotExist' }] }, true],
  ])('%j', (selector, wanted) => expect(selects(selector, { app: 'web' })).toBe(wanted));
});
