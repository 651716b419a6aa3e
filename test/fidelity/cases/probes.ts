import { image } from '../catalogue.js';
import type { FidelityCase } from '../fidelity-case.js';
import { pod, script } from '../manifests.js';
import { runs, when } from '../view.js';
import { notListeningYet } from './ignored.js';

// A machine that is busy may let a probe wait for its answer.
const often = { periodSeconds: 1, timeoutSeconds: 5 };
const http = (fields: object = {}, path = '/') => ({ httpGet: { port: 8080, path }, ...often, ...fields });
const tcp = (port: number, fields: object = {}) => ({ tcpSocket: { port }, ...often, ...fields });
const exec = (command: string[], fields: object = {}) => ({ exec: { command }, ...often, ...fields });
const onceMore = [
  { path: /^event .* BackOff: /, because: 'it fails again and again, sooner or later' },
  notListeningYet,
];
const wasReady = when('the pod not to be ready any more', (view) => {
  const status = view.container('web', 'main');
  return status?.ready === false && status.state?.running !== undefined && status.started === true;
});
const sleeps = script('sleep 1000');

export const probeCases: FidelityCase[] = [
  {
    name: 'readiness-by-http',
    manifests: () => [pod('web', { image: image('slow'), readinessProbe: http() })],
    until: runs('web', 0, true),
    events: ['Unhealthy'],
  },
  {
    name: 'readiness-by-http-at-a-wrong-path',
    manifests: () => [pod('web', { image: image('health'), readinessProbe: http() })],
    until: runs('web', 0, false),
    events: ['Unhealthy'],
    ignores: [notListeningYet],
  },
  {
    name: 'readiness-by-http-at-a-wrong-port',
    manifests: () => [pod('web', { readinessProbe: { httpGet: { port: 9999 }, ...often } })],
    until: runs('web', 0, false),
    events: ['Unhealthy'],
  },
  {
    name: 'readiness-by-http-at-a-named-port',
    manifests: () => [
      pod('web', {
        ports: [{ name: 'http', containerPort: 8080 }],
        readinessProbe: { httpGet: { port: 'http' }, ...often },
      }),
    ],
    until: runs('web', 0, true),
    events: ['Started'],
    ignores: [notListeningYet],
  },
  {
    name: 'readiness-by-tcp',
    manifests: () => [pod('web', { image: image('slow'), readinessProbe: tcp(8080) })],
    until: runs('web', 0, true),
    events: ['Unhealthy'],
  },
  {
    name: 'readiness-by-tcp-at-a-wrong-port',
    manifests: () => [pod('web', { readinessProbe: tcp(9999) })],
    until: runs('web', 0, false),
    events: ['Unhealthy'],
  },
  {
    name: 'readiness-by-command',
    manifests: () => [
      pod('web', {
        ...script('sleep 5; touch /tmp/ready; sleep 1000'),
        readinessProbe: exec(['cat', '/tmp/ready']),
      }),
    ],
    until: runs('web', 0, true),
    events: ['Unhealthy'],
  },
  {
    name: 'readiness-by-command-that-fails',
    manifests: () => [pod('web', { ...sleeps, readinessProbe: exec(['sh', '-c', 'echo not yet; exit 1']) })],
    until: runs('web', 0, false),
    events: ['Unhealthy'],
  },
  {
    name: 'readiness-by-command-not-there',
    manifests: () => [pod('web', { ...sleeps, readinessProbe: exec(['no-such-program']) })],
    until: runs('web', 0, false),
    events: ['Unhealthy'],
  },
  {
    name: 'readiness-that-is-lost',
    manifests: () => [pod('web', { image: image('sickens'), readinessProbe: http({ failureThreshold: 1 }) })],
    steps: [{ when: runs('web', 0, true), act: async () => {} }],
    until: wasReady,
    events: ['Unhealthy'],
    ignores: [notListeningYet],
  },
  {
    name: 'readiness-that-waits-first',
    manifests: () => [pod('web', { readinessProbe: http({ initialDelaySeconds: 3 }) })],
    until: runs('web', 0, true),
    events: ['Started'],
  },
  {
    name: 'liveness-by-http',
    manifests: () => [pod('web', { image: image('sickens'), livenessProbe: http({ failureThreshold: 2 }) })],
    until: runs('web', 1, true),
    events: ['Unhealthy', 'Killing'],
    ignores: onceMore,
  },
  {
    name: 'liveness-by-tcp',
    manifests: () => [pod('web', { livenessProbe: tcp(9999, { failureThreshold: 2 }) })],
    until: runs('web', 1, true),
    events: ['Unhealthy', 'Killing'],
    ignores: onceMore,
  },
  {
    name: 'liveness-by-command',
    manifests: () => [
      pod('web', {
        ...script('touch /tmp/well; sleep 3; rm /tmp/well; sleep 1000'),
        livenessProbe: exec(['cat', '/tmp/well'], { failureThreshold: 2 }),
      }),
    ],
    until: runs('web', 1, true),
    events: ['Unhealthy', 'Killing'],
    ignores: onceMore,
  },
  {
    name: 'startup-holds-the-others-back',
    manifests: () => [
      pod('web', {
        image: image('slow'),
        startupProbe: http({ failureThreshold: 30 }),
        livenessProbe: http({ failureThreshold: 3 }),
        readinessProbe: http(),
      }),
    ],
    until: runs('web', 0, true),
    events: ['Unhealthy'],
  },
  {
    name: 'startup-that-never-comes',
    manifests: () => [pod('web', { startupProbe: tcp(9999, { failureThreshold: 2 }) })],
    until: runs('web', 1, false),
    events: ['Unhealthy', 'Killing'],
    ignores: onceMore,
  },
  {
    name: 'startup-by-command',
    manifests: () => [
      pod('web', {
        ...script('sleep 5; touch /tmp/up; sleep 1000'),
        startupProbe: exec(['test', '-f', '/tmp/up'], { failureThreshold: 30 }),
      }),
    ],
    until: runs('web', 0, true),
    events: ['Unhealthy'],
  },
  {
    name: 'readiness-gate-that-nobody-opens',
    manifests: () => [pod('web', {}, { readinessGates: [{ conditionType: 'fidelity.example/open' }] })],
    until: runs('web', 0, true),
    events: ['Started'],
  },
];
