import { fieldOf, type Addresses } from './environment.js';
import type { LookUp, Resolved } from './lookups.js';
import type { Container, Pod } from './pod-types.js';

/** Files of each volume by their path in the volume. Volumes that hold none (emptyDir, claims, hostPath) are empty. */
export type VolumeFiles = Map<string, Map<string, string>>;

/** Who a pod is to the API server. */
export interface PodIdentity {
  /** PEM text of the authority that the API server's certificate has. */
  rootCA: string;
  /** @param audience of the token; the API server by default @param lifetimeSeconds 3607 by default, as the kubelet asks for */
  token(audience?: string, lifetimeSeconds?: number): string;
}

interface Item {
  key: string;
  path: string;
}
interface KeyedSource {
  name?: string;
  optional?: boolean;
  items?: Item[];
}

/**
 * The content of a pod's volumes; refused with the kubelet's message (`MountVolume.SetUp failed …`) while a ConfigMap, Secret
 * or key that is not optional is missing.
 */
export function volumesOf(
  pod: Pod,
  addresses: Addresses,
  lookUp: LookUp,
  identity: PodIdentity,
): Resolved<VolumeFiles> {
  const namespace = pod.metadata.namespace ?? 'default';
  const volumes: VolumeFiles = new Map();
  let waiting = false;

  const project = (
    files: Map<string, string>,
    kind: 'ConfigMap' | 'Secret',
    source: KeyedSource,
  ): string | undefined => {
    const found = lookUp({ kind, namespace, name: source.name ?? '' });
    if (found.state === 'unknown') waiting = true;
    else if (found.state === 'absent')
      return source.optional ? undefined : `${kind.toLowerCase()} "${source.name}" not found`;
    else if (!source.items) for (const [key, value] of Object.entries(found.data)) files.set(key, value);
    else {
      for (const { key, path } of source.items) {
        const value = found.data[key];
        if (value !== undefined) files.set(path, value);
        else if (!source.optional)
          return kind === 'Secret'
            ? `references non-existent secret key: ${key}`
            : `configmap references non-existent config key: ${key}`;
      }
    }
    return undefined;
  };

  for (const volume of pod.spec.volumes ?? []) {
    const files = new Map<string, string>();
    volumes.set(volume.name, files);
    let problem: string | undefined;
    if (volume.configMap) problem = project(files, 'ConfigMap', volume.configMap);
    else if (volume.secret) problem = project(files, 'Secret', { ...volume.secret, name: volume.secret.secretName });
    else if (volume.downwardAPI) {
      for (const item of volume.downwardAPI.items ?? []) {
        if (item.fieldRef) files.set(item.path, fieldOf(pod, item.fieldRef.fieldPath, addresses));
      }
    } else if (volume.persistentVolumeClaim) {
      const name = volume.persistentVolumeClaim.claimName;
      const found = lookUp({ kind: 'PersistentVolumeClaim', namespace, name });
      if (found.state === 'unknown') waiting = true;
      else if (found.state === 'absent') problem = `persistentvolumeclaim "${name}" not found`;
    }
    for (const source of volume.projected?.sources ?? []) {
      const token = source.serviceAccountToken;
      if (token) files.set(token.path, identity.token(token.audience, token.expirationSeconds));
      // Every namespace gets this one from the controller manager: it need not be asked for.
      else if (source.configMap?.name === 'kube-root-ca.crt') files.set('ca.crt', identity.rootCA);
      else if (source.configMap) problem ??= project(files, 'ConfigMap', source.configMap);
      else if (source.secret) problem ??= project(files, 'Secret', source.secret);
      for (const item of source.downwardAPI?.items ?? []) {
        if (item.fieldRef) files.set(item.path, fieldOf(pod, item.fieldRef.fieldPath, addresses));
      }
    }
    if (problem)
      return { state: 'refused', message: `MountVolume.SetUp failed for volume "${volume.name}" : ${problem}` };
  }
  return waiting ? { state: 'waiting' } : { state: 'resolved', value: volumes };
}

/** @returns the files that a container sees by absolute path, and the directories mounted */
export function filesOf(
  container: Container,
  volumes: VolumeFiles,
): { files: Map<string, string>; directories: string[] } {
  const files = new Map<string, string>();
  const directories: string[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const base = mount.mountPath.replace(/\/+$/, '');
    const content = volumes.get(mount.name);
    const whole = mount.subPath ? content?.get(mount.subPath) : undefined;
    if (whole !== undefined) files.set(base, whole);
    else {
      directories.push(base);
      for (const [path, text] of content ?? []) if (!mount.subPath) files.set(`${base}/${path}`, text);
    }
  }
  return { files, directories };
}

/** Files of a container by absolute path → what of them belongs to volumes that keep what is written, by volume and path. */
export function filesToKeep(
  pod: Pod,
  container: Container,
  files: ReadonlyMap<string, string>,
): Map<string, Map<string, string>> {
  const kept = new Map<string, Map<string, string>>();
  const keeping = new Set(
    (pod.spec.volumes ?? []).filter((one) => one.emptyDir ?? one.persistentVolumeClaim).map((one) => one.name),
  );
  for (const { name, mountPath, subPath, readOnly } of container.volumeMounts ?? []) {
    if (!keeping.has(name) || subPath || readOnly) continue;
    const base = `${mountPath.replace(/\/+$/, '')}/`;
    const inside = [...files].filter(([path]) => path.startsWith(base));
    kept.set(name, new Map(inside.map(([path, text]) => [path.slice(base.length), text])));
  }
  return kept;
}
