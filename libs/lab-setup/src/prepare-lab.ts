import { prepareCluster, type RunningCluster } from '@kubedan/clusters';
import { captureGiven, waitReady, type GivenSnapshot } from '@kubedan/grading';
import { KubeClient, type KubeObject } from '@kubedan/kube';
import type { BoundLab } from '@kubedan/labs';
import type { SandboxHost } from '@kubedan/shell';
import { runLabScript } from './lab-script.js';

export interface LabPreparation {
  /** A fresh one. */
  cluster: RunningCluster;
  bound: BoundLab;
  /** Where the set-up script runs; asked only when the lab has one. */
  host: () => SandboxHost;
  /** A folder of the caller's own for that script's files. */
  scratch: string;
  /** ms that what must be true at the start may take to come; as long as the signal lets it when absent. */
  readyWithin?: number;
  signal: AbortSignal;
}

/**
 * Makes a lab's starting state in a fresh cluster.
 * @returns the objects that checks compare with later, as they are at hand-over
 * @throws SetUpFailedError naming what could not be made or never came; the signal's reason when it aborts
 */
export async function prepareLab({ cluster, bound, signal, ...options }: LabPreparation): Promise<GivenSnapshot> {
  await using client = new KubeClient(cluster.credentials.setup, { userAgent: 'kubedan-setup' });
  const { setup } = bound.document.spec;
  const runScript = async (): Promise<void> => {
    if (setup === undefined) return;
    await runLabScript(bound, setup, {
      host: options.host(),
      scratch: options.scratch,
      apiSocketPath: cluster.apiSocketPath,
      credentials: cluster.credentials.setup,
      signal,
    });
  };
  const untilReady = (limit: AbortSignal): Promise<void> => {
    const within = options.readyWithin === undefined ? [] : [AbortSignal.timeout(options.readyWithin)];
    return waitReady({ client, bound, signal: AbortSignal.any([limit, ...within]) });
  };
  await prepareCluster({
    client,
    given: bound.given as readonly KubeObject[],
    runScript,
    waitReady: untilReady,
    signal,
  });
  // Awaited here: the client ends with this block.
  return await captureGiven(client, bound, { signal });
}
