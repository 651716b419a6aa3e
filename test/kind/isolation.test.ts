import type { RunningCluster } from '@kubedan/clusters';
import { KubeClient, type KubeCredentials } from '@kubedan/kube';
import { request } from 'node:https';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialFromPod, dialImage, images, type RealHost, realHost } from './fixture.js';

const signal = AbortSignal.timeout(280_000);
type PodSpec = Record<string, unknown>;

/** A pod as a learner would write it. */
const pod = (name: string, spec: PodSpec, container: Record<string, unknown> = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { ...spec, containers: [{ name: 'main', image: dialImage, ...container }] },
});

/** Speaks to an API server as kubectl does with further headers. @returns the answer's status */
function statusOf(
  { server, ca, cert, key }: Partial<KubeCredentials> & { server: string },
  path: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${server}${path}`, { ca, cert, key, headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('a learner on real nodes', () => {
  let host: RealHost;
  let cluster: RunningCluster;
  let neighbour: RunningCluster;
  let learner: KubeClient;
  let admin: KubeClient;
  /** Address of the host in the learner's network, and of the node that another learner has. */
  let gateway: string;
  let neighbourNode: string;

  const send = (method: string, path: string, body?: unknown) => learner.request(method, path, body, { signal });
  const nodeOf = async (id: string) => {
    const containers = await host.docker.listContainers({ labels: { 'io.x-k8s.kind.cluster': true } });
    const found = containers.find(({ name }) => name.endsWith(`-${id}-control-plane`));
    if (found === undefined) throw new Error(`there is no node of ${id}`);
    return { name: found.name, address: Object.values(found.addresses)[0] ?? '' };
  };

  beforeAll(async () => {
    host = await realHost();
    [cluster, neighbour] = (await Promise.all(
      ['mine', 'theirs'].map((id) => host.provider.create({ id, nodes: 1, images, seed: id }, signal)),
    )) as [RunningCluster, RunningCluster];
    learner = new KubeClient(cluster.credentials.learner);
    admin = new KubeClient(cluster.credentials.grader);
    neighbourNode = (await nodeOf('theirs')).address;
    const { stdout } = await host.docker.exec((await nodeOf('mine')).name, ['ip', '-4', 'route', 'show', 'default']);
    gateway = /via (\S+)/.exec(stdout)?.[1] ?? '';
  });
  afterAll(async () => {
    await learner?.close();
    await admin?.close();
    await host[Symbol.asyncDispose]();
  });

  it('can start an ordinary pod', async () => {
    expect(await dialFromPod(learner, 'ordinary', ['10.96.0.1:443'], signal)).toEqual({ '10.96.0.1:443': true });
  });

  it.each([
    ['privileged', pod('bad', {}, { securityContext: { privileged: true } })],
    ['with a folder of the node', pod('bad', { volumes: [{ name: 'etc', hostPath: { path: '/etc' } }] })],
    ['on the node’s network', pod('bad', { hostNetwork: true })],
    ['among the node’s processes', pod('bad', { hostPID: true })],
    ['with the node’s shared memory', pod('bad', { hostIPC: true })],
    ['with a port of the node', pod('bad', {}, { ports: [{ containerPort: 80, hostPort: 80 }] })],
    ['with more capabilities', pod('bad', {}, { securityContext: { capabilities: { add: ['SYS_ADMIN'] } } })],
    ['without a system-call filter', pod('bad', { securityContext: { seccompProfile: { type: 'Unconfined' } } })],
  ])('cannot start a pod %s', async (_what, body) => {
    const { status, body: answer } = await send('POST', '/api/v1/namespaces/default/pods', body);
    expect(answer).toMatchObject({ message: expect.stringContaining('violates PodSecurity "baseline:latest"') });
    expect(status).toBe(403);
  });

  it('cannot do so through a Deployment either, nor in a namespace of their own making', async () => {
    await learner.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'own' } });
    const template = { metadata: { labels: { app: 'bad' } }, spec: pod('bad', { hostPID: true }).spec };
    await learner.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'bad', namespace: 'own' },
      spec: { selector: { matchLabels: { app: 'bad' } }, template },
    });
    const query = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'own' };
    let failure: { reason?: string; message?: string } | undefined;
    for await (const { object } of learner.watch(query, { signal })) {
      const { conditions = [] } = (object['status'] ?? {}) as { conditions?: { type: string; message: string }[] };
      failure = conditions.find(({ type }) => type === 'ReplicaFailure');
      if (failure !== undefined) break;
    }
    expect(failure?.message).toContain('violates PodSecurity "baseline:latest"');
  });

  it('cannot relabel a namespace so that it would be allowed', async () => {
    const enforce = (level: string) => ({ metadata: { labels: { 'pod-security.kubernetes.io/enforce': level } } });
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'default' };
    const patch = (level: string) => learner.patch(ref, enforce(level), { type: 'merge' });
    await expect(patch('privileged')).rejects.toThrow('may be baseline or restricted');
    await expect(
      learner.create({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'loose', ...enforce('privileged').metadata },
      }),
    ).rejects.toThrow('may be baseline or restricted');
    await expect(patch('restricted')).resolves.toBeDefined();
    await expect(patch('baseline')).resolves.toBeDefined();
  });

  it.each([
    [
      'join a running pod by a debug container',
      'PATCH',
      '/api/v1/namespaces/default/pods/ordinary/ephemeralcontainers',
    ],
    ['speak to a node’s kubelet', 'GET', '/api/v1/nodes/node-1/proxy/pods'],
    ['run something by a node’s kubelet', 'POST', '/api/v1/nodes/node-1/proxy/exec/default/ordinary/main?command=sh'],
    ['make or remove a node', 'DELETE', '/api/v1/nodes/node-1'],
    ['fake a node’s status', 'PATCH', '/api/v1/nodes/node-1/status'],
    ['read Secrets of the system', 'GET', '/api/v1/namespaces/kube-system/secrets'],
    ['read the Secrets of all namespaces at once', 'GET', '/api/v1/secrets'],
    ['run a command in the system’s pods', 'POST', '/api/v1/namespaces/kube-system/pods/etcd-node-1/exec?command=sh'],
    ['start a pod among the system’s', 'POST', '/api/v1/namespaces/kube-system/pods'],
    ['remove a namespace of the system', 'DELETE', '/api/v1/namespaces/kube-system'],
    ['name a folder of the node as a volume', 'POST', '/api/v1/persistentvolumes'],
    ['say where volumes lie', 'POST', '/apis/storage.k8s.io/v1/storageclasses'],
    ['change what others start', 'POST', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'],
    ['put a server behind the API', 'POST', '/apis/apiregistration.k8s.io/v1/apiservices'],
    ['have a certificate signed', 'POST', '/apis/certificates.k8s.io/v1/certificatesigningrequests'],
    ['have a token of another account', 'POST', '/api/v1/namespaces/default/serviceaccounts/default/token'],
    [
      'remove our policies',
      'DELETE',
      '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/kubedan.namespaces',
    ],
    ['remove all policies', 'DELETE', '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'],
  ])('cannot %s', async (_what, method, path) => {
    const { status, body } = await send(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
    expect(body).toMatchObject({ message: expect.stringContaining('is forbidden: User "kubedan:learner" cannot') });
    expect(status).toBe(403);
  });

  it('cannot make a static pod', async () => {
    const { status, body } = await send(
      'POST',
      '/api/v1/namespaces/default/pods',
      pod('static', { nodeName: 'node-1' }, {}, { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
    );
    expect(body).toMatchObject({ message: expect.stringMatching(/static pod|mirror/i) });
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it('cannot act as somebody else, nor join as a node with the token that kind is known to use', async () => {
    const path = '/api/v1/namespaces/default/pods';
    const { server, ca } = cluster.credentials.learner;
    const as = (user: Record<string, string>) => statusOf(cluster.credentials.learner, path, user);
    expect(await as({})).toBe(200);
    expect(await as({ 'Impersonate-User': 'kubedan:grader', 'Impersonate-Group': 'system:masters' })).toBe(403);
    expect(await as({ 'Impersonate-User': 'system:serviceaccount:kube-system:default' })).toBe(403);
    expect(await statusOf({ server, ca }, path, { Authorization: 'Bearer abcdef.0123456789abcdef' })).toBe(401);
  });

  it('lends an account of theirs nothing that they do not have', async () => {
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }];
    const group = 'rbac.authorization.k8s.io';
    await learner.create({ apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name: 'reader' }, rules });
    await learner.create({
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
    });
    const { status } = await admin.create<{ status: { token: string } }>(
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { name: 'default' }, spec: {} },
      { of: { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', name: 'default' }, subresource: 'token' },
    );
    const { server, ca } = cluster.credentials.learner;
    const ask = (path: string) => statusOf({ server, ca }, path, { Authorization: `Bearer ${status.token}` });
    expect(await ask('/api/v1/namespaces/default/secrets')).toBe(200);
    expect(await ask('/api/v1/namespaces/kube-system/secrets')).toBe(403);
    const wide = [{ apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] }];
    const role = { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name: 'wide' }, rules: wide };
    await expect(learner.create(role)).rejects.toThrow('attempting to grant RBAC permissions not currently held');
  });

  it('is kept off other clusters by certificates', async () => {
    const { server, ca } = neighbour.credentials.learner;
    const { cert, key } = cluster.credentials.learner;
    expect(await statusOf({ server, ca, cert, key }, '/api/v1/namespaces/default/pods', {})).toBe(401);
  });

  describe('on the network', () => {
    let server: Server;
    let hostPort: number;
    let reached = 0;

    beforeAll(async () => {
      // On the host, where only containers of the learner's network could come from.
      server = createServer((socket) => {
        reached += 1;
        socket.destroy();
      });
      await new Promise<void>((resolve) => server.listen(0, gateway, resolve));
      hostPort = (server.address() as { port: number }).port;
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));

    it('reaches their own cluster from a pod, and neither the host, another learner’s node nor anything beyond', async () => {
      const outside = [
        `${gateway}:${hostPort}`,
        `${neighbourNode}:6443`,
        `${neighbourNode}:10250`,
        '169.254.169.254:80',
        '1.1.1.1:443',
        '127.0.0.1:10999',
      ];
      const inside = ['10.96.0.1:443'];
      const seen = await dialFromPod(learner, 'dial', [...inside, ...outside], signal);
      expect(seen).toEqual({
        ...Object.fromEntries(inside.map((address) => [address, true])),
        ...Object.fromEntries(outside.map((address) => [address, false])),
      });
    });

    it('does not reach the host by a Service whose endpoints they wrote, be it from a pod or through the API server', async () => {
      const metadata = { name: 'way-out', namespace: 'default' };
      const service = await learner.create<{ spec: { clusterIP: string } }>({
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { ports: [{ port: 80, targetPort: hostPort }] },
      });
      await learner.create({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'way-out' } },
        addressType: 'IPv4',
        ports: [{ name: '', port: hostPort, protocol: 'TCP' }],
        endpoints: [{ addresses: [gateway], conditions: { ready: true } }],
      } as never);
      await learner.create({
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
        subsets: [{ addresses: [{ ip: gateway }], ports: [{ port: hostPort }] }],
      } as never);
      const { status, body } = await send('GET', '/api/v1/namespaces/default/services/way-out:80/proxy/');
      // The API server itself takes only addresses that a pod of the namespace has.
      expect(body).toMatchObject({ message: 'no endpoints available for service "way-out:80"' });
      expect(status).toBe(503);
      const address = `${service.spec.clusterIP}:80`;
      expect(await dialFromPod(learner, 'by-service', [address], signal)).toEqual({ [address]: false });
    });

    it('does not make the API server call the host by a webhook', async () => {
      await learner.create({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'way-out' },
        webhooks: [
          {
            name: 'way-out.example.com',
            clientConfig: { url: `https://${gateway}:${hostPort}/` },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['limitranges'] }],
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            timeoutSeconds: 2,
          },
        ],
      } as never);
      const ask = () =>
        send('POST', '/api/v1/namespaces/default/limitranges', { metadata: { name: 'x' }, spec: { limits: [] } });
      // The API server learns of a webhook a moment later.
      let answer = await ask();
      for (let attempt = 1; answer.status === 201 && attempt < 100; attempt++) {
        await send('DELETE', '/api/v1/namespaces/default/limitranges/x');
        answer = await ask();
      }
      expect(answer.body).toMatchObject({ message: expect.stringContaining('failed calling webhook') });
    });

    it('is held back by the barrier: without it the host’s port can be reached, and nobody has reached it before', async () => {
      expect(reached).toBe(0);
      const { name } = await nodeOf('mine');
      const dial = () =>
        host.docker.exec(name, ['timeout', '5', 'bash', '-c', `exec 3<>/dev/tcp/${gateway}/${hostPort}`]);
      expect((await dial()).exitCode).not.toBe(0);
      await host.docker.exec(name, ['nft', 'delete', 'table', 'inet', 'kubedan']);
      expect(await dial()).toMatchObject({ exitCode: 0 });
      expect(reached).toBe(1);
      await host.docker.exec(name, ['sh', '/kubedan/barrier.sh']);
      expect((await dial()).exitCode).not.toBe(0);
    });
  });
});
