import type { FidelityCase } from '../fidelity-case.js';
import { deployment, pod, workload } from '../manifests.js';
import { spareNode, spareTaint } from '../side.js';
import { every, gone, ready, refused, runs, when } from '../view.js';

const node = { apiVersion: 'v1', kind: 'Node' };
const onSpare = { nodeSelector: { 'kubernetes.io/hostname': spareNode } };
const kept = { key: spareTaint.key, operator: 'Exists' };
const unreachable = (tolerationSeconds: number) =>
  ['not-ready', 'unreachable'].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds,
  }));
const taints = (...more: object[]) => ({ spec: { taints: [spareTaint, ...more] } });

const nodeThatComesBack: FidelityCase = {
  name: 'node-that-comes-back',
  manifests: () => [],
  steps: [
    {
      when: when('the node to be there', () => true),
      act: (actor) => actor.restoreNode(),
    },
  ],
  until: when('the node to be ready and free of taints', (view) => {
    const back = view.all('Node').find((one) => one.metadata.name === spareNode);
    return (
      back?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true &&
      !JSON.stringify(back.spec).includes('node.kubernetes.io')
    );
  }),
  compares: ['Node'],
};

/** Played one after the other: each spoils the spare node and mends it. */
export const nodeCases: FidelityCase[] = [
  {
    name: 'drain-against-a-budget',
    manifests: () => [
      workload('policy/v1', 'PodDisruptionBudget', 'web', {
        minAvailable: 1,
        selector: { matchLabels: { app: 'web' } },
      }),
      pod('web', {}, { ...onSpare, tolerations: [kept] }),
    ],
    steps: [
      {
        when: every(
          runs('web', 0, true),
          when(
            'the budget to count it',
            (view) => view.one('PodDisruptionBudget', 'web')?.status?.['currentHealthy'] === 1,
          ),
        ),
        act: async (actor) => {
          await actor.patch(node, spareNode, { spec: { unschedulable: true } });
          await actor.evict('web');
        },
      },
    ],
    until: every(
      refused,
      when('the node to be cordoned', (view) =>
        view
          .all('Node')
          .some(
            (one) =>
              one.metadata.name === spareNode &&
              one.spec?.['unschedulable'] === true &&
              JSON.stringify(one.spec).includes('node.kubernetes.io/unschedulable'),
          ),
      ),
    ),
    compares: ['Node', 'PodDisruptionBudget'],
  },
  {
    name: 'drain',
    manifests: () => [],
    steps: [
      {
        when: when('the node to be there', () => true),
        act: async (actor) => {
          await actor.patch(node, spareNode, { spec: { unschedulable: null } });
          await actor.create(
            pod(
              'web',
              { image: 'fidelity.example/polite:1' },
              { ...onSpare, terminationGracePeriodSeconds: 20, tolerations: [kept] },
            ),
          );
        },
      },
      {
        when: runs('web', 0, true),
        act: async (actor) => {
          await actor.evict('web');
        },
      },
    ],
    until: gone('web'),
    events: ['Killing'],
  },
  {
    name: 'taint-that-evicts',
    manifests: () => [pod('web', {}, { ...onSpare, tolerations: [kept] })],
    steps: [
      {
        when: runs('web', 0, true),
        act: (actor) => actor.patch(node, spareNode, taints({ key: 'fidelity.example/broken', effect: 'NoExecute' })),
      },
      {
        when: gone('web'),
        act: (actor) => actor.patch(node, spareNode, taints()),
      },
    ],
    until: gone('web'),
    events: ['TaintManagerEviction', 'Killing'],
  },
  {
    name: 'node-loss',
    manifests: () => [
      pod('stays', {}, { ...onSpare, tolerations: [kept, ...unreachable(600)] }),
      pod('leaves', {}, { ...onSpare, tolerations: [kept, ...unreachable(1)] }),
      deployment(
        'moves',
        1,
        {},
        {
          affinity: {
            nodeAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                {
                  weight: 100,
                  preference: {
                    matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [spareNode] }],
                  },
                },
              ],
            },
          },
          tolerations: [kept, ...unreachable(1)],
        },
      ),
    ],
    steps: [
      {
        when: every(runs('stays', 0, true), runs('leaves', 0, true), ready('moves')),
        act: (actor) => actor.loseNode(),
      },
      {
        when: every(
          when('the pods to be marked', (view) => view.pods('leaves')[0]?.metadata.deletionTimestamp !== undefined),
          when('the pod that moves to run elsewhere', (view) =>
            view
              .pods('moves')
              .some((one) => one.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')),
          ),
        ),
        act: async () => {},
      },
    ],
    until: every(
      when('the node to be lost and the pods with it', (view) => {
        const lost = view.all('Node').find((one) => one.metadata.name === spareNode);
        const taint = JSON.stringify(lost?.spec).match(/node\.kubernetes\.io\/unreachable/g)?.length === 2;
        const unready = (name: string) =>
          view.pods(name)[0]?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'False') ??
          false;
        return (
          taint &&
          unready('stays') &&
          unready('leaves') &&
          view.pods('leaves')[0]?.metadata.deletionTimestamp !== undefined
        );
      }),
      when(
        'the Deployment to be available again',
        (view) => view.one('Deployment', 'moves')?.status?.['availableReplicas'] === 1,
      ),
    ),
    compares: ['Node', 'Deployment'],
    events: ['NodeNotReady', 'TaintManagerEviction'],
    undoneBy: nodeThatComesBack,
  },
  nodeThatComesBack,
];
