import { findPrograms } from '@kubedan/binaries';
import {
  kubeconfigOf,
  KubeClient,
  KubeTooManyRequestsError,
  Reflector,
  type KubeObject,
  type ListQuery,
} from '@kubedan/kube';
import { VirtualKubelet, type AttachedPlane } from '@kubedan/kubelet';
import { PlaneHost, type Plane } from '@kubedan/plane';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { briefPlanes, cacheDir, planePrograms } from '../support/programs.js';

interface ContainerStatus {
  restartCount: number;
  ready: boolean;
  state?: {
    waiting?: { reason: string; message?: string };
    terminated?: { reason: string };
    running?: { startedAt: string };
  };
}
interface Observed extends KubeObject {
  spec: Record<string, unknown> & { nodeName?: string; nodeSelector?: Record<string, string> };
  status: Record<string, unknown> & {
    phase?: string;
    readyReplicas?: number;
    updatedReplicas?: number;
    replicas?: number;
    numberReady?: number;
    conditions?: { type: string; status: string; reason?: string }[];
    containerStatuses?: ContainerStatus[];
  };
}

const images = {
  'registry.example/web:1.0': { serves: 8080, logs: ['starting', 'listening on 8080'] },
  'registry.example/web:1.1': { serves: 8080, crashes: { exitCode: 1, logs: 'panic: no DATABASE_URL' } },
  'registry.example/web:2.0': { serves: 8080, startsIn: '500ms', paths: ['/healthz'] },
  'registry.example/tools:1': {},
};

let dir: string;
let host: PlaneHost;
let plane: Plane;
let kubelet: VirtualKubelet;
let attached: AttachedPlane;
let client: KubeClient;
const problems: Error[] = [];

const attach = async () => {
  attached = await kubelet.attach('p', {
    credentials: plane.credentials.nodes,
    nodes: ['n1', 'n2', 'n3'].map((name, index) => ({ name, zone: `z${index + 1}` })),
    images,
    seed: 'a',
    serving: plane.kubeletServing,
    onError: (error) => problems.push(error),
  });
  client = new KubeClient(plane.credentials.setup);
};

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
  kubelet = new VirtualKubelet();
  host = new PlaneHost({
    ...briefPlanes,
    dir,
    programs: await planePrograms(),
    dial: kubelet.dial,
    nodeGraceSeconds: 15,
  });
  plane = await host.create('p');
  await attach();
});
afterAll(async () => {
  await client.close();
  await kubelet.close();
  await host.closeAll();
  await rm(dir, { recursive: true, force: true });
});

/** Resolves with the objects as soon as they are as wanted; on failure says what was seen last. */
async function until(
  query: ListQuery,
  wanted: (objects: Observed[]) => boolean,
  timeoutMs = 30_000,
): Promise<Observed[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Observed[]>();
  const look = () => {
    const objects = [...reflector.items.values()];
    if (wanted(objects)) resolve(objects);
  };
  const reflector = new Reflector<Observed>(client, query, { onEvent: look, onSnapshot: look });
  const timer = setTimeout(() => {
    const seen = [...reflector.items.values()].map((object) => object.status);
    reject(
      new Error(`${query.kind} ${query.fieldSelector ?? query.labelSelector ?? ''} is still ${JSON.stringify(seen)}`),
    );
  }, timeoutMs);
  reflector.start();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await reflector.stop();
  }
}

const namespace = 'default';
const podsOf = (app: string): ListQuery => ({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: `app=${app}` });
const named = (apiVersion: string, kind: string, name: string): ListQuery => ({
  apiVersion,
  kind,
  namespace,
  fieldSelector: `metadata.name=${name}`,
});
const isReady = (pod: Observed) =>
  pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
const waitingReason = (pod: Observed | undefined) => pod?.status.containerStatuses?.[0]?.state?.waiting?.reason;

const template = (app: string, container: object, spec: object = {}) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image: 'registry.example/web:1.0', ...container }], ...spec },
});
const workload = (apiVersion: string, kind: string, app: string, spec: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: app, namespace },
  spec,
});
const deployment = (app: string, replicas: number, container: object = {}, spec: object = {}) =>
  workload('apps/v1', 'Deployment', app, {
    replicas,
    selector: { matchLabels: { app } },
    template: template(app, container, spec),
  });
const podObject = (app: string, container: object = {}, spec: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: app, namespace, labels: { app } },
  spec: template(app, container, spec).spec,
});
const logsOf = async (pod: string, query: Record<string, string | number | boolean> = {}) =>
  (await client.request('GET', `/api/v1/namespaces/${namespace}/pods/${pod}/log`, undefined, { query })).body;

async function eventsOf(name: string, wanted: string[]): Promise<KubeObject[]> {
  return until({ apiVersion: 'v1', kind: 'Event', namespace, fieldSelector: `involvedObject.name=${name}` }, (events) =>
    wanted.every((reason) => events.some((event) => event['reason'] === reason)),
  );
}

describe('workloads', () => {
  it('has three nodes, Ready, each with a lease', async () => {
    const nodes = await until({ apiVersion: 'v1', kind: 'Node' }, (all) => all.length === 3 && all.every(isReady));
    expect(nodes.map((node) => node.metadata.labels?.['topology.kubernetes.io/zone']).toSorted()).toEqual([
      'z1',
      'z2',
      'z3',
    ]);
    await until(
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-node-lease' },
      (all) => all.length === 3,
    );
  });

  it('brings a Deployment up, rolls it out to a new image, and serves through the API server', async () => {
    const readinessProbe = { httpGet: { port: 8080, path: '/healthz' }, periodSeconds: 1 };
    await client.apply(deployment('web', 3, { readinessProbe }));
    await until(named('apps/v1', 'Deployment', 'web'), ([web]) => web?.status.readyReplicas === 3);
    await client.apply(deployment('web', 3, { readinessProbe, image: 'registry.example/web:2.0' }));
    await until(
      named('apps/v1', 'Deployment', 'web'),
      ([web]) =>
        web !== undefined &&
        web.status.observedGeneration === web.metadata.generation &&
        web.status.updatedReplicas === 3 &&
        web.status.readyReplicas === 3 &&
        web.status.replicas === 3,
    );
    // The old pods are gone too: while they end, they may still answer.
    await until(podsOf('web'), (pods) => pods.length === 3);
    await client.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    await until(
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        namespace,
        labelSelector: 'kubernetes.io/service-name=web',
      },
      ([slice]) => (slice?.['endpoints'] as unknown[] | undefined)?.length === 3,
    );
    // The API server's proxy learns of endpoints by a watch of its own.
    const body = await vi.waitFor(async () => {
      const answer = await client.request('GET', `/api/v1/namespaces/${namespace}/services/web:80/proxy/healthz`);
      expect(answer.status).toBe(200);
      return answer.body;
    }, 10_000);
    expect(body).toMatch(/answers \/healthz with registry\.example\/web:2\.0/);
  });

  it('brings up a StatefulSet with volumes, in order', async () => {
    await client.create(
      workload('apps/v1', 'StatefulSet', 'store', {
        replicas: 2,
        serviceName: 'store',
        selector: { matchLabels: { app: 'store' } },
        template: template('store', { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      }),
    );
    await until(named('apps/v1', 'StatefulSet', 'store'), ([store]) => store?.status.readyReplicas === 2);
    await until(
      { apiVersion: 'v1', kind: 'PersistentVolume' },
      (all) => all.filter((volume) => volume.status.phase === 'Bound').length === 2,
    );
  });

  it('runs a DaemonSet on every node', async () => {
    await client.create(
      workload('apps/v1', 'DaemonSet', 'agent', {
        selector: { matchLabels: { app: 'agent' } },
        template: template('agent', {}),
      }),
    );
    await until(named('apps/v1', 'DaemonSet', 'agent'), ([agent]) => agent?.status.numberReady === 3);
  });

  it('completes a Job, and fails one that cannot succeed', async () => {
    const job = (name: string, script: string) =>
      workload('batch/v1', 'Job', name, {
        backoffLimit: 0,
        template: template(
          name,
          { image: 'registry.example/tools:1', command: ['sh', '-c', script] },
          { restartPolicy: 'Never' },
        ),
      });
    await client.create(job('good', 'echo working; sleep 1; echo done'));
    await client.create(job('bad', 'echo oh no >&2; exit 3'));
    const ended = (name: string, condition: string) =>
      until(
        named('batch/v1', 'Job', name),
        ([one]) => one?.status.conditions?.some(({ type, status }) => type === condition && status === 'True') ?? false,
      );
    await ended('good', 'Complete');
    await ended('bad', 'Failed');
    const [pod] = (await client.list(podsOf('good'))).items;
    expect(await logsOf(pod?.metadata.name ?? '')).toBe('working\ndone\n');
    expect(await logsOf(pod?.metadata.name ?? '', { tailLines: 1, timestamps: true })).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z done\n$/,
    );
  });
});

describe('what goes wrong', () => {
  it('shows a crash loop with its log, its last log and its events', async () => {
    await client.create(podObject('crash', { image: 'registry.example/web:1.1' }));
    // As of v1.35 a kubelet tells of the back-off just before it ends; until then the container shows how it ended.
    const [pod] = await until(podsOf('crash'), ([one]) => {
      const status = one?.status.containerStatuses?.[0];
      return status?.restartCount === 1 && status.state?.terminated?.reason === 'Error';
    });
    expect(await logsOf('crash')).toBe('panic: no DATABASE_URL\n');
    expect(await logsOf('crash', { previous: true })).toBe('panic: no DATABASE_URL\n');
    const events = await eventsOf('crash', ['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started', 'BackOff']);
    const backOff = events.find((event) => event['reason'] === 'BackOff');
    expect(backOff).toMatchObject({
      type: 'Warning',
      source: { component: 'kubelet', host: pod?.spec.nodeName },
      reportingComponent: 'kubelet',
    });
    expect(backOff?.['message']).toBe(
      `Back-off restarting failed container main in pod crash_default(${pod?.metadata.uid})`,
    );
  });

  it('says that an image is in no registry, also when its log is asked for', async () => {
    await client.create(podObject('lost', { image: 'registry.example/nowhere:9' }));
    await until(podsOf('lost'), ([one]) => waitingReason(one) === 'ErrImagePull');
    await until(podsOf('lost'), ([one]) => waitingReason(one) === 'ImagePullBackOff');
    expect(await logsOf('lost')).toMatchObject({
      message: 'container "main" in pod "lost" is waiting to start: trying and failing to pull image',
    });
    await eventsOf('lost', ['Pulling', 'Failed', 'BackOff']);
  });

  it('waits for configuration that is missing, and goes on when it is there', async () => {
    const env = [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'settings', key: 'x' } } }];
    await client.create(podObject('unset', { env }));
    await client.create(
      podObject(
        'unmounted',
        { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
        { volumes: [{ name: 'v', secret: { secretName: 'keys' } }] },
      ),
    );
    await until(podsOf('unset'), ([one]) => waitingReason(one) === 'CreateContainerConfigError');
    const [mount] = (await eventsOf('unmounted', ['FailedMount'])).filter((event) => event['reason'] === 'FailedMount');
    expect(mount?.['message']).toBe('MountVolume.SetUp failed for volume "v" : secret "keys" not found');
    await client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace },
      data: { x: '1' },
    });
    await client.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace },
      stringData: { key: 'k' },
    });
    await until(podsOf('unset'), ([one]) => one !== undefined && isReady(one));
    await until(podsOf('unmounted'), ([one]) => one !== undefined && isReady(one));
  });

  it('keeps a pod with a wrong readiness probe out, and says why', async () => {
    await client.create(podObject('deaf', { readinessProbe: { httpGet: { port: 9999 }, periodSeconds: 1 } }));
    const events = await eventsOf('deaf', ['Unhealthy']);
    expect(events.find((event) => event['reason'] === 'Unhealthy')?.['message']).toMatch(
      /^Readiness probe failed: Get "http:\/\/10\.244\.\d+\.\d+:9999\/": dial tcp 10\.244\.\d+\.\d+:9999: connect: connection refused$/,
    );
    expect(
      isReady((await client.get<Observed>({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'deaf' })) as Observed),
    ).toBe(false);
  });

  it('refuses a pod that is bound to a node without room', async () => {
    await client.create(podObject('giant', { resources: { requests: { cpu: '64' } } }, { nodeName: 'n1' }));
    const [pod] = await until(podsOf('giant'), ([one]) => one?.status.phase === 'Failed');
    expect(pod?.status['reason']).toBe('OutOfcpu');
  });
});

describe('commands in containers', () => {
  /** Runs kubectl exec as a person does, with input. */
  async function exec(command: string[], input = ''): Promise<{ code: number; stdout: string; stderr: string }> {
    const explicitDir = process.env['KUBEDAN_BIN_DIR'];
    const { kubectl } = await findPrograms(['kubectl'], {
      cacheDir,
      ...(explicitDir === undefined ? {} : { explicitDir }),
    });
    const kubeconfig = path.join(dir, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigOf(plane.credentials.setup));
    const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
    const args = ['--kubeconfig', kubeconfig, 'exec', '-i', 'box', '--', ...command];
    const child = execFile(kubectl, args, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
    // It may end without reading.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    return promise;
  }

  it('see the environment, the files mounted, and the network of the cluster', async () => {
    await client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'colours', namespace },
      data: { sky: 'blue' },
    });
    await client.create(
      podObject(
        'box',
        {
          image: 'registry.example/tools:1',
          command: ['sleep', 'infinity'],
          env: [{ name: 'COLOUR', value: 'red' }],
          volumeMounts: [{ name: 'c', mountPath: '/etc/colours' }],
        },
        { volumes: [{ name: 'c', configMap: { name: 'colours' } }], terminationGracePeriodSeconds: 1 },
      ),
    );
    await until(podsOf('box'), ([one]) => one !== undefined && isReady(one));
    expect(await exec(['printenv', 'COLOUR'])).toEqual({ code: 0, stdout: 'red\n', stderr: '' });
    expect(await exec(['cat', '/etc/colours/sky'])).toMatchObject({ code: 0, stdout: 'blue' });
    expect((await exec(['wget', '-qO-', 'http://web/healthz'])).stdout).toMatch(/^web-.* answers \/healthz/);
    expect(await exec(['wget', '-qO-', 'http://nowhere/'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("bad address 'nowhere'") as string,
    });
    expect(await exec(['sh'], 'cd /etc/colours\nls\nexit 4\n')).toMatchObject({ code: 4, stdout: 'sky\n' });
    expect(await exec(['no-such-program'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('executable file not found') as string,
    });
  });
});

describe('nodes', () => {
  it('are drained by eviction, which a disruption budget holds back', async () => {
    await client.create(deployment('guarded', 2, {}, { terminationGracePeriodSeconds: 1 }));
    await until(named('apps/v1', 'Deployment', 'guarded'), ([one]) => one?.status.readyReplicas === 2);
    await client.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'guarded', namespace },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'guarded' } } },
    });
    await until(named('policy/v1', 'PodDisruptionBudget', 'guarded'), ([one]) => one?.status['currentHealthy'] === 2);
    const [pod] = (await client.list<Observed>(podsOf('guarded'))).items;
    const evict = () =>
      client.create(
        { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod?.metadata.name ?? '', namespace } },
        { subresource: 'eviction', of: { apiVersion: 'v1', kind: 'Pod', namespace, name: pod?.metadata.name ?? '' } },
      );
    await expect(evict()).rejects.toThrow(KubeTooManyRequestsError);
    await client.patch(
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name: 'guarded' },
      { spec: { minAvailable: 1 } },
      { type: 'merge' },
    );
    await until(
      named('policy/v1', 'PodDisruptionBudget', 'guarded'),
      ([one]) => one?.status['disruptionsAllowed'] === 1,
    );
    await client.patch(
      { apiVersion: 'v1', kind: 'Node', name: pod?.spec.nodeName ?? '' },
      { spec: { unschedulable: true } },
      { type: 'merge' },
    );
    await evict();
    const after = await until(
      podsOf('guarded'),
      (all) => all.length === 2 && all.every(isReady) && all.every((one) => one.metadata.uid !== pod?.metadata.uid),
    );
    expect(
      after.some(
        (one) =>
          one.spec.nodeName === pod?.spec.nodeName &&
          one.metadata.uid !== pod?.metadata.uid &&
          one.metadata.creationTimestamp !== pod?.metadata.creationTimestamp,
      ),
    ).toBe(false);
    await client.patch(
      { apiVersion: 'v1', kind: 'Node', name: pod?.spec.nodeName ?? '' },
      { spec: { unschedulable: false } },
      { type: 'merge' },
    );
  });

  it('that fall silent become Unknown, lose their pods, and come back', async () => {
    const tolerations = ['not-ready', 'unreachable'].map((name) => ({
      key: `node.kubernetes.io/${name}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 1,
    }));
    await client.create(deployment('movers', 3, {}, { tolerations, terminationGracePeriodSeconds: 1 }));
    await until(named('apps/v1', 'Deployment', 'movers'), ([one]) => one?.status.readyReplicas === 3);
    attached.failNode('n3');
    await until(
      { apiVersion: 'v1', kind: 'Node', fieldSelector: 'metadata.name=n3' },
      ([node]) =>
        node?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'Unknown') ?? false,
      90_000,
    );
    await until(
      podsOf('movers'),
      (all) =>
        all.filter((pod) => isReady(pod) && pod.spec.nodeName !== 'n3' && !pod.metadata.deletionTimestamp).length === 3,
    );
    attached.restoreNode('n3');
    await until(
      { apiVersion: 'v1', kind: 'Node', fieldSelector: 'metadata.name=n3' },
      ([node]) => node !== undefined && isReady(node),
    );
    await until(podsOf('movers'), (all) => all.length === 3);
  }, 150_000);
});

describe('a plane that is suspended and resumed', () => {
  it('goes on where it was: nothing restarts, nothing is lost', async () => {
    await client.create(podObject('steady'));
    await until(podsOf('steady'), ([one]) => one !== undefined && isReady(one));
    // Those that crash all the time (tests before this one leave some) may do so now as well.
    const isSteady = (pod: Observed): boolean =>
      isReady(pod) && (pod.status.containerStatuses ?? []).every(({ restartCount }) => restartCount === 0);
    const shape = (pods: Observed[]) =>
      pods
        .filter(({ metadata }) => steady.has(metadata.name))
        .map((pod) => [
          pod.metadata.name,
          isReady(pod),
          pod.status.containerStatuses?.map((one) => [one.restartCount, one.state?.running?.startedAt]),
        ])
        .toSorted();
    const all: ListQuery = { apiVersion: 'v1', kind: 'Pod', namespace };
    const known = (await client.list<Observed>(all)).items;
    const steady = new Set(known.filter(isSteady).map(({ metadata }) => metadata.name));
    expect(steady).toContain('steady');
    const before = shape(known);
    await client.close();
    await kubelet.detach('p');
    await host.suspend('p');
    plane = await host.resume('p');
    await attach();
    await until({ apiVersion: 'v1', kind: 'Node' }, (nodes) => nodes.length === 3 && nodes.every(isReady));
    await client.create(podObject('later'));
    await until(podsOf('later'), ([one]) => one !== undefined && isReady(one));
    await client.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'later' });
    await until(podsOf('later'), (pods) => pods.length === 0);
    expect(shape((await client.list<Observed>(all)).items)).toEqual(before);
  });

  it('met no error on its way', () => {
    // While the plane was being suspended its watches broke; that is told, and no more.
    expect(
      problems
        .filter((error) => !/Unreachable|Expired/.test(error.name))
        .map((error) => `${error.name}: ${error.message}`),
    ).toEqual([]);
  });
});
