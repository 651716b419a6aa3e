import { findPrograms } from '@kubedan/binaries';
import { type KindProvider, kindProviderHere } from '@kubedan/clusters';
import { KubeClient } from '@kubedan/kube';
import { cacheDir } from '../support/index.js';
import { inFolder, print, timed } from './figure.js';

const limit = 600_000;
/** How many clusters must run side by side on a machine of 24 GiB. */
const sideBySide = 6;

/** kind clusters, one at a time on an idle machine: made, stopped, started again. @param runs how often */
export async function measureKindClusters(runs: number): Promise<void> {
  await onKind(async (provider, signal) => {
    const starts: number[] = [];
    const suspends: number[] = [];
    const resumes: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const id = `bench-${run}`;
      starts.push((await timed(() => provider.create({ id, nodes: 1, images: {}, seed: 'bench' }, signal)))[0]);
      suspends.push((await timed(() => provider.suspend(id)))[0]);
      resumes.push((await timed(() => provider.resume(id)))[0]);
      await provider.destroy(id);
    }
    const what = 'create() of a cluster of one node, until it is Ready and takes pods, alone';
    print({ name: 'kind-start', unit: 'ms', samples: starts, reach: 12_000, by: 'p50', what });
    print({ name: 'kind-suspend', unit: 'ms', samples: suspends, reach: 5_000, by: 'p50', what: 'suspend() of it' });
    const resumed = 'resume() of it, until its node is Ready and its pods run again';
    print({ name: 'kind-resume', unit: 'ms', samples: resumes, reach: 15_000, by: 'p50', what: resumed });
  });
}

/** Six clusters side by side, each still answering with its nodes Ready when the last is there. */
export async function measureKindSideBySide(): Promise<void> {
  await onKind(async (provider, signal) => {
    const samples: number[] = [];
    const ids = Array.from({ length: sideBySide }, (_, index) => `bench-${index}`);
    for (const id of ids) {
      const [took, { credentials }] = await timed(() =>
        provider.create({ id, nodes: 1, images: {}, seed: 'bench' }, signal),
      );
      samples.push(took);
      await using client = new KubeClient(credentials.learner);
      await client.list({ apiVersion: 'v1', kind: 'Namespace' });
    }
    for (const id of ids) {
      if (!(await provider.isHealthy(id, signal, { nodes: 1 })))
        throw new Error(`cluster ${id} was not well when all ${sideBySide} ran`);
    }
    print({
      name: 'kind-side-by-side',
      unit: 'ms',
      samples,
      reach: 30_000,
      by: 'max',
      what: `create() of each of ${sideBySide} clusters, one after the other, all of them running and healthy at the end`,
    });
  });
}

async function onKind(action: (provider: KindProvider, signal: AbortSignal) => Promise<void>): Promise<void> {
  await inFolder(async (dir) => {
    const signal = AbortSignal.timeout(limit);
    const find = async (name: 'kind' | 'workload'): Promise<string> => (await findPrograms([name], { cacheDir }))[name];
    await using provider = kindProviderHere({ dir, find });
    await provider.prepare(signal);
    const availability = await provider.probe();
    if (!availability.usable) throw new Error(`${availability.reason.en} ${availability.remedy.en}`);
    try {
      await action(provider, signal);
    } finally {
      for (const { id } of await provider.list()) await provider.destroy(id);
    }
  });
}
