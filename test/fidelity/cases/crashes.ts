import { image } from '../catalogue.js';
import type { FidelityCase } from '../fidelity-case.js';
import { container, pod, script } from '../manifests.js';
import { endedAfter, every, phase, runs, terminated, waits } from '../view.js';

const greedy = { image: image('greedy'), resources: { limits: { memory: '32Mi' } } };
const never = { restartPolicy: 'Never' };

export const crashCases: FidelityCase[] = [
  {
    name: 'crash-once',
    manifests: () => [pod('web', { image: image('panics') })],
    until: terminated('web', 'Error'),
    events: ['Started'],
  },
  {
    name: 'crash-loop',
    manifests: () => [pod('web', { image: image('panics') })],
    until: waits('web', 'CrashLoopBackOff', 'main', 1),
    events: ['Started', 'BackOff'],
  },
  {
    name: 'crash-between-two-runs',
    manifests: () => [pod('web', { image: image('panics') })],
    until: endedAfter('web', 1),
    events: ['BackOff'],
    // The log of the run before is there or not, as the kubelet has cleaned up or not.
    logs: ['web/main'],
  },
  {
    name: 'crash-loop-goes-on',
    manifests: () => [pod('web', { image: image('panics') })],
    until: waits('web', 'CrashLoopBackOff', 'main', 2),
    events: ['Started', 'BackOff'],
  },
  {
    name: 'crash-for-want-of-a-variable',
    manifests: () => [
      pod('web', { image: image('needs-env') }),
      pod('fed', { image: image('needs-env'), env: [{ name: 'DATABASE_URL', value: 'x' }] }),
    ],
    until: every(waits('web', 'CrashLoopBackOff', 'main', 1), runs('fed', 0, true)),
    events: ['BackOff'],
    logs: ['web/main'],
  },
  {
    name: 'crash-beside-a-healthy-one',
    manifests: () => [
      pod('web', {}, { containers: [container(), container({ name: 'beside', image: image('panics') })] }),
    ],
    until: every(waits('web', 'CrashLoopBackOff', 'beside', 1), runs('web', 0, true)),
    events: ['BackOff'],
  },
  {
    name: 'out-of-memory',
    manifests: () => [pod('web', greedy)],
    until: terminated('web', 'OOMKilled'),
    events: ['Started'],
    ignores: [
      {
        path: /restartCount$|lastState|Restarts$|^event .* BackOff: /,
        because:
          'containerd may hear of the exit before it hears of the memory, and says Error then: a later run says it',
      },
    ],
  },
  {
    name: 'out-of-memory-in-a-loop',
    manifests: () => [pod('web', greedy)],
    until: waits('web', 'CrashLoopBackOff', 'main', 1),
    events: ['BackOff'],
    ignores: [
      {
        path: /lastState\.terminated\.reason$/,
        because: 'containerd may hear of the exit before it hears of the memory, and says Error then',
      },
    ],
  },
  {
    name: 'ends-well',
    manifests: () => [pod('web', { image: image('ends') }, never)],
    until: phase('web', 'Succeeded'),
    events: ['Started'],
    logs: ['web/main'],
  },
  {
    name: 'ends-badly',
    manifests: () => [pod('web', { image: image('fails') }, never)],
    until: phase('web', 'Failed'),
    events: ['Started'],
    logs: ['web/main'],
  },
  {
    name: 'ends-well-but-is-to-run-always',
    manifests: () => [pod('web', { image: image('ends') })],
    until: waits('web', 'CrashLoopBackOff', 'main', 1),
    events: ['BackOff'],
  },
  {
    name: 'ends-well-to-run-on-failure',
    manifests: () => [pod('web', { image: image('ends') }, { restartPolicy: 'OnFailure' })],
    until: phase('web', 'Succeeded'),
    events: ['Started'],
  },
  {
    name: 'ends-well-at-the-second-try',
    manifests: () => [
      pod(
        'web',
        {
          ...script('if [ -f /data/seen ]; then exit 0; fi; touch /data/seen; exit 1'),
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
        { restartPolicy: 'OnFailure', volumes: [{ name: 'data', emptyDir: {} }] },
      ),
    ],
    until: phase('web', 'Succeeded'),
    events: ['Started'],
  },
  {
    name: 'one-of-two-ends',
    manifests: () => [
      pod('web', {}, { ...never, containers: [container(), container({ name: 'beside', image: image('ends') })] }),
    ],
    until: every(terminated('web', 'Completed', 'beside'), runs('web', 0, true)),
    events: ['Started'],
  },
  {
    name: 'one-of-two-fails-for-good',
    manifests: () => [
      pod(
        'web',
        { image: image('ends') },
        {
          ...never,
          containers: [container({ image: image('ends') }), container({ name: 'beside', image: image('fails') })],
        },
      ),
    ],
    until: phase('web', 'Failed'),
    events: ['Started'],
  },
  {
    name: 'deadline-of-a-pod',
    manifests: () => [pod('web', {}, { activeDeadlineSeconds: 3 })],
    until: phase('web', 'Failed'),
    events: ['DeadlineExceeded', 'Killing'],
  },
  {
    name: 'last-words-in-a-file',
    manifests: () => [pod('web', script('echo the disk is full > /dev/termination-log; exit 5'), never)],
    until: phase('web', 'Failed'),
    events: ['Started'],
  },
  {
    name: 'last-words-from-the-log',
    manifests: () => [
      pod(
        'web',
        { ...script('echo first; echo the disk is full; exit 5'), terminationMessagePolicy: 'FallbackToLogsOnError' },
        never,
      ),
    ],
    until: phase('web', 'Failed'),
    events: ['Started'],
  },
];
