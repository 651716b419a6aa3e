import { type WorldMark, worldMarkSchema, worldMarksKept, worldSecondsKept } from '@kubedan/contracts';
import type { AuditEntry } from '@kubedan/kube';

/** World milliseconds within which the same change again counts as one. */
const together = 5_000;
/** Groups whose requests change nothing that can be seen: questions about rights, and notices. */
const quiet = new Set(['authorization.k8s.io', 'authentication.k8s.io', 'events.k8s.io', 'coordination.k8s.io']);
/** Subresources that are ways into a Pod, not changes. */
const ways = new Set(['exec', 'attach', 'portforward', 'proxy', 'token']);

/** What the learner changed, as marks on the world's time line. */
export class WorldMarks {
  #marks: WorldMark[] = [];

  /** @param entries of the audit log, in order @param worldMsOf the world's time of a moment, in milliseconds since 1970 */
  add(entries: readonly AuditEntry[], worldMsOf: (hostMs: number) => number): void {
    for (const entry of entries) {
      const verb = worldMarkSchema.shape.verb.safeParse(entry.verb);
      if (!verb.success || !isChange(entry)) continue;
      const resource = entry.subresource === '' ? entry.resource : `${entry.resource}/${entry.subresource}`;
      const { namespace, name } = entry;
      const atMs = Math.round(worldMsOf(Date.parse(entry.at)));
      const same = this.#marks.findLast(
        (mark) =>
          mark.verb === verb.data && mark.resource === resource && mark.namespace === namespace && mark.name === name,
      );
      if (same && atMs - same.atMs < together) same.count += 1;
      else this.#marks.push({ atMs, verb: verb.data, resource, namespace, name, count: 1 });
    }
    if (this.#marks.length > worldMarksKept) this.#marks = this.#marks.slice(-worldMarksKept);
  }

  /** @returns those of the last ten minutes, the oldest first */
  since(nowMs: number): WorldMark[] {
    return this.#marks.filter(({ atMs }) => atMs >= nowMs - worldSecondsKept * 1000);
  }
}

function isChange({ by, code, group, resource, subresource }: AuditEntry): boolean {
  const isDone = code >= 200 && code < 300;
  return by === 'learner' && isDone && !quiet.has(group) && !ways.has(subresource) && resource !== 'events';
}
