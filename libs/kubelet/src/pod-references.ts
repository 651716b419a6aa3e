import type { KubeClient } from '@kubedan/kube';
import type { Lookup, Need } from './lookups.js';
import type { ServiceFacts } from './shell/network.js';

const FRESH_MS = 1_500;
const UNKNOWN: Lookup = { state: 'unknown' };

/** ConfigMaps, Secrets and claims that pods refer to: read when a pod needs them, kept for as long as one start takes. */
export class PodReferences {
  readonly #known = new Map<string, { lookup: Lookup; at: number }>();
  readonly #asking = new Map<string, Promise<void>>();

  constructor(
    private readonly client: KubeClient,
    private readonly now: () => number,
  ) {}

  lookUp(need: Need): Lookup {
    const known = this.#known.get(keyOf(need));
    return known && this.now() - known.at <= FRESH_MS ? known.lookup : UNKNOWN;
  }

  /** Reads what was asked for. @throws KubeUnreachableError, KubeApiError */
  async read(needs: readonly Need[]): Promise<void> {
    await Promise.all(needs.map((need) => this.#read(need)));
  }

  #read(need: Need): Promise<void> {
    const key = keyOf(need);
    let asking = this.#asking.get(key);
    if (!asking) {
      asking = this.#ask(need, key).finally(() => this.#asking.delete(key));
      this.#asking.set(key, asking);
    }
    return asking;
  }

  async #ask({ kind, namespace, name }: Need, key: string): Promise<void> {
    const object = await this.client.get<{ data?: Record<string, string>; binaryData?: Record<string, string> }>({
      apiVersion: 'v1',
      kind,
      namespace,
      name,
    });
    const at = this.now();
    for (const [other, { at: then }] of this.#known) if (at - then > FRESH_MS) this.#known.delete(other);
    if (!object) {
      this.#known.set(key, { lookup: { state: 'absent' }, at });
      return;
    }
    if (kind === 'Service') {
      const facts = JSON.stringify(await this.#serviceFacts(object as ServiceObject, namespace, name));
      this.#known.set(key, { lookup: { state: 'present', data: { facts } }, at });
      return;
    }
    const decoded = (values: Record<string, string> = {}, encoding: 'utf8' | 'latin1') =>
      Object.fromEntries(Object.entries(values).map(([k, v]) => [k, Buffer.from(v, 'base64').toString(encoding)]));
    const data =
      kind === 'ConfigMap'
        ? { ...object.data, ...decoded(object.binaryData, 'latin1') }
        : kind === 'Secret'
          ? decoded(object.data, 'utf8')
          : {};
    this.#known.set(key, { lookup: { state: 'present', data }, at });
  }

  async #serviceFacts({ spec }: ServiceObject, namespace: string, name: string): Promise<ServiceFacts> {
    const { items } = await this.client.list<EndpointSlice>({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      namespace,
      labelSelector: `kubernetes.io/service-name=${name}`,
    });
    const endpoints = items.flatMap((slice) => {
      const ports = Object.fromEntries((slice.ports ?? []).map((port) => [port.name ?? '', port.port ?? 0]));
      const ready = (slice.endpoints ?? []).filter((one) => one.conditions?.ready !== false);
      return ready.flatMap((one) => (one.addresses[0] ? [{ ip: one.addresses[0], ports }] : []));
    });
    const { clusterIP = '', externalName, ports = [] } = spec ?? {};
    return { clusterIP, ...(externalName === undefined ? {} : { externalName }), ports, endpoints };
  }
}

interface ServiceObject {
  spec?: { clusterIP?: string; externalName?: string; ports?: ServiceFacts['ports'] };
}
interface EndpointSlice {
  ports?: { name?: string; port?: number }[];
  endpoints?: { addresses: string[]; conditions?: { ready?: boolean } }[];
}

const keyOf = ({ kind, namespace, name }: Need) => `${kind}/${namespace}/${name}`;
