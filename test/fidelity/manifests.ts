import type { KubeObject } from '@kubedan/kube';
import { image } from './catalogue.js';

type Fields = Record<string, unknown>;

/** A container `main` of the image `steady`, unless said otherwise. */
export const container = (fields: Fields = {}): Fields => ({
  name: 'main',
  image: image('steady'),
  imagePullPolicy: 'IfNotPresent',
  ...fields,
});

/** A pod with that container. @param fields of the container @param spec of the pod */
export const pod = (name: string, fields: Fields = {}, spec: Fields = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { terminationGracePeriodSeconds: 1, containers: [container(fields)], ...spec },
});

export const template = (app: string, fields: Fields = {}, spec: Fields = {}): Fields => ({
  metadata: { labels: { app } },
  spec: { terminationGracePeriodSeconds: 1, containers: [container(fields)], ...spec },
});

export const workload = (apiVersion: string, kind: string, name: string, spec: Fields): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  spec,
});

export const deployment = (name: string, replicas: number, fields: Fields = {}, spec: Fields = {}, more: Fields = {}) =>
  workload('apps/v1', 'Deployment', name, {
    replicas,
    selector: { matchLabels: { app: name } },
    template: template(name, fields, spec),
    ...more,
  });

export const job = (name: string, fields: Fields, more: Fields = {}, spec: Fields = {}) =>
  workload('batch/v1', 'Job', name, {
    template: template(name, fields, { restartPolicy: 'Never', ...spec }),
    ...more,
  });

export const configMap = (name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

export const secret = (name: string, stringData: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData,
});

export const claim = (name: string): KubeObject =>
  workload('v1', 'PersistentVolumeClaim', name, {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '16Mi' } },
  });

/** `sh -c script` in an image that has a shell. */
export const script = (text: string): Fields => ({ image: image('tools'), command: ['sh', '-c', text] });
