import { kindProviderHere } from '@kubedan/clusters';
import { findPrograms } from '@kubedan/binaries';
import { loadCatalogue } from '@kubedan/labs';
import { ReusedClusters, runProofs, tasksOf } from '@kubedan/proving';
import { SandboxHost } from '@kubedan/shell';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheDir, root } from '../support/index.js';

/** Clusters side by side: as many as there are cores on the smallest machine. */
const atOnce = 2;
const seeds = ['seed-1', 'seed-2', 'seed-3'];
const { labs } = await loadCatalogue(path.join(root, 'labs'));
/** ms: far more than a lab's proofs take. */
const limit = labs.length * 225_000;

describe('labs on real nodes', () => {
  // Wrong answers are proved by `kubedan lab prove --provider kind`: together they take as long again as all of this.
  it('start as they say and are solved by their solutions, each with three seeds', { timeout: limit }, async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'kdp-'));
    const signal = AbortSignal.timeout(limit - 10_000);
    try {
      const find = async (name: 'kind' | 'workload') => (await findPrograms([name], { cacheDir }))[name];
      const kind = kindProviderHere({ dir: path.join(dir, 'c'), find });
      await using provider = new ReusedClusters(kind, atOnce, signal);
      await kind.prepare(signal);
      expect(await provider.probe()).toEqual({ usable: true });
      const tools = await findPrograms(['kubectl', 'helm'], { cacheDir });
      await using sandboxes = new SandboxHost({ dir: path.join(dir, 'b'), tools });
      const stage = { provider, sandboxes, dir, signal };
      // Labs of one size follow each other, so that clusters serve again.
      const bySize = labs.toSorted((a, b) => a.spec.spec.needs.nodes - b.spec.spec.needs.nodes);
      const tasks = bySize.flatMap((lab) =>
        seeds.flatMap((seed) => tasksOf(lab, seed, stage).filter(({ about }) => about === 'solution')),
      );
      const proofs = await runProofs(tasks, atOnce, ({ lab, seed, kind, ok, seconds, reasons }) =>
        console.log(`${ok ? 'ok' : 'NOT'} ${lab} ${seed} ${kind} ${seconds.toFixed(1)} s ${reasons.join('; ')}`),
      );
      expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
      expect(proofs.filter(({ kind }) => kind === 'solution')).toHaveLength(labs.length * seeds.length);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
