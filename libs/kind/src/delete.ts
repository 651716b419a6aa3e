import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeKubeconfig } from './clean-up.js';
import type { KindCli } from './kind-cli.js';
import { checkName } from './name.js';

export interface DeleteOptions {
  name: string;
  /** The file that its creation wrote. It goes too, once no other cluster is in it. */
  kubeconfigPath?: string;
  signal?: AbortSignal;
}

/** Removes a cluster, its nodes' volumes and its kubeconfig. One that is not there is no error. */
export async function deleteCluster(cli: KindCli, { name, kubeconfigPath, signal }: DeleteOptions): Promise<void> {
  checkName(name);
  const scratch = await mkdtemp(join(tmpdir(), 'kind-'));
  try {
    // Without a file of its own it would edit the user's.
    const path = kubeconfigPath ?? join(scratch, 'kubeconfig');
    await cli.call(['delete', 'cluster', `--name=${name}`, `--kubeconfig=${path}`], { signal });
    if (kubeconfigPath !== undefined && (await isEmpty(kubeconfigPath))) await removeKubeconfig(kubeconfigPath);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Whether a kubeconfig names no cluster. */
async function isEmpty(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return !/^\s*-?\s*cluster:\s*$/m.test(text);
}
