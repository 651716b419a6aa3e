import { image } from '../catalogue.js';
import type { Actor, FidelityCase } from '../fidelity-case.js';
import { pod, script } from '../manifests.js';
import { gone, phase, runs, waits, when } from '../view.js';

const grace = (seconds: number) => ({ terminationGracePeriodSeconds: seconds });
const deletesWhenRunning = (graceSeconds?: number) => [
  {
    when: runs('web', 0, true),
    act: (actor: Actor) => actor.deletePod('web', graceSeconds),
  },
];

export const endingCases: FidelityCase[] = [
  {
    name: 'ends-within-its-grace',
    manifests: () => [pod('web', { image: image('polite') }, grace(20))],
    steps: deletesWhenRunning(),
    until: gone('web'),
    events: ['Killing'],
  },
  {
    name: 'is-killed-after-its-grace',
    manifests: () => [pod('web', { image: image('stubborn') }, grace(3))],
    steps: deletesWhenRunning(),
    until: gone('web'),
    events: ['Killing'],
  },
  {
    name: 'is-terminating',
    manifests: () => [pod('web', { image: image('stubborn') }, grace(20))],
    steps: deletesWhenRunning(),
    until: when('the pod to be terminating', (view) => view.pods('web')[0]?.metadata.deletionTimestamp !== undefined),
    events: ['Killing'],
  },
  {
    name: 'is-deleted-by-force',
    manifests: () => [pod('web')],
    steps: deletesWhenRunning(0),
    until: gone('web'),
    events: ['Killing'],
  },
  {
    name: 'a-script-that-ignores-the-signal',
    manifests: () => [pod('web', script('sleep 1000; true'), grace(2))],
    steps: deletesWhenRunning(),
    until: gone('web'),
    events: ['Killing'],
  },
  {
    name: 'is-deleted-while-its-image-is-missing',
    manifests: () => [pod('web', { image: '127.0.0.1:5000/shop/lost:1' })],
    steps: [{ when: waits('web', 'ImagePullBackOff'), act: (actor) => actor.deletePod('web') }],
    until: gone('web'),
    events: ['Failed', 'BackOff'],
  },
  {
    name: 'hook-before-the-end',
    manifests: () => [
      pod(
        'web',
        {
          image: image('tools'),
          command: ['sleep', '1000'],
          lifecycle: { preStop: { exec: { command: ['sleep', '1'] } } },
        },
        grace(3),
      ),
    ],
    steps: deletesWhenRunning(),
    until: gone('web'),
    events: ['Killing'],
  },
  {
    name: 'hook-before-the-end-that-fails',
    manifests: () => [
      pod(
        'web',
        { ...script('sleep 1000; true'), lifecycle: { preStop: { exec: { command: ['sh', '-c', 'exit 3'] } } } },
        grace(2),
      ),
    ],
    steps: deletesWhenRunning(),
    until: gone('web'),
    events: ['Killing', 'FailedPreStopHook'],
  },
  {
    name: 'hook-before-the-end-by-http',
    manifests: () => [pod('web', { lifecycle: { preStop: { httpGet: { port: 8080, path: '/stop' } } } }, grace(5))],
    steps: deletesWhenRunning(),
    until: gone('web'),
    events: ['Killing'],
  },
  {
    name: 'hook-after-the-start',
    manifests: () => [
      pod('web', {
        ...script('sleep 1000'),
        lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo hello > /tmp/hello'] } } },
      }),
    ],
    until: runs('web', 0, true),
    events: ['Started'],
    exec: [{ pod: 'web', command: ['cat', '/tmp/hello'] }],
  },
  {
    name: 'hook-after-the-start-that-fails',
    manifests: () => [
      pod(
        'web',
        { ...script('sleep 1000'), lifecycle: { postStart: { exec: { command: ['sh', '-c', 'exit 3'] } } } },
        grace(1),
      ),
    ],
    until: when('the hook to have failed twice', (view) => {
      const status = view.container('web', 'main');
      return status?.state?.waiting?.reason === 'CrashLoopBackOff' && status.restartCount >= 1;
    }),
    events: ['FailedPostStartHook', 'Killing'],
  },
  {
    name: 'hook-after-the-start-by-http',
    manifests: () => [
      pod(
        'web',
        { lifecycle: { postStart: { httpGet: { port: 9999, path: '/' } } } },
        { ...grace(1), restartPolicy: 'Never' },
      ),
    ],
    until: phase('web', 'Succeeded'),
    events: ['FailedPostStartHook', 'Killing'],
  },
];
