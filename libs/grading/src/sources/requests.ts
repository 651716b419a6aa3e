import type { AuditFilter } from '@kubedan/contracts';
import type { AuditEntry } from '@kubedan/kube';

/** A check sees the newest so many. */
export const mostRequests = 500;

/** @returns whether an `audit` check wants to see a request @param filter bound to a seed */
export function isWanted(filter: AuditFilter, entry: AuditEntry): boolean {
  const { verbs, resources, namespace, serviceAccounts } = filter;
  if (entry.by === 'serviceAccount' && !serviceAccounts) return false;
  if (verbs && !(verbs as readonly string[]).includes(entry.verb)) return false;
  if (namespace !== undefined && namespace !== entry.namespace) return false;
  return resources?.some((one) => isResource(one, entry)) ?? true;
}

/** `pods` is no `pods/exec`; `pods/*` is both; `deployments` is of any group, `deployments.apps` of one. */
function isResource(wanted: string, { group, resource, subresource }: AuditEntry): boolean {
  const [name = '', sub = ''] = wanted.split('/');
  if (name !== resource && name !== `${resource}.${group}`) return false;
  return sub === '*' || sub === subresource;
}

/** @returns the list with what is new and wanted, or the same one when nothing is */
export function withNew(
  filter: AuditFilter,
  known: readonly AuditEntry[],
  entries: readonly AuditEntry[],
): readonly AuditEntry[] {
  const wanted = entries.filter((entry) => isWanted(filter, entry));
  return wanted.length === 0 ? known : [...known, ...wanted].slice(-mostRequests);
}
