import { image } from '../catalogue.js';
import type { FidelityCase } from '../fidelity-case.js';
import { deployment, job, template, workload } from '../manifests.js';
import { every, holds, none, over, ready, runs, waits, when } from '../view.js';
import { notListeningYet } from './ignored.js';

const probe = { readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 } };
const statefulSet = (name: string, replicas: number, fields: Record<string, unknown> = {}) =>
  workload('apps/v1', 'StatefulSet', name, {
    replicas,
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: template(name, fields),
  });

export const workloadCases: FidelityCase[] = [
  {
    name: 'job-that-ends',
    manifests: () => [job('work', { image: image('ends') })],
    until: every(holds('Job', 'work', 'Complete'), over('work')),
    compares: ['Job'],
    events: ['SuccessfulCreate', 'Completed'],
  },
  {
    name: 'job-that-gives-up',
    manifests: () => [job('work', { image: image('fails') }, { backoffLimit: 1 })],
    until: every(holds('Job', 'work', 'Failed'), over('work')),
    compares: ['Job'],
    events: ['SuccessfulCreate', 'BackoffLimitExceeded'],
  },
  {
    name: 'job-that-restarts-in-place',
    manifests: () => [job('work', { image: image('fails') }, { backoffLimit: 1 }, { restartPolicy: 'OnFailure' })],
    until: every(holds('Job', 'work', 'Failed'), none('work')),
    compares: ['Job'],
    events: ['BackoffLimitExceeded'],
    ignores: [
      { path: /^event .* BackOff: /, because: 'the Job may end the pod before the kubelet tells of the back-off' },
    ],
  },
  {
    name: 'job-out-of-time',
    manifests: () => [job('work', { image: image('steady') }, { activeDeadlineSeconds: 3 })],
    until: every(holds('Job', 'work', 'Failed'), none('work')),
    compares: ['Job'],
    events: ['DeadlineExceeded'],
  },
  {
    name: 'job-with-indices',
    manifests: () => [
      job('work', { image: image('ends') }, { completions: 2, parallelism: 2, completionMode: 'Indexed' }),
    ],
    until: every(holds('Job', 'work', 'Complete'), over('work')),
    compares: ['Job'],
    events: ['Completed'],
  },
  {
    name: 'job-that-fails-at-a-code',
    manifests: () => [
      job(
        'work',
        { image: image('fails') },
        {
          podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [7] } }] },
        },
      ),
    ],
    until: every(holds('Job', 'work', 'Failed'), over('work')),
    compares: ['Job'],
    events: ['PodFailurePolicy'],
  },
  {
    name: 'rollout',
    manifests: () => [deployment('web', 2, probe)],
    steps: [
      {
        when: ready('web', 2),
        act: (actor) =>
          actor.patch({ apiVersion: 'apps/v1', kind: 'Deployment' }, 'web', {
            spec: template2('web', { ...probe, image: image('steady:2') }),
          }),
      },
    ],
    until: every(
      ready('web', 2),
      when('the new pods alone', (view) => {
        const web = view.one('Deployment', 'web')?.status as
          | {
              observedGeneration?: number;
              updatedReplicas?: number;
              replicas?: number;
              availableReplicas?: number;
              terminatingReplicas?: number;
            }
          | undefined;
        const sets = view.all('ReplicaSet').map(({ status }) => Number(status?.['replicas']));
        return (
          web?.observedGeneration === 2 &&
          web.updatedReplicas === 2 &&
          web.replicas === 2 &&
          web.availableReplicas === 2 &&
          !web.terminatingReplicas &&
          sets.length === 2 &&
          sets.includes(0)
        );
      }),
      holds('Deployment', 'web', 'Progressing'),
      when('the rollout to be complete', (view) =>
        (view.one('Deployment', 'web')?.status?.conditions ?? []).some(
          ({ reason }) => reason === 'NewReplicaSetAvailable',
        ),
      ),
    ),
    compares: ['Deployment', 'ReplicaSet'],
    events: ['ScalingReplicaSet', 'SuccessfulDelete'],
    ignores: [notListeningYet],
  },
  {
    name: 'rollout-that-hangs',
    manifests: () => [
      deployment('web', 1, { image: '127.0.0.1:5000/shop/lost:1' }, {}, { progressDeadlineSeconds: 5 }),
    ],
    until: every(
      waits('web', 'ImagePullBackOff'),
      when('the deadline to pass', (view) =>
        (view.one('Deployment', 'web')?.status?.conditions ?? []).some(
          ({ reason }) => reason === 'ProgressDeadlineExceeded',
        ),
      ),
    ),
    compares: ['Deployment', 'ReplicaSet'],
    events: ['BackOff'],
  },
  {
    name: 'daemonset-on-each-node',
    manifests: () => [
      workload('apps/v1', 'DaemonSet', 'agent', {
        selector: { matchLabels: { app: 'agent' } },
        template: template('agent', {}, {}),
      }),
    ],
    until: every(
      ready('agent', 1),
      when('the DaemonSet to know it', (view) => view.one('DaemonSet', 'agent')?.status?.['numberReady'] === 1),
    ),
    compares: ['DaemonSet'],
    events: ['SuccessfulCreate'],
  },
  {
    name: 'statefulset-in-order',
    manifests: () => [statefulSet('db', 2, probe)],
    until: every(
      ready('db', 2),
      when('the StatefulSet to know it', (view) => view.one('StatefulSet', 'db')?.status?.['availableReplicas'] === 2),
    ),
    compares: ['StatefulSet'],
    events: ['SuccessfulCreate'],
    ignores: [notListeningYet],
  },
  {
    name: 'statefulset-waits-for-its-first',
    manifests: () => [statefulSet('db', 2, { readinessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 1 } })],
    until: every(
      runs('db', 0, false),
      when('the StatefulSet to know it', (view) => view.one('StatefulSet', 'db')?.status?.['updatedReplicas'] === 1),
    ),
    compares: ['StatefulSet'],
    events: ['Unhealthy'],
  },
  {
    name: 'statefulset-that-shrinks',
    manifests: () => [statefulSet('db', 2, { ...probe, image: image('polite') })],
    steps: [
      {
        when: ready('db', 2),
        act: (actor) => actor.patch({ apiVersion: 'apps/v1', kind: 'StatefulSet' }, 'db', { spec: { replicas: 1 } }),
      },
    ],
    until: every(
      ready('db', 1),
      when('the StatefulSet to know it', (view) => {
        const status = view.one('StatefulSet', 'db')?.status;
        return (
          status?.['replicas'] === 1 &&
          status['currentReplicas'] === 1 &&
          status['availableReplicas'] === 1 &&
          view.gone.length === 1
        );
      }),
    ),
    compares: ['StatefulSet'],
    events: ['SuccessfulDelete', 'Killing'],
    ignores: [{ path: /^event .* Unhealthy: /, because: 'what a program answers while it ends is its own affair' }],
  },
];

function template2(app: string, fields: Record<string, unknown>) {
  return { template: template(app, fields) };
}
