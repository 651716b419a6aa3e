import { EmbeddedProvider, type RunningCluster } from '@kubedan/clusters';
import { KubeClient } from '@kubedan/kube';
import { PlaneHost, refuseAll } from '@kubedan/plane';
import { readdir, readFile } from 'node:fs/promises';
import { planePrograms } from '../support/index.js';
import { inFolder, print, timed } from './figure.js';

/** Planes share their programs' text: one alone would pay for all of it. */
const sideBySide = 4;

/** Control planes alone, one at a time on an idle machine. @param runs how often */
export async function measurePlanes(runs: number): Promise<void> {
  await inFolder(async (dir) => {
    const host = new PlaneHost({ dir, programs: await planePrograms(), dial: refuseAll });
    const samples: number[] = [];
    try {
      await host.prepare();
      for (let run = 0; run < runs; run += 1) {
        const [took] = await timed(async () => defaultServiceAccount(await host.create(`bench-${run}`)));
        samples.push(took);
        await host.destroy(`bench-${run}`);
      }
    } finally {
      await host.closeAll();
    }
    const what =
      'create() of a plane, its controllers proved to work, to the default ServiceAccount read as the learner, alone';
    print({ name: 'plane-start', unit: 'ms', samples, reach: 1500, by: 'p50', what });
  });
}

/** Clusters as sessions get them, planes with nodes: start, suspend, resume, and the memory of idle ones. @param runs how often */
export async function measureClusters(runs: number): Promise<void> {
  await inFolder(async (dir) => {
    await using provider = new EmbeddedProvider({ dir, programs: planePrograms });
    await provider.prepare();
    const create = (id: string): Promise<RunningCluster> =>
      provider.create({ id, nodes: 2, images: {}, seed: 'bench' }, AbortSignal.timeout(60_000));
    const starts: number[] = [];
    const suspends: number[] = [];
    const resumes: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const id = `bench-${run}`;
      starts.push((await timed(async () => defaultServiceAccount(await create(id))))[0]);
      suspends.push((await timed(() => provider.suspend(id)))[0]);
      resumes.push((await timed(async () => defaultServiceAccount(await provider.resume(id))))[0]);
      await provider.destroy(id);
    }
    const started =
      'create() of a cluster, its two nodes registered, to the default ServiceAccount read as the learner, alone';
    print({ name: 'cluster-start', unit: 'ms', samples: starts, reach: 1500, by: 'p50', what: started });
    print({
      name: 'suspend',
      unit: 'ms',
      samples: suspends,
      reach: 100,
      by: 'p50',
      what: 'suspend() of a cluster with two nodes',
    });
    const resumed = 'resume() to the default ServiceAccount read as the learner';
    print({ name: 'resume', unit: 'ms', samples: resumes, reach: 1500, by: 'p50', what: resumed });

    const idle = Array.from({ length: sideBySide }, (_, index) => `idle-${index}`);
    for (const id of idle) await create(id);
    const samples = [(await memoryOfChildren()) / sideBySide];
    const shared = `proportional set size of the four processes of a plane, ${sideBySide} planes side by side, 30 s idle; the virtual kubelet is in the host process`;
    print({ name: 'plane-memory', unit: 'MB', samples, reach: 170, by: 'max', what: shared });
  });
}

async function defaultServiceAccount({ credentials }: Pick<RunningCluster, 'credentials'>): Promise<void> {
  await using client = new KubeClient(credentials.learner);
  const account = await client.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', name: 'default' });
  if (account === undefined) throw new Error('the plane has no default ServiceAccount');
}

/** The sum of Pss over our child processes, in MB, once thirty seconds have let them settle. */
async function memoryOfChildren(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  let kilobytes = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(status)?.[1];
    if (parent !== String(process.pid)) continue;
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kilobytes += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
  }
  return kilobytes / 1024;
}
