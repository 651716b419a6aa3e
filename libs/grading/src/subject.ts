import type { CheckSpec } from '@kubedan/contracts';

/** The namespace of an object that names none: the lab's, else Kubernetes' own default. */
export function namespaceOf(namespace: string | undefined, labNamespace: string | undefined): string {
  return namespace ?? labNamespace ?? 'default';
}

/** @returns `Pod shop/web`; the same words in both languages, since they are Kubernetes' own */
export function nameOfObject(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** @returns what a check looks at, for example `Deployment shop/web`, `Pods in shop (app=web)`, `Dockerfile` */
export function subjectOf(check: CheckSpec): string {
  if ('object' in check) return nameOfObject(check.object.kind, check.object.namespace, check.object.name);
  if ('objects' in check) {
    const { kind, namespace, labels } = check.objects;
    const selector = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
    const where = namespace === undefined ? '' : ` ${namespace}/*`;
    return `${kind}${where}${selector.length > 0 ? ` (${selector.join(',')})` : ''}`;
  }
  if ('helm' in check) return nameOfObject('Helm release', check.helm.namespace, check.helm.release);
  if ('file' in check) return check.file.path;
  return check.id;
}

/** @returns the name of the variable that stands for what the check looks at, if it has one */
export function rootOf(check: CheckSpec): 'object' | 'objects' | 'release' | 'file' | undefined {
  if ('object' in check) return 'object';
  if ('objects' in check) return 'objects';
  if ('helm' in check) return 'release';
  return 'file' in check ? 'file' : undefined;
}

/** True when what is seen must not be shown: the data of Secrets. */
export function isSecret(check: CheckSpec): boolean {
  const kind = 'object' in check ? check.object.kind : 'objects' in check ? check.objects.kind : '';
  return kind === 'Secret';
}
