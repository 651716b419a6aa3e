import { Docker } from '@kubedan/docker';
import { imagesOf } from '@kubedan/images';
import { availableParallelism } from 'node:os';
import { KindProvider } from './kind-provider.js';

export interface KindProviderHereOptions {
  /** A folder of its own; its path is short, as sockets are in it. */
  dir: string;
  /** Finds a program of ours: kind, or what plays a lab's images in real containers. */
  find: (name: 'kind' | 'workload', signal?: AbortSignal) => Promise<string>;
  /** The node image; one that is found here when left out. */
  image?: string | undefined;
  /** Bytes of memory that one node may take. Default 3 GiB: an idle control plane takes half of one. */
  memoryBytes?: number | undefined;
}

/** @returns the provider of clusters on this host's Docker, with the limits and the images that sessions get */
export function kindProviderHere({
  dir,
  find,
  image,
  memoryBytes = 3 * 2 ** 30,
}: KindProviderHereOptions): KindProvider {
  return new KindProvider({
    dir,
    docker: new Docker(),
    program: (signal) => find('kind', signal),
    images: async (catalogue, signal) => imagesOf({ catalogue, workload: await find('workload', signal) }),
    ...(image === undefined ? {} : { image }),
    // One learner's loop must leave something of the processors to the others and to the server.
    limits: { memoryBytes, cpus: Math.max(1, availableParallelism() * 0.75), pids: 4_096 },
  });
}
