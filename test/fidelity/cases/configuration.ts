import { image } from '../catalogue.js';
import type { FidelityCase } from '../fidelity-case.js';
import { claim, configMap, pod, secret } from '../manifests.js';
import { runs, told, unscheduled, waits } from '../view.js';

const fromConfigMap = (key: string, optional = false) => [
  { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'colours', key, optional } } },
];
const fromSecret = (key: string) => [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'tokens', key } } }];
const badConfig = waits('web', 'CreateContainerConfigError');
const mounted = (volume: object) => ({ volumes: [{ name: 'files', ...volume }] });
const mounts = { volumeMounts: [{ name: 'files', mountPath: '/etc/app' }] };

export const configurationCases: FidelityCase[] = [
  {
    name: 'env-of-no-configmap',
    manifests: () => [pod('web', { env: fromConfigMap('sky') })],
    until: badConfig,
    events: ['Failed'],
    logs: ['web/main'],
  },
  {
    name: 'env-of-no-secret',
    manifests: () => [pod('web', { env: fromSecret('admin') })],
    until: badConfig,
    events: ['Failed'],
  },
  {
    name: 'env-of-no-key-in-configmap',
    manifests: () => [configMap('colours', { sea: 'green' }), pod('web', { env: fromConfigMap('sky') })],
    until: badConfig,
    events: ['Failed'],
  },
  {
    name: 'env-of-no-key-in-secret',
    manifests: () => [secret('tokens', { guest: 'x' }), pod('web', { env: fromSecret('admin') })],
    until: badConfig,
    events: ['Failed'],
  },
  {
    name: 'env-from-no-configmap',
    manifests: () => [pod('web', { envFrom: [{ configMapRef: { name: 'colours' } }] })],
    until: badConfig,
    events: ['Failed'],
  },
  {
    name: 'env-that-is-optional',
    manifests: () => [pod('web', { env: fromConfigMap('sky', true) })],
    until: runs('web', 0, true),
    events: ['Started'],
  },
  {
    name: 'env-that-comes-later',
    manifests: () => [pod('web', { env: fromConfigMap('sky') })],
    steps: [{ when: badConfig, act: (actor) => actor.create(configMap('colours', { sky: 'blue' })) }],
    until: runs('web', 0, true),
    events: ['Started'],
  },
  {
    name: 'env-of-an-init-container',
    manifests: () => [
      pod('web', {}, { initContainers: [{ name: 'first', image: image('ends'), env: fromConfigMap('sky') }] }),
    ],
    until: waits('web', 'CreateContainerConfigError', 'first'),
    events: ['Failed'],
  },
  {
    name: 'volume-of-no-configmap',
    manifests: () => [pod('web', mounts, mounted({ configMap: { name: 'colours' } }))],
    until: waits('web', 'ContainerCreating'),
    events: ['Scheduled', 'FailedMount'],
    logs: ['web/main'],
  },
  {
    name: 'volume-of-no-secret',
    manifests: () => [pod('web', mounts, mounted({ secret: { secretName: 'tokens' } }))],
    until: waits('web', 'ContainerCreating'),
    events: ['FailedMount'],
  },
  {
    name: 'volume-of-no-key',
    manifests: () => [
      configMap('colours', { sea: 'green' }),
      pod('web', mounts, mounted({ configMap: { name: 'colours', items: [{ key: 'sky', path: 'sky' }] } })),
    ],
    until: waits('web', 'ContainerCreating'),
    events: ['FailedMount'],
  },
  {
    name: 'volume-of-no-key-in-secret',
    manifests: () => [
      secret('tokens', { guest: 'x' }),
      pod('web', mounts, mounted({ secret: { secretName: 'tokens', items: [{ key: 'admin', path: 'a' }] } })),
    ],
    until: waits('web', 'ContainerCreating'),
    events: ['FailedMount'],
  },
  {
    name: 'volume-projected-of-no-secret',
    manifests: () => [pod('web', mounts, mounted({ projected: { sources: [{ secret: { name: 'tokens' } }] } }))],
    until: waits('web', 'ContainerCreating'),
    events: ['FailedMount'],
  },
  {
    name: 'volume-that-comes-later',
    manifests: () => [pod('web', mounts, mounted({ configMap: { name: 'colours' } }))],
    steps: [
      {
        when: told('FailedMount'),
        act: (actor) => actor.create(configMap('colours', { sky: 'blue' })),
      },
    ],
    until: runs('web', 0, true),
    events: ['Started'],
    ignores: [
      { path: /^event .* FailedMount: /, because: 'a slow kubelet may first say that its cache does not follow' },
    ],
  },
  {
    name: 'volume-of-no-claim',
    manifests: () => [pod('web', mounts, mounted({ persistentVolumeClaim: { claimName: 'data' } }))],
    until: unscheduled('web'),
    events: ['FailedScheduling'],
  },
  {
    name: 'volume-of-a-claim',
    manifests: () => [claim('data'), pod('web', mounts, mounted({ persistentVolumeClaim: { claimName: 'data' } }))],
    until: runs('web', 0, true),
    compares: ['PersistentVolumeClaim'],
    events: ['ProvisioningSucceeded', 'Started'],
  },
  {
    name: 'root-where-none-may-be',
    manifests: () => [pod('web', { securityContext: { runAsNonRoot: true } })],
    until: badConfig,
    events: ['Failed'],
  },
  {
    name: 'files-of-a-configmap-are-read',
    manifests: () => [
      configMap('colours', { sky: 'blue' }),
      pod(
        'web',
        { image: image('tools'), command: ['sleep', '1000'], ...mounts },
        mounted({ configMap: { name: 'colours' } }),
      ),
    ],
    until: runs('web', 0, true),
    exec: [
      { pod: 'web', command: ['cat', '/etc/app/sky'] },
      { pod: 'web', command: ['cat', '/etc/app/sea'] },
      { pod: 'web', command: ['sh', '-c', 'exit 4'] },
      { pod: 'web', command: ['cat', '/var/run/secrets/kubernetes.io/serviceaccount/namespace'] },
      { pod: 'web', command: ['ls', '/var/run/secrets/kubernetes.io/serviceaccount'] },
      { pod: 'web', command: ['sh', '-c', 'wc -c < /var/run/secrets/kubernetes.io/serviceaccount/ca.crt | grep -c .'] },
      { pod: 'web', command: ['no-such-program'] },
    ],
  },
];
