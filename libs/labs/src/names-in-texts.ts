import { languages, titleOfCheck, type CheckSpec } from '@kubedan/contracts';
import type { BoundLab } from './bind.js';
import type { LabIssue } from './issue.js';
import type { ManifestObject } from './manifests.js';
import { offsetBeforeSubstitution } from './variables.js';
import { formatPath, YamlSource } from './yaml-source.js';

/** Kinds by the words that kubectl takes for them. */
const kinds: Record<string, readonly string[]> = {
  Pod: ['pod', 'pods', 'po'],
  Deployment: ['deployment', 'deployments', 'deploy'],
  StatefulSet: ['statefulset', 'statefulsets', 'sts'],
  DaemonSet: ['daemonset', 'daemonsets', 'ds'],
  Job: ['job', 'jobs'],
  Service: ['service', 'services', 'svc'],
  ConfigMap: ['configmap', 'configmaps', 'cm'],
  Secret: ['secret', 'secrets'],
  Node: ['node', 'nodes', 'no'],
  Namespace: ['namespace', 'namespaces', 'ns'],
  PodDisruptionBudget: ['poddisruptionbudget', 'poddisruptionbudgets', 'pdb'],
  HorizontalPodAutoscaler: ['horizontalpodautoscaler', 'hpa'],
};
const kindOfWord = new Map(
  Object.entries(kinds).flatMap(([kind, words]) => words.map((word) => [word, kind] as const)),
);

/**
 * Finds what texts name and nobody has made. In code spans and blocks, `kind/name`, `kubectl … kind name` and
 * `-n namespace` must name an object that the lab gives, a check looks at, or a node; `<placeholders>` and names that are
 * not given by the lab's author but by Kubernetes (`default`, `kube-system`) are fine.
 * @returns each name that is not there, with its first place in a text
 */
export function unknownNames(bound: BoundLab): LabIssue[] {
  const known = knownObjects(bound);
  return textsOf(bound).flatMap((text) => {
    const seen = new Set<string>();
    return namesIn(text.words).flatMap(({ kind, name, offset }) => {
      const names = known.get(kind) ?? new Set();
      if (names.has(name) || seen.has(`${kind} ${name}`)) return [];
      seen.add(`${kind} ${name}`);
      return [
        {
          ...placeOf(bound, text, offset),
          message: `${kind} ${name} is neither given nor looked at by a check`,
          ...(names.size === 0 ? {} : { allowed: [...names].toSorted() }),
        },
      ];
    });
  });
}

/** The objects that a text may speak of, names by kind. */
function knownObjects(bound: BoundLab): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>([['Namespace', new Set(['default', 'kube-system', 'kube-public'])]]);
  const learn = (kind: string, name: string | undefined, namespace?: string): void => {
    if (name !== undefined) known.set(kind, (known.get(kind) ?? new Set()).add(name));
    if (namespace !== undefined) known.get('Namespace')?.add(namespace);
  };
  const { needs, world } = bound.document.spec;
  const pools = Object.entries(world?.nodePools ?? {});
  const nodes = pools.length > 0 ? pools : [['node', { size: needs.nodes, max: needs.nodes }] as const];
  // Rented nodes come and go: any of the most that there may be can be meant.
  for (const [pool, { size, max = size }] of nodes)
    for (let node = 1; node <= Number(max); node += 1) learn('Node', `${pool}-${node}`);
  for (const [pool] of pools) learn('NodePool', pool);
  if (world) learn('GatewayClass', 'world');
  for (const object of bound.given) learn(object.kind, object.metadata.name, namespaceOf(object));
  learn('Namespace', bound.document.spec.namespace);
  for (const { check } of bound.checks) learnCheck(check, learn);
  for (const { object } of bound.document.spec.ready) learn(object.kind, object.name, object.namespace);
  return known;
}

function namespaceOf({ metadata }: ManifestObject): string | undefined {
  return metadata.namespace;
}

function learnCheck(
  check: CheckSpec,
  learn: (kind: string, name: string | undefined, namespace?: string) => void,
): void {
  if ('object' in check) learn(check.object.kind, check.object.name, check.object.namespace);
  if ('objects' in check) learn(check.objects.kind, undefined, check.objects.namespace);
  if ('helm' in check) learn('Namespace', check.helm.namespace);
  if ('http' in check) {
    learn('Service', check.http.service, check.http.namespace);
    learn('Pod', check.http.pod);
  }
  if ('exec' in check) learn('Pod', check.exec.pod, check.exec.namespace);
  if ('audit' in check) learn('Namespace', check.audit.namespace);
  if ('slo' in check) {
    if (check.slo.service !== undefined) learn('Service', check.slo.service, check.slo.namespace);
    if (check.slo.route !== undefined) learn('HTTPRoute', check.slo.route, check.slo.namespace);
  }
  if ('traffic' in check) {
    const { service, services = [service ?? ''], namespace } = check.traffic;
    for (const one of services) learn('Service', one, namespace);
  }
}

/** A text with the seed's variables in it, and where it stands: a file, or a place in lab.yaml. */
interface PlacedText {
  words: string;
  file: string;
  path?: (string | number)[];
}

function textsOf({ texts, debrief, tasks }: BoundLab): PlacedText[] {
  return languages.flatMap((language): PlacedText[] => [
    { file: `text.${language}.md`, words: texts[language] },
    { file: `debrief.${language}.md`, words: debrief?.[language] ?? '' },
    ...tasks.flatMap((task, t): PlacedText[] => {
      const at = (path: (string | number)[], words: string): PlacedText => ({
        file: 'lab.yaml',
        path: ['spec', 'tasks', t, ...path, language],
        words,
      });
      return [
        at(['title'], task.title[language]),
        ...task.checks.map((check, c) =>
          at(['checks', c, ...('ask' in check ? ['ask', 'question'] : ['title'])], titleOfCheck(check)[language]),
        ),
        ...task.hints.map((hint, h) => at(['hints', h], hint[language])),
      ];
    }),
  ]);
}

/** @param offset in the text as it is with the seed's variables; the file still has their names */
function placeOf({ lab, variables }: BoundLab, { file, path }: PlacedText, offset: number): Omit<LabIssue, 'message'> {
  const raw = lab.files.get(file)?.toString('utf8') ?? '';
  if (path !== undefined) {
    const source = new YamlSource(file, raw);
    const before = offsetBeforeSubstitution(String(valueAt(lab.spec, path)), variables, offset);
    return { file, ...source.positionWithin(path, before), path: formatPath(path) };
  }
  const text = raw.trimStart();
  const before = raw.slice(0, raw.length - text.length + offsetBeforeSubstitution(text, variables, offset)).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | undefined)?.[step], root);
}

interface NameInText {
  kind: string;
  name: string;
  /** Where it begins in the text, from 0. */
  offset: number;
}

/** Names in code: the only place where a text promises that a name is meant to the letter. */
export function namesIn(text: string): NameInText[] {
  return [...text.matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/dg)].flatMap(({ 1: block, 2: span, indices }) => {
    const code = block ?? span ?? '';
    const start = (indices?.[1] ?? indices?.[2])?.[0] ?? 0;
    return [...slashNames(code), ...kubectlNames(code)].map((one) => ({ ...one, offset: start + one.offset }));
  });
}

function slashNames(code: string): NameInText[] {
  return [...code.matchAll(/(?<![\w./-])([a-z]+)\/([a-z0-9][a-z0-9.-]*)(?![\w/-])/g)].flatMap(
    ({ 1: word = '', 2: name = '', index }) => {
      const kind = kindOfWord.get(word);
      return kind === undefined ? [] : [{ kind, name, offset: index }];
    },
  );
}

function kubectlNames(code: string): NameInText[] {
  return [...code.matchAll(/^.*$/gm)]
    .filter(([line]) => /\bkubectl\b|^\s*(?:\$ )?k /.test(line))
    .flatMap(({ 0: line, index: start }) => {
      const words = [...line.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ word, offset: start + index }));
      return words.flatMap(({ word }, index) => {
        const { word: next = '', offset = 0 } = words[index + 1] ?? {};
        if (!/^[a-z0-9][a-z0-9.-]*$/.test(next)) return [];
        if (word === '-n' || word === '--namespace') return [{ kind: 'Namespace', name: next, offset }];
        const kind = kindOfWord.get(word);
        // `kubectl logs pod web`: the word after a kind is a name unless it is another kind, as in `get pods nodes`.
        const isNone = kind === undefined || kindOfWord.has(next) || words[index - 1]?.word === '-n';
        return isNone ? [] : [{ kind, name: next, offset }];
      });
    });
}
