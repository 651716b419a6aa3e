import { image } from '../catalogue.js';
import type { FidelityCase } from '../fidelity-case.js';
import { container, pod } from '../manifests.js';
import { every, phase, present, runs, waits } from '../view.js';

// On kind a registry on the node's own loopback answers that it knows no such image.
const lost = '127.0.0.1:5000/shop/lost:1';

export const imageCases: FidelityCase[] = [
  {
    name: 'image-is-on-the-node',
    manifests: () => [pod('web')],
    until: runs('web', 0, true),
    events: ['Scheduled', 'Pulled', 'Created', 'Started'],
    logs: ['web/main'],
  },
  {
    name: 'image-in-no-registry-at-first',
    manifests: () => [pod('web', { image: lost })],
    until: waits('web', 'ErrImagePull'),
    events: ['Scheduled', 'Pulling', 'Failed'],
  },
  {
    name: 'image-in-no-registry-backs-off',
    manifests: () => [pod('web', { image: lost })],
    until: waits('web', 'ImagePullBackOff'),
    events: ['Scheduled', 'Pulling', 'Failed', 'BackOff'],
    logs: ['web/main'],
  },
  {
    name: 'image-name-with-spaces',
    manifests: () => [pod('web', { image: 'not an image' })],
    until: waits('web', 'InvalidImageName'),
    events: ['InspectFailed', 'Failed'],
    logs: ['web/main'],
  },
  {
    name: 'image-name-in-capitals',
    manifests: () => [pod('web', { image: 'fidelity.example/Steady:1' })],
    until: waits('web', 'InvalidImageName'),
    events: ['InspectFailed', 'Failed'],
  },
  {
    name: 'image-never-pulled',
    manifests: () => [pod('web', { image: lost, imagePullPolicy: 'Never' })],
    until: waits('web', 'ErrImageNeverPull'),
    events: ['ErrImageNeverPull', 'Failed'],
  },
  {
    name: 'image-of-one-of-two',
    manifests: () => [pod('web', {}, { containers: [container(), container({ name: 'beside', image: lost })] })],
    until: every(waits('web', 'ImagePullBackOff', 'beside'), runs('web', 0, true)),
    events: ['Started', 'BackOff'],
  },
  {
    name: 'image-of-an-init-container',
    manifests: () => [pod('web', {}, { initContainers: [container({ name: 'first', image: lost })] })],
    until: waits('web', 'ImagePullBackOff', 'first'),
    events: ['BackOff'],
  },
  {
    name: 'command-not-in-the-image',
    manifests: () => [pod('web', { image: image('tools'), command: ['no-such-program'] }, { restartPolicy: 'Never' })],
    until: every(phase('web', 'Failed'), present('web')),
    events: ['Created', 'Failed'],
  },
  {
    name: 'command-missing-again-and-again',
    manifests: () => [pod('web', { image: image('tools'), command: ['/no/such/program'] })],
    until: waits('web', 'CrashLoopBackOff', 'main', 1),
    events: ['Created', 'Failed', 'BackOff'],
  },
];
