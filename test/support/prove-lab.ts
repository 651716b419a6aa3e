import { findPrograms } from '@kubedan/binaries';
import { EmbeddedProvider } from '@kubedan/clusters';
import { loadLab } from '@kubedan/labs';
import { mutateChecks, type MutationReport, type Proof, type Recording, runProofs, tasksOf } from '@kubedan/proving';
import { SandboxHost } from '@kubedan/shell';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { briefPlanes, cacheDir, planePrograms } from './programs.js';
import { root } from './root.js';

/** ms: far more than the proofs of a small lab take, also on a slow machine. */
export const proofLimit = 290_000;

/**
 * Proves a lab for one seed on embedded planes.
 * @param lab its folder, as seen from the project's root
 * @param atOnce how many proofs run side by side
 * @returns all proofs, in the order in which they ended, and what became of mistakes in the lab's checks
 */
export async function proveLab(lab: string, atOnce: number): Promise<{ proofs: Proof[]; mutation: MutationReport }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'kdp-'));
  const signal = AbortSignal.timeout(proofLimit - 10_000);
  try {
    await using provider = new EmbeddedProvider({
      dir: path.join(dir, 'c'),
      programs: planePrograms,
      planes: briefPlanes,
    });
    await provider.prepare(signal);
    const tools = await findPrograms(['kubectl', 'helm'], { cacheDir });
    await using sandboxes = new SandboxHost({ dir: path.join(dir, 'b'), tools });
    const recordings: Recording[] = [];
    const stage = { provider, sandboxes, dir, signal, onRecording: (one: Recording) => recordings.push(one) };
    const tasks = tasksOf(await loadLab(path.join(root, lab)), 'seed-1', stage);
    const proofs = await runProofs(tasks, atOnce, () => undefined);
    const mutation = mutateChecks(recordings);
    if (mutation === undefined) throw new Error(`Nothing was recorded: ${JSON.stringify(proofs)}`);
    return { proofs, mutation };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
