import { type KubeClient, type KubeObject, type ListQuery, Reflector } from '@kubedan/kube';

/**
 * Watches objects until they are as wanted.
 * @param wanted sees all of them at every change, the first time when all are known
 * @returns them at that moment
 */
export async function untilObjects<T extends KubeObject>(
  client: KubeClient,
  query: ListQuery,
  wanted: (objects: T[]) => boolean,
): Promise<T[]> {
  const { promise, resolve } = Promise.withResolvers<T[]>();
  let isKnown = false;
  const look = (): void => {
    const objects = [...reflector.items.values()];
    if (isKnown && wanted(objects)) resolve(objects);
  };
  const reflector = new Reflector<T>(client, query, {
    // What a list holds comes one by one: until it is whole it says nothing.
    onEvent: look,
    onSnapshot: () => {
      isKnown = true;
      look();
    },
  });
  reflector.start();
  try {
    return await promise;
  } finally {
    await reflector.stop();
  }
}
