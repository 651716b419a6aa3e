import { image } from '../catalogue.js';
import type { FidelityCase } from '../fidelity-case.js';
import { container, job, pod, script } from '../manifests.js';
import { every, holds, over, phase, runs, when, waits } from '../view.js';

const init = (name: string, of: string, fields: object = {}) => container({ name, image: image(of), ...fields });
const sidecar = (of: string, fields: object = {}) => init('side', of, { restartPolicy: 'Always', ...fields });
const often = { periodSeconds: 1, timeoutSeconds: 5 };

export const initCases: FidelityCase[] = [
  {
    name: 'init-one-after-the-other',
    manifests: () => [pod('web', {}, { initContainers: [init('one', 'ends'), init('two', 'ends')] })],
    until: runs('web', 0, true),
    events: ['Started'],
  },
  {
    name: 'init-leaves-a-file-for-the-main-one',
    manifests: () => {
      const volumeMounts = [{ name: 'data', mountPath: '/data' }];
      return [
        pod(
          'web',
          { ...script('sleep 1000'), volumeMounts },
          {
            volumes: [{ name: 'data', emptyDir: {} }],
            initContainers: [container({ name: 'one', ...script('echo hello > /data/word'), volumeMounts })],
          },
        ),
      ];
    },
    until: runs('web', 0, true),
    events: ['Started'],
    exec: [{ pod: 'web', command: ['cat', '/data/word'] }],
  },
  {
    name: 'init-under-way',
    manifests: () => [pod('web', {}, { initContainers: [init('one', 'steady'), init('two', 'ends')] })],
    until: when('the first to run', (view) => view.container('web', 'one')?.state?.running !== undefined),
    events: ['Started'],
    logs: ['web/main'],
  },
  {
    name: 'init-that-crashes',
    manifests: () => [pod('web', {}, { initContainers: [init('one', 'fails')] })],
    until: waits('web', 'CrashLoopBackOff', 'one', 1),
    events: ['BackOff'],
  },
  {
    name: 'init-that-fails-for-good',
    manifests: () => [pod('web', {}, { restartPolicy: 'Never', initContainers: [init('one', 'fails')] })],
    until: phase('web', 'Failed'),
    events: ['Started'],
  },
  {
    name: 'init-fails-after-another-ended',
    manifests: () => [
      pod(
        'web',
        {},
        { restartPolicy: 'Never', initContainers: [init('one', 'ends'), init('two', 'fails'), init('three', 'ends')] },
      ),
    ],
    until: phase('web', 'Failed'),
    events: ['Started'],
  },
  {
    name: 'sidecar-beside-the-main-one',
    manifests: () => [pod('web', {}, { initContainers: [sidecar('beside')] })],
    until: every(runs('web', 0, true), runs('web', 0, true, 'side')),
    events: ['Started'],
  },
  {
    name: 'sidecar-of-a-pod-that-ends',
    manifests: () => [
      pod('web', { image: image('ends-late') }, { restartPolicy: 'Never', initContainers: [sidecar('steady')] }),
    ],
    until: phase('web', 'Succeeded'),
    events: ['Started', 'Killing'],
  },
  {
    name: 'sidecar-of-a-job',
    manifests: () => [job('work', { image: image('ends-late') }, {}, { initContainers: [sidecar('steady')] })],
    until: every(holds('Job', 'work', 'Complete'), over('work')),
    compares: ['Job'],
    events: ['Completed'],
  },
  {
    name: 'sidecar-that-crashes',
    manifests: () => [pod('web', {}, { initContainers: [sidecar('panics')] })],
    until: every(waits('web', 'CrashLoopBackOff', 'side', 1), runs('web', 0, true)),
    events: ['BackOff'],
  },
  {
    name: 'sidecar-that-holds-the-start-back',
    manifests: () => [
      pod(
        'web',
        {},
        {
          initContainers: [
            sidecar('steady', { startupProbe: { tcpSocket: { port: 9999 }, failureThreshold: 60, ...often } }),
          ],
        },
      ),
    ],
    until: when('the sidecar to run', (view) => view.container('web', 'side')?.state?.running !== undefined),
    events: ['Unhealthy'],
  },
  {
    name: 'sidecar-that-is-not-ready',
    manifests: () => [
      pod(
        'web',
        {},
        { initContainers: [sidecar('beside', { readinessProbe: { httpGet: { port: 9999 }, ...often } })] },
      ),
    ],
    until: every(runs('web', 0, true), runs('web', 0, false, 'side')),
    events: ['Unhealthy'],
  },
];
