import {
  kindOfCheck,
  type AuditFilter,
  type CheckSpec,
  type ExecTarget,
  type HttpTarget,
  type SloTarget,
  type TrafficTarget,
} from '@kubedan/contracts';

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
  if ('http' in check) return nameOfRequest(check.http);
  if ('exec' in check) return nameOfCommand(check.exec);
  if ('audit' in check) return nameOfRequests(check.audit);
  if ('slo' in check) return nameOfMeasured(check.slo);
  if ('traffic' in check) return nameOfServices(check.traffic);
  if ('cost' in check) return 'cost';
  return check.id;
}

/** @returns `GET http://web.shop:80/healthz`, or `GET http://Pod shop/web-0:8080/` */
function nameOfRequest({ method, scheme, namespace, service, pod, port, path }: HttpTarget): string {
  const where = namespace === undefined ? '' : `.${namespace}`;
  const host = service === undefined ? `${pod}${where}.pod` : `${service}${where}`;
  return `${method} ${scheme}://${host}:${port}${path}`;
}

/** @returns `cat /etc/mode in Pod shop/web-0`, or `… in Pod shop/* (app=web)` */
function nameOfCommand({ command, namespace, pod, labels }: ExecTarget): string {
  const words = command.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
  const selector = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const short = words.length > 60 ? `${words.slice(0, 59)}…` : words;
  return `${short} in ${nameOfObject('Pod', namespace, pod ?? `* (${selector.join(',')})`)}`;
}

/** @returns `requests`, or `requests (delete; pods; shop)` */
function nameOfRequests({ verbs, resources, namespace }: AuditFilter): string {
  const parts = [verbs?.join(','), resources?.join(','), namespace].filter((part) => part !== undefined);
  return parts.length === 0 ? 'requests' : `requests (${parts.join('; ')})`;
}

/** @returns `source shoppers`, `dependency cache`, `HTTPRoute shop/front`, `Service shop/web`, `Service shop/web 2.0` */
function nameOfMeasured({ source, dependency, route, service = '', namespace, version }: SloTarget): string {
  if (source !== undefined) return `source ${source}`;
  if (dependency !== undefined) return `dependency ${dependency}`;
  if (route !== undefined) return nameOfObject('HTTPRoute', namespace, route);
  return `${nameOfObject('Service', namespace, service)}${version === undefined ? '' : ` ${version}`}`;
}

function nameOfServices({ service, services = [service ?? ''], namespace }: TrafficTarget): string {
  return nameOfObject('Service', namespace, services.join(', '));
}

/** @returns the name of the variable that stands for what the check looks at, if it has one */
export function rootOf(check: CheckSpec): Root | undefined {
  if ('helm' in check) return 'release';
  if ('http' in check) return 'response';
  if ('audit' in check) return 'requests';
  const kind = kindOfCheck(check);
  return kind === 'ask' ? undefined : (kind as Root);
}
type Root = 'object' | 'objects' | 'release' | 'file' | 'response' | 'exec' | 'requests' | 'slo' | 'cost' | 'traffic';

/** True when what is seen must not be shown: the data of Secrets, and what a check says to be secret. */
export function isSecret(check: CheckSpec): boolean {
  if ('http' in check) return check.http.secret;
  if ('exec' in check) return check.exec.secret;
  const kind = 'object' in check ? check.object.kind : 'objects' in check ? check.objects.kind : '';
  return kind === 'Secret';
}

/** @returns the same as subjectOf(), with the lab's namespace where the check names none */
export function subjectIn(check: CheckSpec, labNamespace: string | undefined): string {
  return subjectOf(withNamespace(check, labNamespace));
}

/** Cluster-wide kinds are named without a namespace, as kubectl prints them. */
const clusterWide = new Set([
  'Node',
  'Namespace',
  'PersistentVolume',
  'StorageClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'PriorityClass',
  'IngressClass',
  'RuntimeClass',
]);

function withNamespace(check: CheckSpec, labNamespace: string | undefined): CheckSpec {
  const within = <T extends { namespace?: string | undefined }>(of: T): T => ({
    ...of,
    namespace: namespaceOf(of.namespace, labNamespace),
  });
  if ('http' in check) return { ...check, http: within(check.http) };
  if ('exec' in check) return { ...check, exec: within(check.exec) };
  if ('traffic' in check) return { ...check, traffic: within(check.traffic) };
  if ('slo' in check)
    return 'service' in check.slo || 'route' in check.slo ? { ...check, slo: within(check.slo) } : check;
  if (!('object' in check) || clusterWide.has(check.object.kind)) return check;
  return { ...check, object: within(check.object) };
}
