import { languages, titleOfCheck, type CheckSpec } from '@kubedan/contracts';
import type { BoundLab, ManifestObject } from '@kubedan/labs';

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
 * Proves that texts name nothing that is not there. In code spans and blocks, `kind/name`, `kubectl … kind name` and
 * `-n namespace` must name an object that the lab gives, a check looks at, or a node; `<placeholders>` and names that are
 * not given by the lab's author but by Kubernetes (`default`, `kube-system`) are fine.
 * @returns one line for each name that is not there
 */
export function unknownNames(bound: BoundLab): string[] {
  const known = knownObjects(bound);
  const reasons = new Set<string>();
  for (const [where, text] of textsOf(bound)) {
    for (const { kind, name } of namesIn(text)) {
      if (!known.get(kind)?.has(name))
        reasons.add(`${where} names ${kind} ${name}, which neither is given nor looked at by a check`);
    }
  }
  return [...reasons];
}

/** The objects that a text may speak of, names by kind. */
function knownObjects(bound: BoundLab): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>([['Namespace', new Set(['default', 'kube-system', 'kube-public'])]]);
  const learn = (kind: string, name: string | undefined, namespace?: string): void => {
    if (name !== undefined) known.set(kind, (known.get(kind) ?? new Set()).add(name));
    if (namespace !== undefined) known.get('Namespace')?.add(namespace);
  };
  for (let node = 1; node <= bound.document.spec.needs.nodes; node += 1) learn('Node', `node-${node}`);
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
}

function textsOf(bound: BoundLab): [string, string][] {
  return languages.flatMap((language): [string, string][] => [
    [`text.${language}.md`, bound.texts[language]],
    [`debrief.${language}.md`, bound.debrief?.[language] ?? ''],
    ...bound.tasks.flatMap((task): [string, string][] => [
      [`the title of ${task.id} (${language})`, task.title[language]],
      ...task.checks.map((check): [string, string] => [
        `the title of ${check.id} (${language})`,
        titleOfCheck(check)[language],
      ]),
      ...task.hints.map((hint, index): [string, string] => [
        `hint ${index + 1} of ${task.id} (${language})`,
        hint[language],
      ]),
    ]),
  ]);
}

/** Names in code: the only place where a text promises that a name is meant to the letter. */
export function namesIn(text: string): { kind: string; name: string }[] {
  const code = [...text.matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map((match) => match[1] ?? match[2] ?? '');
  return code.flatMap((snippet) => [...slashNames(snippet), ...kubectlNames(snippet)]);
}

function slashNames(code: string): { kind: string; name: string }[] {
  return [...code.matchAll(/(?<![\w./-])([a-z]+)\/([a-z0-9][a-z0-9.-]*)(?![\w/-])/g)].flatMap(
    ([, word = '', name = '']) => {
      const kind = kindOfWord.get(word);
      return kind === undefined ? [] : [{ kind, name }];
    },
  );
}

function kubectlNames(code: string): { kind: string; name: string }[] {
  return code
    .split('\n')
    .filter((line) => /\bkubectl\b|^\s*(?:\$ )?k /.test(line))
    .flatMap((line) => {
      const words = line.trim().split(/\s+/);
      return words.flatMap((word, index) => {
        const next = words[index + 1] ?? '';
        if (!/^[a-z0-9][a-z0-9.-]*$/.test(next)) return [];
        if (word === '-n' || word === '--namespace') return [{ kind: 'Namespace', name: next }];
        const kind = kindOfWord.get(word);
        // `kubectl logs pod web`: the word after a kind is a name unless it is another kind, as in `get pods nodes`.
        return kind === undefined || kindOfWord.has(next) || words[index - 1] === '-n' ? [] : [{ kind, name: next }];
      });
    });
}
