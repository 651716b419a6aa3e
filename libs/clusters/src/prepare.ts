import { KubeApiError, KubeUnreachableError, type KubeClient, type KubeObject } from '@kubedan/kube';
import { SetUpFailedError } from './errors.js';
import { unreadyPods } from './unready-pods.js';

/** How long an object may be refused for reasons that pass by themselves (its namespace's ServiceAccount, a new CRD), ms. */
const patience = 20_000;
const pause = 50;

export interface Preparation {
  /** A client of the set-up's user. */
  client: KubeClient;
  /** Applied in order. */
  given: readonly KubeObject[];
  /** Runs the lab's set-up script, if it has one; throws when the script fails. */
  runScript?: (signal: AbortSignal) => Promise<void>;
  /** Resolves when the starting state is what the lab says, and throws naming what never came. */
  waitReady?: (signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}

/**
 * Makes a lab's starting state in a fresh cluster.
 * @throws SetUpFailedError naming the object or script; the signal's reason when it aborts
 */
export async function prepareCluster({ client, given, runScript, waitReady, signal }: Preparation): Promise<void> {
  const step = async (what: string, action: () => Promise<void>): Promise<void> => {
    try {
      signal.throwIfAborted();
      await action();
    } catch (cause) {
      signal.throwIfAborted();
      throw new SetUpFailedError(what, { cause, unready: await unreadyPods(client, signal).catch(() => []) });
    }
  };
  for (const object of given) await step(nameOf(object), () => applyPatiently(client, object, signal));
  if (runScript) await step('the set-up script', () => runScript(signal));
  if (waitReady) await step('what must be true at the start', () => waitReady(signal));
}

async function applyPatiently(client: KubeClient, object: KubeObject, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      await client.apply(object, { fieldManager: 'kubedan-setup', force: true });
      return;
    } catch (error) {
      if (!passesByItself(error) || performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    signal.throwIfAborted();
  }
}

/** 403 and 404: the namespace's ServiceAccount or the CRD's discovery is a moment behind. 409, 429, 5xx: ask again. */
function passesByItself(error: unknown): boolean {
  if (error instanceof KubeUnreachableError) return true;
  return error instanceof KubeApiError && ([403, 404, 409, 429].includes(error.status) || error.status >= 500);
}

function nameOf(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
