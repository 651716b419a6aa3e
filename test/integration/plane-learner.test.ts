import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeClient, type KubeObject } from '@kubedan/kube';
import { PlaneHost, refuseAll, type Plane } from '@kubedan/plane';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { briefPlanes, planePrograms } from '../support/programs.js';

const inDefault = (apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'default' },
  ...rest,
});
const clusterWide = (apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});
const podSpec = { containers: [{ name: 'c', image: 'c' }] };
const template = { metadata: { labels: { app: 'a' } }, spec: podSpec };
const selector = { matchLabels: { app: 'a' } };
const rbac = 'rbac.authorization.k8s.io/v1';

describe('a learner', () => {
  let dir: string;
  let host: PlaneHost;
  let plane: Plane;
  let learner: KubeClient;
  let setup: KubeClient;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kd-'));
    host = new PlaneHost({ ...briefPlanes, dir, programs: await planePrograms(), dial: refuseAll });
    plane = await host.create('one');
    learner = new KubeClient(plane.credentials.learner);
    setup = new KubeClient(plane.credentials.setup);
    await setup.create(clusterWide('v1', 'Node', 'node-1'));
    await setup.create(inDefault('apps/v1', 'Deployment', 'given', { spec: { selector, template } }));
  });
  afterAll(async () => {
    await learner?.close();
    await setup?.close();
    await host?.closeAll();
    await rm(dir, { recursive: true, force: true });
  });

  it('makes everything that a lab asks for', async () => {
    const made: KubeObject[] = [
      clusterWide('v1', 'Namespace', 'mine'),
      inDefault('v1', 'Pod', 'p', { spec: podSpec }),
      inDefault('v1', 'Service', 's', { spec: { selector: { app: 'a' }, ports: [{ port: 80 }] } }),
      inDefault('v1', 'ConfigMap', 'c'),
      inDefault('v1', 'Secret', 'x'),
      inDefault('v1', 'ServiceAccount', 'a'),
      inDefault('v1', 'ResourceQuota', 'q', { spec: { hard: { pods: '10' } } }),
      inDefault('v1', 'LimitRange', 'l', { spec: { limits: [] } }),
      inDefault('apps/v1', 'Deployment', 'd', { spec: { selector, template } }),
      inDefault('apps/v1', 'StatefulSet', 'st', { spec: { selector, template, serviceName: 's' } }),
      inDefault('apps/v1', 'DaemonSet', 'ds', { spec: { selector, template } }),
      inDefault('batch/v1', 'Job', 'j', { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } }),
      inDefault('policy/v1', 'PodDisruptionBudget', 'b', { spec: { minAvailable: 1, selector } }),
      inDefault('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', {
        spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } },
      }),
      inDefault('networking.k8s.io/v1', 'NetworkPolicy', 'n', { spec: { podSelector: {} } }),
      inDefault('networking.k8s.io/v1', 'Ingress', 'i', {
        spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
      }),
      clusterWide('scheduling.k8s.io/v1', 'PriorityClass', 'high', { value: 1000 }),
      clusterWide('storage.k8s.io/v1', 'StorageClass', 'fast', { provisioner: 'example.com/none' }),
      inDefault(rbac, 'Role', 'r', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] }),
      inDefault(rbac, 'RoleBinding', 'rb', {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'default' }],
      }),
    ];
    for (const object of made) {
      expect((await learner.create(object)).metadata.uid, object.kind).toBeTruthy();
    }
    // Cordon, taint, label, evict and scale.
    const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
    await learner.patch(node, { spec: { unschedulable: true } }, { type: 'merge' });
    await learner.create(inDefault('policy/v1', 'Eviction', 'p'), {
      subresource: 'eviction',
      of: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'p' },
    });
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'd' };
    await learner.patch(deployment, { spec: { replicas: 2 } }, { type: 'merge', subresource: 'scale' });
  });

  const status = async (method: string, path: string, body?: unknown, contentType = 'application/json') =>
    (await learner.request(method, path, body, { contentType })).status;
  const merge = 'application/merge-patch+json';

  it.each([
    ['/apis/apps/v1/namespaces/default/deployments/given/status', { status: { readyReplicas: 1 } }],
    ['/api/v1/namespaces/default/pods/p/status', { status: { phase: 'Running' } }],
    ['/api/v1/nodes/node-1/status', { status: { conditions: [] } }],
    ['/apis/policy/v1/namespaces/default/poddisruptionbudgets/b/status', { status: { disruptionsAllowed: 5 } }],
  ])('cannot write a status: %s', async (path, body) => {
    expect(await status('PATCH', path, body, merge)).toBe(403);
  });

  it('does not change a status by writing the object itself', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments/given';
    expect(await status('PATCH', path, { status: { readyReplicas: 7 } }, merge)).toBe(200);
    const { body } = await learner.request('GET', path);
    expect((body as { status?: { readyReplicas?: number } }).status?.readyReplicas).not.toBe(7);
  });

  it.each([
    ['POST', '/api/v1/nodes', clusterWide('v1', 'Node', 'fake')],
    ['DELETE', '/api/v1/nodes/node-1', undefined],
    ['GET', '/api/v1/nodes/node-1/proxy/pods', undefined],
    ['POST', '/api/v1/namespaces/kube-system/serviceaccounts/default/token', {}],
    ['POST', '/apis/certificates.k8s.io/v1/certificatesigningrequests', {}],
    ['POST', '/api/v1/namespaces/default/pods/p/binding', {}],
    ['POST', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {}],
    ['POST', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {}],
    ['POST', '/api/v1/namespaces/default/events', {}],
    ['GET', '/metrics', undefined],
    ['GET', '/logs/', undefined],
  ])('is forbidden to %s %s', async (method, path, body) => {
    expect(await status(method, path, body)).toBe(403);
  });

  it('cannot become somebody else', async () => {
    const { status: answer } = await impersonated(plane, 'kubedan:grader', 'system:masters');
    expect(answer).toBe(403);
    const bind = (role: string) =>
      learner.create(
        clusterWide(rbac, 'ClusterRoleBinding', 'more', {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
          subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'kubedan:learner' }],
        }),
      );
    for (const role of ['cluster-admin', 'admin', 'edit', 'system:controller:clusterrole-aggregation-controller']) {
      await expect(bind(role)).rejects.toThrow('attempting to grant RBAC permissions not currently held');
    }
    const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
    await expect(learner.create(clusterWide(rbac, 'ClusterRole', 'all', { rules }))).rejects.toThrow(
      'not currently held',
    );
    const own = { apiVersion: rbac, kind: 'ClusterRole', name: 'kubedan:learner' };
    await expect(learner.patch(own, { rules }, { type: 'merge' })).rejects.toThrow('not currently held');
  });

  it('gets no token out of a Secret', async () => {
    const secret: KubeObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'lent',
        namespace: 'kube-system',
        annotations: { 'kubernetes.io/service-account.name': 'default' },
      },
    };
    await learner.create(secret);
    // Controllers have had their turn when a later object has been seen to.
    await learner.create(inDefault('apps/v1', 'ReplicaSet', 'later', { spec: { replicas: 1, selector, template } }));
    const later = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'default', name: 'later' };
    while (!((await learner.get<{ status?: { replicas?: number } }>(later))?.status?.replicas === 1)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const ref = { apiVersion: 'v1', kind: 'Secret', namespace: 'kube-system', name: 'lent' };
    expect((await learner.get<KubeObject & { data?: object }>(ref))?.data).toBeUndefined();
  });

  it('cannot lock the grader out', async () => {
    const binding = { apiVersion: rbac, kind: 'ClusterRoleBinding', name: 'kubedan:learner' };
    await using grader = new KubeClient(plane.credentials.grader);
    for (const name of ['cluster-admin', 'system:discovery']) await learner.delete({ ...binding, name });
    await learner.delete(binding);
    expect(await grader.get({ apiVersion: 'v1', kind: 'Node', name: 'node-1' })).toBeDefined();
    expect((await grader.list({ apiVersion: 'v1', kind: 'Secret' })).items.length).toBeGreaterThan(0);
  });
});

async function impersonated(plane: Plane, user: string, group: string): Promise<{ status: number }> {
  const { server, ca, cert, key } = plane.credentials.learner;
  const dispatcher = new Agent({ connect: { ca, cert, key } });
  try {
    const { statusCode } = await request(`${server}/api/v1/nodes`, {
      dispatcher,
      headers: { 'impersonate-user': user, 'impersonate-group': group },
    });
    return { status: statusCode };
  } finally {
    await dispatcher.destroy();
  }
}
