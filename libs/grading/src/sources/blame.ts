import { KubeUnreachableError, type KubeClient, type ObjectRef } from '@kubedan/kube';

/** Milliseconds within which an API server that is well reads one object. */
const patience = 3_000;

/**
 * Finds out whose fault it is that something behind the API server gave no answer. Whoever is asked can break off, answer
 * nonsense, or answer as an API server would; only a direct read right after tells whether that one works.
 * @throws what is wrong with the API server; returns when nothing is, and so the fault lies behind it
 */
export async function blameOthers(client: KubeClient, of: ObjectRef, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(patience);
  try {
    await client.get(of, { signal: AbortSignal.any([signal, late]) });
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) throw new KubeUnreachableError(`No answer from the API server within ${patience / 1_000} s.`);
    throw error;
  }
}

/** @returns what an error says, in one line of at most 200 characters; what is in it may come from anybody */
export function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // What matters of a container runtime's words is their end.
  const line = text
    .replace(/^.*unable to start container process: /s, '')
    .replace(/^(Internal error occurred: )+/, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
