import { quantityOf } from '@kubedan/contracts';
import type { LookUp, Resolved } from './lookups.js';
import type { Container, Pod } from './pod-types.js';

export interface Addresses {
  podIP: string;
  hostIP: string;
}

/** Replaces $(NAME) by values known; $$ stands for one $. Unknown names stay as they are written. */
export function expand(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (all, name: string | undefined) =>
    name === undefined ? '$' : (env.get(name) ?? all),
  );
}

/**
 * The environment of a container: HOSTNAME and PATH, then envFrom, then env, the later ones winning.
 * Refused with the kubelet's message when a ConfigMap, Secret or key that is not optional is missing.
 */
export function environmentOf(
  pod: Pod,
  container: Container,
  addresses: Addresses,
  lookUp: LookUp,
): Resolved<Map<string, string>> {
  const namespace = pod.metadata.namespace ?? 'default';
  const env = new Map<string, string>([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', pod.spec.hostname ?? pod.metadata.name],
  ]);
  let waiting = false;
  for (const from of container.envFrom ?? []) {
    const source = from.configMapRef ?? from.secretRef;
    const kind = from.configMapRef ? 'ConfigMap' : 'Secret';
    if (!source?.name) continue;
    const found = lookUp({ kind, namespace, name: source.name });
    if (found.state === 'unknown') waiting = true;
    else if (found.state === 'present') {
      for (const [key, value] of Object.entries(found.data)) env.set(`${from.prefix ?? ''}${key}`, value);
    } else if (!source.optional)
      return { state: 'refused', message: `${kind.toLowerCase()} "${source.name}" not found` };
  }
  for (const one of container.env ?? []) {
    const { valueFrom } = one;
    if (!valueFrom) {
      env.set(one.name, expand(one.value ?? '', env));
      continue;
    }
    const ref = valueFrom.configMapKeyRef ?? valueFrom.secretKeyRef;
    if (ref?.name) {
      const kind = valueFrom.configMapKeyRef ? 'ConfigMap' : 'Secret';
      const found = lookUp({ kind, namespace, name: ref.name });
      if (found.state === 'unknown') waiting = true;
      else if (found.state === 'absent') {
        if (!ref.optional) return { state: 'refused', message: `${kind.toLowerCase()} "${ref.name}" not found` };
      } else {
        const value = found.data[ref.key];
        if (value !== undefined) env.set(one.name, value);
        else if (!ref.optional) {
          return { state: 'refused', message: `couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}` };
        }
      }
    } else if (valueFrom.fieldRef) {
      env.set(one.name, fieldOf(pod, valueFrom.fieldRef.fieldPath, addresses));
    } else if (valueFrom.resourceFieldRef) {
      env.set(one.name, resourceOf(pod, container, valueFrom.resourceFieldRef));
    }
  }
  return waiting ? { state: 'waiting' } : { state: 'resolved', value: env };
}

/** The downward API's fields. */
export function fieldOf(pod: Pod, path: string, addresses: Addresses): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return pod.metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  const listed = (map: Record<string, string> = {}) =>
    Object.entries(map)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .sort()
      .join('\n');
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid ?? '';
    case 'metadata.labels':
      return listed(pod.metadata.labels);
    case 'metadata.annotations':
      return listed(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return addresses.hostIP;
    case 'status.podIP':
    case 'status.podIPs':
      return addresses.podIP;
    default:
      return '';
  }
}

function resourceOf(
  pod: Pod,
  self: Container,
  ref: { containerName?: string; resource: string; divisor?: string },
): string {
  const container = ref.containerName
    ? ([...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((one) => one.name === ref.containerName) ??
      self)
    : self;
  const [list, resource = ''] = ref.resource.split('.') as ['limits' | 'requests', string?];
  const divisor = quantityOf(ref.divisor) || 1;
  return String(Math.ceil(quantityOf(container.resources?.[list]?.[resource]) / divisor));
}
