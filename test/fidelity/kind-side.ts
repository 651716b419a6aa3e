import { findPrograms } from '@kubedan/binaries';
import { writeImageArchive } from '@kubedan/images';
import { Kind } from '@kubedan/kind';
import { credentialsOf, KubeClient, Reflector } from '@kubedan/kube';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { kindMachine } from '../support/kind.js';
import { cacheDir } from '../support/programs.js';
import { catalogue } from './catalogue.js';
import { kubectlWith } from './kubectl.js';
import { clusterName, spareNode, spareTaint, workerNode, type Side } from './side.js';
import type { Watched } from './view.js';

const CREATE_MS = 240_000;

/** A kind cluster of a control plane and two workers, with real images made from the catalogue. */
export async function startKind({ docker, binary, image }: Awaited<ReturnType<typeof kindMachine>>): Promise<Side> {
  const dir = await mkdtemp(path.join(tmpdir(), 'kd-f-'));
  const explicitDir = process.env['KUBEDAN_BIN_DIR'];
  const options = { cacheDir, ...(explicitDir === undefined ? {} : { explicitDir }) };
  const { kubectl, workload } = await findPrograms(['kubectl', 'workload'], options);
  const kind = new Kind({ binary });
  const kubeconfig = path.join(dir, 'kubeconfig');
  const systemctl = async (node: string, verb: 'start' | 'stop') => {
    const { exitCode, stderr } = await docker.exec(node, ['systemctl', verb, 'kubelet']);
    if (exitCode !== 0) throw new Error(`The kubelet of ${node} did not ${verb}: ${stderr}`);
  };
  // What a run before this one left when it was ended.
  await kind.delete({ name: clusterName });
  const close = async () => {
    await kind.delete({ name: clusterName, kubeconfigPath: kubeconfig });
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const archive = path.join(dir, 'images.tar');
    const config = {
      nodes: [{ role: 'control-plane' as const }, { role: 'worker' as const }, { role: 'worker' as const }],
    };
    await Promise.all([
      writeImageArchive({ catalogue, workload, file: archive }),
      kind.create({ name: clusterName, image, config, kubeconfigPath: kubeconfig, deadlineMs: CREATE_MS, waitMs: 0 }),
    ]);
    await kind.loadArchive({ name: clusterName, path: archive, nodes: [workerNode, spareNode] });
    const client = new KubeClient(credentialsOf(await readFile(kubeconfig, 'utf8')), { connections: 16 });
    await untilReady(client);
    const spare = { apiVersion: 'v1', kind: 'Node', name: spareNode };
    await client.patch(spare, { spec: { taints: [spareTaint] } }, { type: 'merge' });
    return {
      name: 'kind',
      client,
      kubectl: kubectlWith(kubectl, kubeconfig),
      loseNode: (name) => systemctl(name, 'stop'),
      restoreNode: (name) => systemctl(name, 'start'),
      async [Symbol.asyncDispose]() {
        await client.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function untilReady(client: KubeClient): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error('The nodes of the kind cluster did not become Ready.')), CREATE_MS);
  const ready = ({ status, spec }: Watched) =>
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true &&
    !JSON.stringify(spec).includes('node.kubernetes.io/not-ready');
  const look = () => {
    const nodes = [...nodeWatch.items.values()];
    if (nodes.length === 3 && nodes.every(ready)) resolve();
  };
  const nodeWatch = new Reflector<Watched>(client, { apiVersion: 'v1', kind: 'Node' }, { onEvent: look });
  nodeWatch.start();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    await nodeWatch.stop();
  }
}
