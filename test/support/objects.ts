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

/** A kind that no cluster has by itself. */
export const boxes: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boxes.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { plural: 'boxes', singular: 'box', kind: 'Box' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
