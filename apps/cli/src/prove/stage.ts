import {
  type ClusterProvider,
  EmbeddedProvider,
  type EmbeddedProviderOptions,
  kindProviderHere,
  type ProviderName,
} from '@kubedan/clusters';
import { ReusedClusters, type Stage } from '@kubedan/proving';
import { readConfig } from '@kubedan/server/config';
import { SandboxHost } from '@kubedan/shell';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../output.js';
import { cacheDir, findAsConfigured } from '../programs.js';

/** Real clusters at a time: each takes half a gigabyte of memory and a processor while it starts. */
const realAtOnce = Math.min(6, availableParallelism());
/** Planes at a time: half of its time a proof waits for something to have been so for a while. */
const planesAtOnce = 2 * availableParallelism();

/** @returns how many proofs run at a time, each in a cluster of its own */
export function proofsAtOnce(provider: ProviderName): number {
  return provider === 'embedded' ? planesAtOnce : realAtOnce;
}

/** Sets the stage for rehearsals, in a folder that is gone afterwards. */
export async function onStage<T>(
  name: ProviderName,
  signal: AbortSignal,
  action: (stage: Stage) => Promise<T>,
): Promise<T> {
  const probe = await SandboxHost.probe();
  if (!probe.available)
    throw new UserError(`Labs' scripts run in a sandbox, and there is none here: ${probe.reason} ${probe.remedy}`);
  const programs = await findAsConfigured(
    ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'helm'],
    undefined,
    signal,
  );
  const dir = await mkdtemp(path.join(tmpdir(), 'kdp-'));
  try {
    await using provider = await providerOf(name, path.join(dir, 'c'), programs, signal);
    await using sandboxes = new SandboxHost({
      dir: path.join(dir, 'b'),
      tools: { kubectl: programs.kubectl, helm: programs.helm },
    });
    return await action({ provider, sandboxes, dir, signal });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Making a cluster is a third of a proof's work, or nearly all of it: a few are used again and again. */
async function providerOf(
  name: ProviderName,
  dir: string,
  programs: Awaited<ReturnType<EmbeddedProviderOptions['programs']>>,
  signal: AbortSignal,
): Promise<ClusterProvider> {
  if (name === 'embedded') {
    const planes = new EmbeddedProvider({
      dir,
      programs: async () => programs,
      planes: { brief: true, preparedDir: path.join(cacheDir(), 'prepared') },
      reusable: true,
    });
    await planes.prepare(signal);
    // One more than proofs: what the last one left is cleared away while the next one runs.
    return new ReusedClusters(planes, planesAtOnce + 1, signal);
  }
  const { KUBEDAN_NODE_IMAGE: image } = readConfig(process.env).clusters;
  const kind = kindProviderHere({
    dir,
    find: async (program, limit) => (await findAsConfigured([program], undefined, limit))[program],
    image,
  });
  await kind.prepare(signal);
  const availability = await kind.probe();
  if (!availability.usable) throw new UserError(`${availability.reason.en} ${availability.remedy.en}`);
  return new ReusedClusters(kind, realAtOnce, signal);
}
