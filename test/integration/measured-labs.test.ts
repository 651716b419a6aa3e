import { findPrograms } from '@kubedan/binaries';
import { EmbeddedProvider } from '@kubedan/clusters';
import { loadLab } from '@kubedan/labs';
import { mutateChecks, runProofs, tasksOf, type Recording } from '@kubedan/proving';
import { SandboxHost } from '@kubedan/shell';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { briefPlanes, cacheDir, planePrograms, root } from '../support/index.js';

it('proves a lab whose checks measure latency, errors, versions and money while requests come', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'kdm-'));
  const signal = AbortSignal.timeout(115_000);
  try {
    await using provider = new EmbeddedProvider({
      dir: path.join(dir, 'c'),
      programs: planePrograms,
      planes: briefPlanes,
    });
    await provider.prepare(signal);
    const tools = await findPrograms(['kubectl', 'helm'], { cacheDir });
    await using sandboxes = new SandboxHost({ dir: path.join(dir, 'b'), tools });
    const lab = await loadLab(path.join(root, 'test/labs/gold/slow-counter'));
    const recordings: Recording[] = [];
    const stage = { provider, sandboxes, dir, signal, onRecording: (one: Recording) => recordings.push(one) };
    const proofs = await runProofs(tasksOf(lab, 'seed-1', stage), 4, () => undefined);
    expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
    expect(proofs.map(({ kind }) => kind).sort()).toEqual(['solution', 'start', 'texts', 'wrong', 'wrong', 'wrong']);
    // What was measured is judged anew with a mistake in the check, as what was watched is. A bound that is moved a little is often
    // not noticed: what is measured differs from it by more.
    const { survivors = [], mutants = 0, noticed = 0 } = mutateChecks(recordings) ?? {};
    expect({ share: noticed / mutants > 0.4, mutants: mutants > 15 }, JSON.stringify(survivors)).toEqual({
      share: true,
      mutants: true,
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
