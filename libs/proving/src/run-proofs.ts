import type { Proof } from './proof.js';
import type { Task } from './prove.js';

/**
 * Runs tasks, some at a time.
 * @param atOnce how many, at least 1; each but those of texts has a cluster
 * @param onProof hears each proof as it is done
 * @returns all proofs, in the order of the tasks
 */
export async function runProofs(
  tasks: readonly Task[],
  atOnce: number,
  onProof: (proof: Proof) => void,
): Promise<Proof[]> {
  const results: Proof[][] = [];
  const queue = tasks.entries();
  const work = async (): Promise<void> => {
    for (const [index, task] of queue) {
      const proofs = await task.run();
      results[index] = proofs;
      proofs.forEach(onProof);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work));
  return results.flat();
}
