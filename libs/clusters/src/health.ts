import { KubeApiError, KubeClient, type KubeCredentials, KubeUnreachableError } from '@kubedan/kube';
import { type Conditioned, isReady } from './conditions.js';

/**
 * Asks an API server whether it is ready and has so many Ready nodes.
 * @param credentials of a user that may list nodes, which is not asked of one that needs none
 * @param options.path what says that it is ready; `/readyz` unless told otherwise
 * @returns false when it says no or cannot be reached
 * @throws the signal's reason when it gave no answer until then
 */
export async function answersReady(
  credentials: KubeCredentials,
  nodes: number,
  signal: AbortSignal,
  { path = '/readyz' }: { path?: string } = {},
): Promise<boolean> {
  await using client = new KubeClient(credentials, { userAgent: 'kubedan-health', connections: 1 });
  try {
    const { status } = await client.request('GET', path, undefined, { signal });
    if (status !== 200) return false;
    if (nodes === 0) return true;
    const { items } = await client.list<Conditioned>({ apiVersion: 'v1', kind: 'Node' }, { signal });
    return items.filter(isReady).length >= nodes;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof KubeUnreachableError || error instanceof KubeApiError) return false;
    throw error;
  }
}
