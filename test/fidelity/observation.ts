import type { KubeObject } from '@kubedan/kube';
import type { Watched } from './view.js';

/** What a user sees of one case in one cluster: path → text. Names drawn by chance, times and addresses are blotted out. */
export type Observation = ReadonlyMap<string, string>;

/** Blots out what differs between any two clusters, real ones too. */
export class Blotter {
  readonly #replacements: [RegExp, string][];

  /** @param objects of the case; those with generated names are told by what they were generated from */
  constructor(namespace: string, objects: readonly KubeObject[]) {
    const generated = objects
      .filter(({ metadata }) => metadata.generateName || metadata.ownerReferences?.length)
      .map(({ metadata }) => [metadata.name, nameOf(metadata)] as const)
      .filter(([name, told]) => name !== told)
      // The longest first: a ReplicaSet's name begins its pods' names.
      .toSorted(([one], [other]) => other.length - one.length);
    this.#replacements = [
      ...generated.map(([name, told]): [RegExp, string] => [whole(name), told]),
      [whole(namespace), '<namespace>'],
      [/\bkube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-<random>'],
      [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>'],
      [/\b(?:sha256:)?[0-9a-f]{64}\b/g, '<digest>'],
      [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '<ip>'],
      [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
      // What a ReplicaSet or a Job appends to names it makes.
      [/\b([a-z0-9-]+)-[bcdf-hj-np-tv-z2456789]{8,10}-[bcdf-hj-np-tv-z2456789]{5}\b/g, '$1-<hash>-<random>'],
      [/\b([a-z0-9-]+)-[bcdf-hj-np-tv-z2456789]{8,10}\b/g, '$1-<hash>'],
      [/(?<=Created pod: [a-z0-9-]+-|Deleted pod: [a-z0-9-]+-)[bcdf-hj-np-tv-z2456789]{5}\b/g, '<random>'],
      [/ in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes/g, ' in <time>. Image size: <bytes>'],
      [/ \([\dhms]+ ago\)/g, ' (<age> ago)'],
    ];
  }

  blot(text: string): string {
    let blotted = text;
    for (const [pattern, told] of this.#replacements) blotted = blotted.replace(pattern, told);
    return blotted;
  }
}

/** A name by itself, not as a part of another. */
const whole = (name: string) => new RegExp(`(?<![a-z0-9-])${escapeRegExp(name)}(?![a-z0-9-])`, 'g');
const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** The name by which an object of this cluster is told from the others, in both clusters the same. */
function nameOf({ name, generateName, labels = {} }: KubeObject['metadata']): string {
  const hash = labels['pod-template-hash'];
  const stable = hash ? (generateName ?? `${name}-`).replace(`-${hash}-`, '-<hash>-') : generateName;
  if (generateName === undefined) return hash ? name.replace(hash, '<hash>') : name;
  // The pods of StatefulSets and of indexed Jobs have names of their own choice.
  const index = labels['apps.kubernetes.io/pod-index'] ?? labels['batch.kubernetes.io/job-completion-index'];
  return index !== undefined ? `${generateName}${index}` : `${stable}<random>`;
}

// Fields of a status whose value is another one in any two clusters: whether they are there is what is compared.
const drawn = /^(?:containerID|imageID|podIP|hostIP|ip|uid|resourceVersion|controller-uid)$/;
const moment = /(?:Time|At|Timestamp)$/;

/** Turns what a user sees of an object into lines that can be compared. */
export function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (Array.isArray(value)) {
    const keyOf = (one: unknown, index: number) => {
      const { type, name } = (one ?? {}) as { type?: string; name?: string };
      return type ?? name ?? index;
    };
    value.forEach((one, index) => flatten(one, `${path}[${keyOf(one, index)}]`, into));
    if (!value.length) into.set(path, '[]');
  } else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      if ((key === 'type' || key === 'name') && path.endsWith(`[${String(inner)}]`)) continue;
      if (drawn.test(key) && typeof inner === 'string') into.set(`${path}.${key}`, inner ? '<set>' : '""');
      else if (moment.test(key)) into.set(`${path}.${key}`, inner === null ? 'null' : '<time>');
      else flatten(inner, `${path}.${key}`, into);
    }
    if (!Object.keys(value).length) into.set(path, '{}');
  } else into.set(path, String(value));
}

export interface TableRow {
  cells: Record<string, string>;
  object: Watched;
}

/** What `kubectl get` prints and `kubectl get -o yaml` shows of objects, as far as the kubelet and controllers write it. */
export function tell(kind: string, rows: readonly TableRow[], blotter: Blotter, into: Map<string, string>): void {
  const told = rows.map(({ cells, object }) => {
    const lines = new Map<string, string>();
    for (const [column, cell] of Object.entries(cells)) {
      if (!unstableColumns.has(column)) lines.set(`kubectl get: ${column}`, blotter.blot(cell));
    }
    flatten(seenOf(kind, object), '', lines);
    const blotted = new Map([...lines].map(([path, text]) => [blotter.blot(path), blotter.blot(text)] as const));
    return { name: nameOf(object.metadata), lines: blotted };
  });
  const seen = new Map<string, number>();
  // Of several pods with one template the order of their names says nothing: they are told apart by what they are like.
  const textOf = (lines: Map<string, string>) => [...lines].map((entry) => entry.join('=')).join('\n');
  for (const { name, lines } of told.toSorted(
    (one, other) => one.name.localeCompare(other.name) || textOf(one.lines).localeCompare(textOf(other.lines)),
  )) {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const label = `${kind}/${blotter.blot(name)}${count > 1 ? `#${count}` : ''}`;
    for (const [path, text] of lines) into.set(`${label} ${path.replace(/^\./, '')}`, text);
  }
}

// Names are drawn, ages pass, and addresses are the cluster's own.
const unstableColumns = new Set(
  ['Name', 'Age', 'IP', 'Duration', 'Nominated Node', 'Volume'].concat(
    // What a node's machine is made of.
    ['Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'],
  ),
);

/** The part of an object that is compared. */
function seenOf(kind: string, object: Watched): unknown {
  const { status = {}, spec = {}, metadata } = object;
  if (kind === 'Node') {
    const { taints = [], unschedulable } = spec as { taints?: object[]; unschedulable?: boolean };
    const conditions = status.conditions
      ?.filter(({ type }) => type === 'Ready')
      .map(({ type, status: is, reason }) => ({ type, status: is, reason }));
    return { status: { conditions }, spec: { taints, ...(unschedulable ? { unschedulable } : {}) } };
  }
  const { finalizers, deletionGracePeriodSeconds } = metadata;
  return {
    ...(metadata.deletionTimestamp ? { deleted: { deletionGracePeriodSeconds } } : {}),
    // When the last one is taken off a pod that goes is a race of controllers.
    ...(finalizers?.length && kind !== 'GonePod' ? { finalizers } : {}),
    status,
    ...(kind === 'Pod' ? { spec: podSpecOf(spec) } : {}),
  };
}

/** What admission and the scheduler wrote into a pod. */
function podSpecOf(spec: Record<string, unknown>): unknown {
  const {
    nodeName,
    priority,
    tolerations,
    containers = [],
  } = spec as {
    nodeName?: string;
    priority?: number;
    tolerations?: object[];
    containers?: { name: string; resources?: object; imagePullPolicy?: string }[];
  };
  return {
    nodeName,
    priority,
    tolerations: tolerations?.map((one) => JSON.stringify(one)).toSorted(),
    containers: containers.map(({ name, resources, imagePullPolicy }) => ({ name, resources, imagePullPolicy })),
  };
}

export interface SeenEvent extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  note?: string;
  involvedObject?: { kind?: string; name?: string; fieldPath?: string };
  source?: { component?: string };
  reportingComponent?: string;
}

/** @returns an Event as a line that is the same in both clusters: about what, type, reason, message, and who says it */
export function eventLine(event: SeenEvent, blotter: Blotter): string {
  const {
    involvedObject: about = {},
    type = '',
    reason = '',
    message = '',
    fieldPath = about.fieldPath ?? '',
  } = event as SeenEvent & { fieldPath?: string };
  const from = event.reportingComponent || event.source?.component || '';
  const name = blotter.blot(about.name ?? '');
  return blotter.blot(
    `${about.kind}/${name}${fieldPath ? ` ${fieldPath}` : ''}: ${type} ${reason}: ${message.trimEnd()} (${from})`,
  );
}
