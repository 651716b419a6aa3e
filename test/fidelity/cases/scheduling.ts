import type { FidelityCase } from '../fidelity-case.js';
import { container, deployment, pod, workload } from '../manifests.js';
import { slotResource } from '../side.js';
import { every, gone, phase, present, refused, runs, unscheduled, when } from '../view.js';

const hard = (spec: object) => workload('v1', 'ResourceQuota', 'budget', spec as Record<string, unknown>);
const wants = (resources: Record<string, string>) => ({ resources: { requests: resources, limits: resources } });

/** Played first: later cases change what the scheduler says of the nodes. */
export const schedulingCases: FidelityCase[] = [
  {
    name: 'no-node-with-that-label',
    manifests: () => [pod('web', {}, { nodeSelector: { disk: 'fast' } })],
    until: unscheduled('web'),
    events: ['FailedScheduling'],
  },
  {
    name: 'no-node-by-affinity',
    manifests: () => [
      pod(
        'web',
        {},
        {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['moon'] }] }],
              },
            },
          },
        },
      ),
    ],
    until: unscheduled('web'),
    events: ['FailedScheduling'],
  },
  {
    name: 'no-node-for-a-taint',
    manifests: ({ spareNode }) => [pod('web', {}, { nodeSelector: { 'kubernetes.io/hostname': spareNode } })],
    until: unscheduled('web'),
    events: ['FailedScheduling'],
  },
  {
    name: 'no-node-with-room',
    manifests: () => [pod('web', wants({ cpu: '4000' }))],
    until: unscheduled('web'),
    events: ['FailedScheduling'],
  },
  {
    name: 'no-node-away-from-the-other',
    manifests: () => {
      const apart = {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { labelSelector: { matchLabels: { tier: 'apart' } }, topologyKey: 'kubernetes.io/os' },
            ],
          },
        },
      };
      const labelled = (name: string) => {
        const object = pod(name, {}, apart);
        return { ...object, metadata: { name, labels: { tier: 'apart' } } };
      };
      return [labelled('first'), labelled('second')];
    },
    until: when('one of two to be scheduled', (view) => {
      const scheduled = view.all('Pod').filter((one) => one.status?.phase === 'Running').length;
      const pending = view
        .all('Pod')
        .filter((one) => one.status?.conditions?.some(({ reason }) => reason === 'Unschedulable')).length;
      return scheduled === 1 && pending === 1;
    }),
    events: ['FailedScheduling'],
  },
  {
    name: 'gate-that-nobody-opens',
    manifests: () => [pod('web', {}, { schedulingGates: [{ name: 'fidelity.example/wait' }] })],
    until: every(
      present('web'),
      when('the scheduler to say so', (view) =>
        (view.pods('web')[0]?.status?.conditions ?? []).some(({ reason }) => reason === 'SchedulingGated'),
      ),
    ),
  },
];

/** Admission, the kubelet's and the API server's. */
export const admissionCases: FidelityCase[] = [
  {
    name: 'bound-to-a-node-without-room',
    // On the spare node: for the scheduler it takes all of its node until it is refused.
    manifests: ({ spareNode }) => [pod('web', wants({ cpu: '4000' }), { nodeName: spareNode })],
    until: phase('web', 'Failed'),
    events: ['OutOfcpu'],
    ignores: [
      { path: /message|^event Pod\/web: Warning OutOfcpu/, because: 'it tells how many cores the nodes have and use' },
    ],
  },
  {
    name: 'bound-to-a-node-of-another-label',
    manifests: ({ workerNode }) => [pod('web', {}, { nodeName: workerNode, nodeSelector: { disk: 'fast' } })],
    until: phase('web', 'Failed'),
    events: ['NodeAffinity'],
  },
  {
    name: 'quota-refuses-a-pod',
    manifests: () => [hard({ hard: { pods: '0' } }), pod('web')],
    until: refused,
  },
  {
    name: 'quota-refuses-pods-of-a-deployment',
    manifests: () => [
      hard({ hard: { 'requests.cpu': '100m' } }),
      deployment('web', 1, { resources: { requests: { cpu: '200m' } } }),
    ],
    until: when(
      'the failure to be told',
      (view) =>
        [...view.all('Deployment'), ...view.all('ReplicaSet')]
          .map(({ status }) => status?.conditions ?? [])
          .filter((conditions) => conditions.some(({ type }) => type === 'ReplicaFailure')).length === 2,
    ),
    compares: ['Deployment', 'ReplicaSet'],
    events: ['FailedCreate'],
  },
  {
    name: 'limits-by-default',
    manifests: () => [
      workload('v1', 'LimitRange', 'limits', {
        limits: [
          {
            type: 'Container',
            default: { memory: '64Mi', cpu: '500m' },
            defaultRequest: { memory: '32Mi', cpu: '50m' },
          },
        ],
      }),
      pod('web'),
    ],
    until: runs('web', 0, true),
    events: ['Started'],
  },
  {
    name: 'limits-that-are-exceeded',
    manifests: () => [
      workload('v1', 'LimitRange', 'limits', { limits: [{ type: 'Container', max: { memory: '64Mi' } }] }),
      pod('web', wants({ memory: '128Mi' })),
    ],
    until: refused,
  },
  {
    name: 'resources-of-each-kind',
    manifests: () => [
      pod(
        'web',
        {},
        {
          containers: [
            container({
              resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
            }),
            container({
              name: 'beside',
              image: 'fidelity.example/beside:1',
              resources: { requests: { memory: '16Mi' } },
            }),
          ],
        },
      ),
    ],
    until: every(runs('web', 0, true)),
    events: ['Started'],
  },
  {
    name: 'priority-wins',
    manifests: () => [
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'fidelity-high' }, value: 1000 },
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'fidelity-low' }, value: 10 },
      pod('low', wants({ [slotResource]: '1' }), { priorityClassName: 'fidelity-low' }),
    ],
    steps: [
      {
        when: runs('low', 0, true),
        act: (actor) =>
          actor.create(pod('high', wants({ [slotResource]: '1' }), { priorityClassName: 'fidelity-high' })),
      },
    ],
    until: every(gone('low'), runs('high', 0, true)),
    events: ['Preempted', 'Killing', 'FailedScheduling'],
    ignores: [
      {
        path: /not eligible due to a terminating pod/,
        because: 'how often the scheduler looks while the pod ends is its own affair',
      },
    ],
  },
];
