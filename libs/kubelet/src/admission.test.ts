import { describe, expect, it } from 'vitest';
import { refusal } from './admission.js';
import { podOf } from './testing.js';

const node = {
  name: 'n1',
  labels: { disk: 'slow', cores: '4' },
  taints: [{ key: 'broken', effect: 'NoExecute' }],
  allocatable: { cpu: '2', pods: '3' },
};
const tolerating = { tolerations: [{ key: 'broken', operator: 'Exists' }] };
const wanting = (operator: string, key: string, values?: string[]) => ({
  ...tolerating,
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, ...(values ? { values } : {}) }] }],
      },
    },
  },
});

describe('a pod that is bound past the scheduler', () => {
  it('is refused by the first resource that the node lacks, in the words of the kubelet', () => {
    const pod = podOf({ ...tolerating, container: { resources: { requests: { cpu: '1500m' } } } });
    expect(refusal(pod, [pod], node)).toEqual({
      reason: 'OutOfcpu',
      message: "Node didn't have enough resource: cpu, requested: 1500, used: 1500, capacity: 2000",
    });
    expect(refusal(pod, [], node)).toBeUndefined();
  });

  it('is not refused for an extended resource that the node does not know', () => {
    const pod = podOf({ ...tolerating, container: { resources: { requests: { 'example.com/x': '1' } } } });
    expect(refusal(pod, [], node)).toBeUndefined();
    expect(refusal(pod, [], { ...node, allocatable: { ...node.allocatable, 'example.com/x': '0' } })?.reason).toBe(
      'OutOfexample.com/x',
    );
  });

  it('is refused by a node of other labels', () => {
    const message = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
    const refused = { reason: 'NodeAffinity', message };
    expect(refusal(podOf({ ...tolerating, nodeSelector: { disk: 'fast' } }), [], node)).toEqual(refused);
    expect(refusal(podOf({ ...tolerating, nodeSelector: { disk: 'slow' } }), [], node)).toBeUndefined();
    expect(refusal(podOf(wanting('In', 'disk', ['fast'])), [], node)).toEqual(refused);
    expect(refusal(podOf(wanting('NotIn', 'disk', ['fast'])), [], node)).toBeUndefined();
    expect(refusal(podOf(wanting('Exists', 'zone')), [], node)).toEqual(refused);
    expect(refusal(podOf(wanting('DoesNotExist', 'zone')), [], node)).toBeUndefined();
    expect(refusal(podOf(wanting('Gt', 'cores', ['4'])), [], node)).toEqual(refused);
    expect(refusal(podOf(wanting('Lt', 'cores', ['5'])), [], node)).toBeUndefined();
  });

  it('is refused when its port of the host is taken', () => {
    const pod = podOf({ ...tolerating, container: { ports: [{ containerPort: 80, hostPort: 8080 }] } });
    expect(refusal(pod, [pod], node)?.reason).toBe('NodePorts');
    expect(refusal(pod, [], node)).toBeUndefined();
  });

  it('is refused for a taint that evicts, unless it is tolerated', () => {
    expect(refusal(podOf(), [], node)).toEqual({
      reason: 'TaintToleration',
      message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
    });
    expect(refusal(podOf(), [], { ...node, taints: [{ key: 'kept', effect: 'NoSchedule' }] })).toBeUndefined();
  });
});
