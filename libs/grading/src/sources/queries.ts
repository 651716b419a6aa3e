import type { CheckSpec } from '@kubedan/contracts';
import type { KubeClient, KubeObject, ListQuery } from '@kubedan/kube';
import { KubeNotFoundError } from '@kubedan/kube';
import { namespaceOf } from '../subject.js';
import { releaseOf } from './helm-release.js';

/** @returns which objects a check has to see, or undefined for checks that do not look at the cluster */
export function queryOf(check: CheckSpec, labNamespace: string | undefined): ListQuery | undefined {
  if ('object' in check) {
    const { apiVersion, kind, namespace, name } = check.object;
    const fieldSelector = `metadata.name=${name}`;
    return { apiVersion, kind, namespace: namespaceOf(namespace, labNamespace), fieldSelector };
  }
  if ('objects' in check) {
    const { apiVersion, kind, namespace, labels } = check.objects;
    return { apiVersion, kind, ...(namespace ? { namespace } : {}), ...selectorOf(labels) };
  }
  if ('helm' in check) {
    const labels = { owner: 'helm', name: check.helm.release };
    return { apiVersion: 'v1', kind: 'Secret', namespace: check.helm.namespace, ...selectorOf(labels) };
  }
  return undefined;
}

export function selectorOf(labels: Readonly<Record<string, string>> | undefined): { labelSelector?: string } {
  const parts = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return parts.length > 0 ? { labelSelector: parts.sort().join(',') } : {};
}

/** Two checks with the same key share one watch. */
export function keyOf(query: ListQuery): string {
  const { apiVersion, kind, namespace = '', labelSelector = '', fieldSelector = '' } = query;
  return JSON.stringify([apiVersion, kind, namespace, labelSelector, fieldSelector]);
}

/** @returns what a check observes in these objects: one or null, a list, or a release or null */
export function observe(check: CheckSpec, items: Iterable<KubeObject>): unknown {
  if ('objects' in check) {
    // In the order of their names, so that an explanation names the same element each time.
    return [...items].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  }
  if ('helm' in check) return releaseOf(items);
  const [first] = items;
  return first ?? null;
}

/** Reads directly, past every cache; a kind that does not exist has no objects. */
export async function readItems(client: KubeClient, query: ListQuery, signal?: AbortSignal): Promise<KubeObject[]> {
  try {
    const { items } = await client.list(query, signal ? { signal } : {});
    return items;
  } catch (error) {
    if (error instanceof KubeNotFoundError) return [];
    throw error;
  }
}

function place({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
