import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { KubeClient, type KubeObject } from '@kubedan/kube';
import { metricsService, worldObjects } from '@kubedan/kubelet';
import { PlaneHost, type Plane } from '@kubedan/plane';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { briefPlanes, planePrograms } from '../support/programs.js';

/** A TCP server that stands for one of the host's own, PostgreSQL or Kubedan, and counts who comes. */
class Canary {
  connections = 0;
  readonly #server: Server = createServer((socket) => {
    this.connections++;
    socket.on('error', () => undefined);
    socket.destroy();
  });
  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  stop(): void {
    this.#server.close();
  }
}

const service = (serviceName: string, spec: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: serviceName, namespace: 'default' },
  spec,
});

const versionOf = (versionName: string, storage: boolean) => ({
  name: versionName,
  served: true,
  storage,
  schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
});

const dialsPath = (of: string) => `/apis/example.com/${of}/namespaces/default/dials`;

const withAddress = (podIP: string) => ({ status: { podIP, podIPs: [{ ip: podIP }], phase: 'Running' } });

const names = { postgresql: 'standing for PostgreSQL', server: "standing for Kubedan's own server" };

describe.each(Object.entries(names))('the API server of a plane, told to dial the port %s', (name) => {
  let dir: string;
  let host: PlaneHost;
  let plane: Plane;
  let setup: KubeClient;
  let learner: KubeClient;
  let canary: Canary;
  /** What the API server wanted to dial. */
  let asked: string[] = [];
  /** The positive control: a dialer that connects to whatever it is asked for. */
  let careless = false;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kd-'));
    canary = await new Canary().start();
    const dial = async (target: { host: string; port: number }): Promise<Duplex> => {
      asked.push(`${target.host}:${target.port}`);
      if (careless) return connect(target.port, '127.0.0.1');
      throw new Error('no part of this cluster');
    };
    host = new PlaneHost({ ...briefPlanes, dir, programs: await planePrograms(), objects: worldObjects, dial });
    plane = await host.create(name);
    setup = new KubeClient(plane.credentials.setup);
    learner = new KubeClient(plane.credentials.learner);
  });
  afterAll(async () => {
    await setup?.close();
    await learner?.close();
    await host?.closeAll();
    canary?.stop();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(() => {
    asked = [];
    canary.connections = 0;
    careless = false;
  });
  afterEach(() => {
    if (!careless && canary.connections > 0)
      throw new Error(`The port ${names[name as keyof typeof names]} was reached.`);
  });

  const rules = [
    { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'], scope: '*' },
  ];
  const webhook = (clientConfig: object) => ({
    name: 'dials.example.com',
    clientConfig,
    rules,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    timeoutSeconds: 2,
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
  });
  const attempt = () =>
    setup.create(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${Date.now()}`, namespace: 'default' } },
      { dryRun: true },
    );
  /** While an object exists, does something until the API server asks for the target. Webhooks count a moment after their creation. */
  const during = async (by: KubeClient, object: KubeObject, target: string, use: () => Promise<unknown>) => {
    await by.create(object);
    try {
      while (!asked.some((one) => one.endsWith(target))) {
        await use().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } finally {
      await by.delete({ ...object, namespace: object.metadata.namespace, name: object.metadata.name });
    }
  };
  const webhooksOf = (kind: 'Validating' | 'Mutating', clientConfig: object): KubeObject => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: 'dials' },
    webhooks: [webhook(clientConfig)],
  });

  it('by a webhook with a URL, asks for it and is refused', async () => {
    const clientConfig = { url: `https://127.0.0.1:${canary.port}/` };
    await during(learner, webhooksOf('Validating', clientConfig), `127.0.0.1:${canary.port}`, attempt);
    asked = [];
    await during(setup, webhooksOf('Mutating', clientConfig), `127.0.0.1:${canary.port}`, attempt);
    expect(asked).toContain(`127.0.0.1:${canary.port}`);
  });

  it('would reach it with a careless dialer, so these tests can fail', async () => {
    careless = true;
    await during(
      learner,
      webhooksOf('Validating', { url: `https://127.0.0.1:${canary.port}/` }),
      `127.0.0.1:${canary.port}`,
      attempt,
    );
    expect(canary.connections).toBeGreaterThan(0);
  });

  it('by a webhook with a Service of an external name, asks for it and is refused', async () => {
    await learner.create(service('external', { type: 'ExternalName', externalName: 'localhost' }));
    const clientConfig = { service: { namespace: 'default', name: 'external', port: canary.port } };
    await during(learner, webhooksOf('Validating', clientConfig), `:${canary.port}`, attempt);
    expect(asked.some((target) => target.endsWith(`:${canary.port}`))).toBe(true);
    await learner.delete({ apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'external' });
  });

  it('by an aggregated API, asks for it and is refused', async () => {
    await setup.create(service('aggregated', { type: 'ExternalName', externalName: 'localhost' }));
    const object: KubeObject = {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.dials.example.com' },
      spec: {
        group: 'dials.example.com',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { namespace: 'default', name: 'aggregated', port: canary.port },
      },
    };
    await expect(learner.create(object)).rejects.toThrow('cannot create resource "apiservices"');
    await during(setup, object, `:${canary.port}`, () => setup.request('GET', '/apis/dials.example.com/v1/things'));
    expect(asked.some((target) => target.endsWith(`:${canary.port}`))).toBe(true);
    await setup.delete({ apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'aggregated' });
  });

  it('by the API of the metrics, whatever becomes of its Service, asks for the world’s own port and is refused', async () => {
    const ref = { apiVersion: 'v1', kind: 'Service', namespace: metricsService.namespace, name: metricsService.name };
    const change = (spec: object) => learner.patch(ref, { spec }, { type: 'merge' });
    const untilAsked = async (target: string) => {
      while (!asked.includes(target)) {
        await learner.request('GET', '/apis/metrics.k8s.io/v1beta1/nodes');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await untilAsked(`${metricsService.address}:443`);
    await expect(
      learner.patch(
        { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', name: 'v1beta1.metrics.k8s.io' },
        { spec: { service: { port: canary.port } } },
        { type: 'merge' },
      ),
    ).rejects.toThrow('cannot patch resource "apiservices"');
    // Another name, another port: the APIService names the port, and a learner cannot change that.
    await change({ type: 'ExternalName', externalName: 'elsewhere.example', clusterIP: null, clusterIPs: null });
    await untilAsked('elsewhere.example:443');
    const port = { name: 'https', port: 443, targetPort: canary.port };
    await change({ type: 'ClusterIP', externalName: null, ports: [port] });
    const { body } = await learner.request('GET', `/api/v1/namespaces/kube-system/services/${metricsService.name}`);
    const { clusterIP } = (body as { spec: { clusterIP: string } }).spec;
    await untilAsked(`${clusterIP}:443`);
    for (const host of [clusterIP, metricsService.address, 'elsewhere.example'])
      expect(asked).not.toContain(`${host}:${canary.port}`);
  });

  it('by the conversion of a custom resource, asks for it and is refused', async () => {
    const definition: KubeObject = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'dials.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'dials', singular: 'dial', kind: 'Dial', listKind: 'DialList' },
        versions: [versionOf('v1', true), versionOf('v2', false)],
        conversion: {
          strategy: 'Webhook',
          webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: `https://127.0.0.1:${canary.port}/` } },
        },
      },
    };
    const dial = { apiVersion: 'example.com/v1', kind: 'Dial', metadata: { name: 'one' } };
    await during(learner, definition, `127.0.0.1:${canary.port}`, async () => {
      await learner.request('POST', dialsPath('v1'), dial);
      await learner.request('GET', `${dialsPath('v2')}/one`);
    });
    expect(asked).toContain(`127.0.0.1:${canary.port}`);
  });

  it('by a Service with endpoints of its own, asks for them and is refused, or is not even asked', async () => {
    await learner.create(service('pointed', { ports: [{ port: 80, targetPort: canary.port }] }));
    const slice = (address: string): KubeObject => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'pointed', namespace: 'default', labels: { 'kubernetes.io/service-name': 'pointed' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ port: canary.port }],
    });
    const endpoints = (ip: string, targetRef?: object): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'pointed', namespace: 'default' },
      subsets: [{ addresses: [{ ip, targetRef }], ports: [{ port: canary.port }] }],
    });
    await expect(learner.create(slice('127.0.0.1'))).rejects.toThrow('loopback');
    await expect(learner.create(endpoints('127.0.0.1'))).rejects.toThrow('loopback');
    const proxied = () => learner.request('GET', '/api/v1/namespaces/default/services/pointed:80/proxy/');
    // Addresses that are no pod's are not even asked for.
    await learner.create(endpoints('192.0.2.7'));
    expect((await proxied()).status).toBe(503);
    expect(asked).not.toContain(`192.0.2.7:${canary.port}`);
    await learner.delete({ apiVersion: 'v1', kind: 'Endpoints', namespace: 'default', name: 'pointed' });
    const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'pointed' };
    await learner.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pointed', namespace: 'default' },
      spec: { containers: [{ name: 'c', image: 'c' }] },
    });
    await setup.patch(pod, withAddress('192.0.2.7'), { type: 'merge', subresource: 'status' });
    const targetRef = { kind: 'Pod', namespace: 'default', name: 'pointed' };
    await learner.create(slice('192.0.2.7'));
    await during(learner, endpoints('192.0.2.7', targetRef), `192.0.2.7:${canary.port}`, proxied);
    expect(asked).toContain(`192.0.2.7:${canary.port}`);
    await setup.delete(pod, { gracePeriodSeconds: 0 });
    await learner.delete({ ...pod, kind: 'Service' });
  });

  it('by a pod, whatever address its status has, asks for it and is refused, or is not even asked', async () => {
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'dialled', namespace: 'default' },
      spec: { nodeName: 'nowhere', containers: [{ name: 'c', image: 'c', ports: [{ containerPort: canary.port }] }] },
    };
    await learner.create(pod);
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'dialled' };
    await expect(
      learner.patch(ref, withAddress('127.0.0.1'), { type: 'merge', subresource: 'status' }),
    ).rejects.toThrow('cannot patch resource "pods/status"');
    for (const address of ['127.0.0.1', '192.0.2.8']) {
      await setup.patch(ref, withAddress(address), { type: 'merge', subresource: 'status' });
      const { status } = await learner.request('GET', `/api/v1/namespaces/default/pods/dialled:${canary.port}/proxy/`);
      expect(status).toBeGreaterThanOrEqual(400);
    }
    expect(asked).toContain(`192.0.2.8:${canary.port}`);
    await setup.delete(ref, { gracePeriodSeconds: 0 });
  });

  it('by a node whose kubelet is said to be there, asks for it and is refused', async () => {
    const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'dialled' } };
    await expect(learner.create(node)).rejects.toThrow('cannot create resource "nodes"');
    await setup.create(node);
    const ref = { apiVersion: 'v1', kind: 'Node', name: 'dialled' };
    const status = {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: canary.port } },
    };
    await expect(learner.patch(ref, { status }, { type: 'merge', subresource: 'status' })).rejects.toThrow(
      'nodes/status',
    );
    await setup.patch(ref, { status }, { type: 'merge', subresource: 'status' });
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'on-it', namespace: 'default' },
      spec: { nodeName: 'dialled', tolerations: [{ operator: 'Exists' }], containers: [{ name: 'c', image: 'c' }] },
    };
    await during(learner, pod, `127.0.0.1:${canary.port}`, () =>
      learner.request('GET', '/api/v1/namespaces/default/pods/on-it/log'),
    );
    expect(asked).toContain(`127.0.0.1:${canary.port}`);
    expect((await learner.request('GET', '/api/v1/nodes/dialled/proxy/pods')).status).toBe(403);
    await setup.delete(ref);
  });
});
