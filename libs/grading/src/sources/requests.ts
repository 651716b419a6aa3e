import type { AuditFilter } from '@kubedan/contracts';
import type { AuditEntry, AuditFollower, AuditSource } from '@kubedan/kube';

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

/** What the `audit` checks of one session see of the learner's requests: a list for each filter. */
export class Requests {
  readonly #lists = new Map<AuditFilter, readonly AuditEntry[]>();
  #follower: AuditFollower | undefined;
  /** All that was written by the start is known. */
  synced = false;
  /** Why nothing is known. */
  error: Error | undefined;

  /** @param changed after each change of the list of a filter, and of all when they are first known */
  constructor(
    filters: readonly AuditFilter[],
    private readonly changed: (filter: AuditFilter) => void,
  ) {
    for (const filter of filters) this.#lists.set(filter, []);
  }

  /** Begins to read what was asked since then. @param since milliseconds since 1970 */
  start(source: AuditSource | undefined, since: number): void {
    this.synced = false;
    this.error = new Error('this cluster keeps no audit log');
    for (const filter of this.#lists.keys()) this.#lists.set(filter, []);
    if (this.#lists.size === 0) return;
    this.#follower = source?.follow({
      since,
      onEntries: (entries) => this.#take(entries),
      onSynced: () => {
        this.synced = true;
        for (const filter of this.#lists.keys()) this.changed(filter);
      },
      onError: (error) => (this.error = error),
    });
  }

  async stop(): Promise<void> {
    const follower = this.#follower;
    this.#follower = undefined;
    await follower?.stop();
  }

  /** Resolves when all that is written by now is in the lists. @throws when it cannot be read */
  async sync(): Promise<void> {
    if (!this.#follower) throw this.error ?? new Error('the audit log is not followed');
    await this.#follower.sync();
  }

  /** Never changed, always replaced. */
  of(filter: AuditFilter): readonly AuditEntry[] {
    return this.#lists.get(filter) ?? [];
  }

  #take(entries: readonly AuditEntry[]): void {
    for (const [filter, known] of this.#lists) {
      const wanted = entries.filter((entry) => isWanted(filter, entry));
      if (wanted.length === 0) continue;
      this.#lists.set(filter, [...known, ...wanted].slice(-mostRequests));
      this.changed(filter);
    }
  }
}
