import { systemNamespaces } from '@kubedan/clusters';
import {
  apiErrorOf,
  type KubeClient,
  type KubeMetadata,
  KubeNotFoundError,
  type KubeObject,
  orAborted,
} from '@kubedan/kube';
import { setTimeout as delay } from 'node:timers/promises';

/** Written by the cluster itself all the time, and of no lab. */
const noise = new Set(['events', 'leases', 'componentstatuses', 'ipaddresses', 'csinodes', 'csistoragecapacities']);
/** ms between two looks at what is still there. */
const pause = 100;

interface Found {
  /** Of the object itself. */
  path: string;
  /** It is being removed already. */
  isGoing: boolean;
  isPod: boolean;
}

type Node = KubeObject & { spec?: { unschedulable?: boolean; taints?: unknown[] } };

/** What a cluster was before anybody used it, so that it can be made so again; much quicker than a new one. */
export class BlankCluster {
  private constructor(
    private readonly client: KubeClient,
    private readonly known: ReadonlySet<string>,
    private readonly nodes: readonly Node[],
  ) {}

  /** @param client of an administrator; used as long as this object */
  static async of(client: KubeClient, signal: AbortSignal): Promise<BlankCluster> {
    const known = new Set<string>();
    for (const { path } of await findAll(client, signal)) known.add(path);
    const { items } = await client.list<Node>({ apiVersion: 'v1', kind: 'Node' }, { signal });
    return new BlankCluster(client, known, items);
  }

  /** Removes whatever was made since, and gives nodes back their labels and taints. @throws the signal's reason */
  async restore(signal: AbortSignal): Promise<void> {
    await Promise.all(this.nodes.map((node) => this.#restoreNode(node, signal)));
    for (;;) {
      const extra = (await findAll(this.client, signal)).filter(({ path }) => !this.known.has(path));
      if (extra.length === 0) return;
      await Promise.all(
        extra.map(({ path, isGoing, isPod }) =>
          // Containers of a lab have nothing to lose: they are not asked to end, but ended.
          isGoing && !isPod ? undefined : this.#delete(path, isPod ? { gracePeriodSeconds: 0 } : {}, signal),
        ),
      );
      await orAborted(delay(pause), signal);
    }
  }

  async #delete(path: string, body: object, signal: AbortSignal): Promise<void> {
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', ...body };
    await this.client.request('DELETE', path, options, { signal });
  }

  async #restoreNode({ metadata, spec }: Node, signal: AbortSignal): Promise<void> {
    const ref = { apiVersion: 'v1', kind: 'Node', name: metadata.name };
    const now = await this.client.get<Node>(ref, { signal });
    if (now === undefined) throw new KubeNotFoundError(404, { message: `The node ${metadata.name} is gone.` });
    const added = Object.keys(now.metadata.labels ?? {}).filter((label) => metadata.labels?.[label] === undefined);
    const labels = { ...metadata.labels, ...Object.fromEntries(added.map((label) => [label, null])) };
    const patch = {
      metadata: { labels },
      spec: { unschedulable: spec?.unschedulable ?? null, taints: spec?.taints ?? null },
    };
    await this.client.patch(ref, patch, { type: 'merge', signal });
  }
}

interface GroupList {
  groups: { preferredVersion: { groupVersion: string } }[];
}
interface ResourceList {
  resources: { name: string; namespaced: boolean; verbs: string[] }[];
}
interface MetadataList {
  items?: { metadata: KubeMetadata }[];
}

/**
 * @returns what could be removed: objects of no namespace, those of `default`, and pods of all namespaces but the cluster's
 *   own; whatever else there is goes with its namespace
 */
async function findAll(client: KubeClient, signal: AbortSignal): Promise<Found[]> {
  const groups = (await read<GroupList>(client, '/apis', signal)).groups.map(
    ({ preferredVersion }) => preferredVersion,
  );
  const bases = ['/api/v1', ...groups.map(({ groupVersion }) => `/apis/${groupVersion}`)];
  const found = await Promise.all(bases.map((base) => findIn(client, base, signal)));
  return found.flat();
}

async function findIn(client: KubeClient, base: string, signal: AbortSignal): Promise<Found[]> {
  const { resources } = await read<ResourceList>(client, base, signal);
  const wanted = resources.filter(
    ({ name, verbs }) => verbs.includes('list') && verbs.includes('delete') && !noise.has(name),
  );
  const found = await Promise.all(
    wanted.map(async ({ name, namespaced }) => {
      const isPod = base === '/api/v1' && name === 'pods';
      const list = await read<MetadataList>(client, `${base}/${name}`, signal);
      return (list.items ?? []).flatMap(({ metadata }) => {
        const { namespace = '', deletionTimestamp } = metadata;
        if (namespaced && (systemNamespaces.includes(namespace) || (namespace !== 'default' && !isPod))) return [];
        const folder = namespaced ? `${base}/namespaces/${namespace}` : base;
        return { path: `${folder}/${name}/${metadata.name}`, isGoing: deletionTimestamp !== undefined, isPod };
      });
    }),
  );
  return found.flat();
}

/**
 * A definition that is just being removed takes its path with it: what is not there has nothing in it. One that was just made is
 * not ready to be listed for a moment.
 */
async function read<T extends object>(client: KubeClient, path: string, signal: AbortSignal): Promise<T> {
  for (;;) {
    const { status, body } = await client.request('GET', path, undefined, {
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
      signal,
    });
    if (status === 404 || status === 503) return { groups: [], resources: [], items: [] } as unknown as T;
    if (status < 300) return body as T;
    if (status !== 429) throw apiErrorOf(status, body, `GET ${path}`);
    await orAborted(delay(pause), signal);
  }
}
