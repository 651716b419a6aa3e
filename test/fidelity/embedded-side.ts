import { findPrograms } from '@kubedan/binaries';
import { kubeconfigOf, KubeClient } from '@kubedan/kube';
import { VirtualKubelet } from '@kubedan/kubelet';
import { PlaneHost } from '@kubedan/plane';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { briefPlanes, cacheDir, planePrograms } from '../support/programs.js';
import { catalogue } from './catalogue.js';
import { kubectlWith } from './kubectl.js';
import { controlPlaneNode, slotResource, spareNode, spareTaint, workerNode, type Side } from './side.js';

/** A plane whose nodes are named, labelled and tainted as those of the kind cluster. */
export async function startEmbedded(): Promise<Side> {
  const dir = await mkdtemp(path.join(tmpdir(), 'kd-f-'));
  const kubelet = new VirtualKubelet();
  const host = new PlaneHost({ ...briefPlanes, dir, programs: await planePrograms(), dial: kubelet.dial });
  const problems: Error[] = [];
  const close = async () => {
    await kubelet.close();
    await host.closeAll();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const plane = await host.create('f');
    const slots = { resources: { [slotResource]: '1' } };
    const attached = await kubelet.attach('f', {
      credentials: plane.credentials.nodes,
      nodes: [
        {
          name: controlPlaneNode,
          labels: { 'node-role.kubernetes.io/control-plane': '' },
          taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
        },
        { name: workerNode, ...slots },
        { name: spareNode, taints: [spareTaint] },
      ],
      images: catalogue,
      seed: 'fidelity',
      serving: plane.kubeletServing,
      onError: (error) => problems.push(error),
    });
    const client = new KubeClient(plane.credentials.setup, { connections: 16 });
    const kubeconfig = path.join(dir, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigOf(plane.credentials.setup));
    const explicitDir = process.env['KUBEDAN_BIN_DIR'];
    const { kubectl } = await findPrograms(['kubectl'], {
      cacheDir,
      ...(explicitDir === undefined ? {} : { explicitDir }),
    });
    return {
      name: 'embedded',
      client,
      kubectl: kubectlWith(kubectl, kubeconfig),
      loseNode: async (name) => attached.failNode(name),
      restoreNode: async (name) => attached.restoreNode(name),
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
