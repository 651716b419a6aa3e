import { kindProviderHere } from '@kubedan/clusters';
import { findPrograms } from '@kubedan/binaries';
import { type Lab, loadCatalogue } from '@kubedan/labs';
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
/** One lab a tier is proved with all seeds here, the others with one each: real nodes take their time. */
const withAllSeeds = new Set(['first-pod', 'first-rollback', 'gentle-drain', 'chart-rescue']);
const catalogue = await loadCatalogue(path.join(root, 'labs'));
/** ms: far more than a lab's proofs take. */
const limit = catalogue.labs.length * 225_000;

describe('labs on real nodes', () => {
  // Wrong answers are proved by `kubedan lab prove --provider kind`: together they take as long again as all of this.
  it('start as they say and are solved by their solutions', { timeout: limit }, async () => {
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
      const has = new Set<string>(provider.capabilities);
      // Labs of one size follow each other, so that clusters serve again.
      const labs = catalogue.labs
        .filter(({ spec }) => spec.spec.needs.capabilities.every((one) => has.has(one)))
        .toSorted((a, b) => a.spec.spec.needs.nodes - b.spec.spec.needs.nodes);
      const seedsOf = ({ name }: Lab, index: number): string[] =>
        withAllSeeds.has(name) ? seeds : seeds.filter((_, place) => place === index % seeds.length);
      const tasks = labs.flatMap((lab, index) =>
        seedsOf(lab, index).flatMap((seed) => tasksOf(lab, seed, stage).filter(({ about }) => about === 'solution')),
      );
      const proofs = await runProofs(tasks, atOnce, ({ lab, seed, kind, ok, seconds, reasons }) =>
        console.log(`${ok ? 'ok' : 'NOT'} ${lab} ${seed} ${kind} ${seconds.toFixed(1)} s ${reasons.join('; ')}`),
      );
      expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
      const wanted = labs.flatMap((lab, index) => seedsOf(lab, index).map((seed) => `${lab.name} ${seed}`));
      const solved = proofs.filter(({ kind }) => kind === 'solution').map(({ lab, seed }) => `${lab} ${seed}`);
      expect(solved.toSorted()).toEqual(wanted.toSorted());
      expect(solved.length).toBeGreaterThanOrEqual(withAllSeeds.size * seeds.length);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
