import { Reflector, type KubeClient } from '@kubedan/kube';

/** What changes while a cluster is still on its way to where a learner's commands send it. */
const watched = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
];

/**
 * Resolves when nothing of the above has changed for `calm` ms, or after `limit` ms: a crash loop never rests.
 */
export async function untilQuiet(client: KubeClient, calm: number, limit: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let timer = setTimeout(resolve, calm);
  const restart = (): void => {
    clearTimeout(timer);
    timer = setTimeout(resolve, calm);
  };
  const last = setTimeout(resolve, limit);
  const reflectors = watched.map((query) => new Reflector(client, query, { onEvent: restart }));
  for (const reflector of reflectors) reflector.start();
  await promise;
  clearTimeout(timer);
  clearTimeout(last);
  await Promise.all(reflectors.map((reflector) => reflector.stop()));
}
