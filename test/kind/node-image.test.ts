import { findPrograms } from '@kubedan/binaries';
import type { Docker } from '@kubedan/docker';
import { writeImageArchive } from '@kubedan/images';
import { Kind } from '@kubedan/kind';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindMachine } from '../support/kind.js';
import { cacheDir } from '../support/programs.js';

const run = promisify(execFile);
const name = `image-test-${process.pid}`;
const nodes = [`${name}-control-plane`, `${name}-worker`];
const web = 'registry.example/web:1.0';
const tools = 'registry.example/tools:1.0';

const podOn = (node: string, pod: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: pod, labels: { app: pod.split('-')[0] } },
  spec: { nodeName: node, terminationGracePeriodSeconds: 1, ...spec },
});
const manifests = [
  ...nodes.map((node, index) => podOn(node, `web-${index}`, { containers: [{ name: 'web', image: web }] })),
  ...nodes.map((node, index) =>
    podOn(node, `tools-${index}`, {
      containers: [{ name: 'tools', image: tools, command: ['sh', '-c', 'trap "exit 0" TERM; sleep infinity'] }],
    }),
  ),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '8Mi' } } },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'writer' },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'writer',
          image: tools,
          args: ['sh', '-c', 'echo kept > /data/file && cat /data/file'],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
  },
];

describe('a node image', () => {
  let dir: string;
  let docker: Docker;
  let kind: Kind;
  let kubectl: (...args: string[]) => Promise<string>;

  beforeAll(async () => {
    const machine = await kindMachine();
    docker = machine.docker;
    kind = new Kind({ binary: machine.binary });
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    const kubeconfigPath = path.join(dir, 'kubeconfig');
    const programs = await findPrograms(['kubectl', 'workload'], { cacheDir });
    kubectl = async (...args) =>
      (await run(programs.kubectl, args, { env: { KUBECONFIG: kubeconfigPath, HOME: dir } })).stdout;
    const archive = path.join(dir, 'images.tar');
    const catalogue = { [web]: { serves: 8080, startsIn: '200ms' }, [tools]: {} };
    await Promise.all([
      writeImageArchive({ catalogue, workload: programs.workload, file: archive }),
      kind.create({
        name,
        image: machine.image,
        kubeconfigPath,
        deadlineMs: 240_000,
        config: {
          nodes: [
            // A taint would keep the pods of this test away.
            {
              role: 'control-plane',
              kubeadmConfigPatches: ['kind: InitConfiguration\nnodeRegistration: {taints: []}'],
            },
            { role: 'worker' },
          ],
        },
      }),
    ]);
    await kubectl('wait', '--for=condition=Ready', 'node', '--all', '--timeout=120s');
    await kind.loadArchive({ name, path: archive });
    const applying = run(programs.kubectl, ['apply', '-f', '-'], { env: { KUBECONFIG: kubeconfigPath, HOME: dir } });
    // It may end without reading.
    applying.child.stdin?.on('error', () => undefined);
    applying.child.stdin?.end(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }));
    await applying;
    await kubectl('wait', '--for=condition=Ready', 'pod', '-l', 'app', '--timeout=120s');
    await kubectl('wait', '--for=condition=Available', 'deployment', 'coredns', '-n', 'kube-system', '--timeout=120s');
  });
  afterAll(async () => {
    await (kind as Kind | undefined)?.delete({ name });
    if ((dir as string | undefined) !== undefined) await rm(dir, { recursive: true, force: true });
  });

  it('gives each node a range of its own for pods, and routes to the others', async () => {
    const ranges = (await kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].spec.podCIDR}')).split(' ');
    expect(new Set(ranges).size).toBe(2);
    for (const [index, node] of nodes.entries()) {
      const { stdout } = await docker.exec(node, ['ip', 'route', 'show', 'proto', '177']);
      expect(stdout.split(' ')[0]).toBe(ranges[1 - index]);
      const ip = await kubectl('get', 'pod', `web-${index}`, '-o', 'jsonpath={.status.podIP}');
      for (const from of ['tools-0', 'tools-1'])
        expect(await kubectl('exec', from, '--', 'wget', '-T', '5', '-qO-', `http://${ip}:8080/menu`)).toBe(
          `web-${index} in default answers /menu with ${web}\n`,
        );
    }
  });

  it('finds Services by their names, and nobody at the address of one that is not there', async () => {
    for (const from of ['tools-0', 'tools-1']) {
      expect(await kubectl('exec', from, '--', 'curl', '-sf', '-m', '5', 'http://web.default/')).toContain(
        'in default answers /',
      );
      const lost = kubectl('exec', from, '--', 'nc', '-w', '3', '10.96.200.200', '443');
      await expect(lost).rejects.toMatchObject({ stderr: expect.stringContaining('Connection refused') });
    }
  });

  it('has a storage class that gives volumes, and takes them back', async () => {
    await kubectl('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/writer', '--timeout=120s');
    expect(await kubectl('logs', 'writer')).toBe('kept\n');
    const volume = await kubectl('get', 'pvc', 'data', '-o', 'jsonpath={.spec.volumeName}');
    await kubectl('delete', 'pod/writer', 'pvc/data');
    await kubectl('wait', '--for=delete', `pv/${volume}`, '--timeout=60s');
  });

  it('measures pods and nodes', async () => {
    await kubectl('wait', '--for=condition=Available', 'apiservice/v1beta1.metrics.k8s.io', '--timeout=120s');
    // It is available as soon as one node has been measured; nothing tells of the others.
    const measured = async (): Promise<string[]> => {
      const { items } = JSON.parse(await kubectl('get', '--raw', '/apis/metrics.k8s.io/v1beta1/nodes'));
      return items.map((item: { metadata: { name: string } }) => item.metadata.name).sort();
    };
    await expect.poll(measured, { timeout: 90_000 }).toEqual(nodes);
  });

  it('lets a container end at SIGTERM as its script says', async () => {
    const said = await kubectl('delete', 'pod', 'tools-0', '--grace-period=60', '--timeout=30s');
    expect(said).toContain('pod "tools-0" deleted');
  });
});
