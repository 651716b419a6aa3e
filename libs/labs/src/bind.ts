import type { CheckSpec, LabDocument, LocalizedText, TaskSpec } from '@kubedan/contracts';
import type { Lab } from './lab.js';
import { parseManifests, type ManifestObject } from './manifests.js';
import { settleAnswers } from './right-options.js';
import { drawVariables, substitute, substituteAll, type VariableValues } from './variables.js';

/** A lab with one seed's variables put in everywhere: what one session is about. */
export interface BoundLab {
  readonly lab: Lab;
  readonly seed: string;
  readonly variables: VariableValues;
  readonly document: LabDocument;
  readonly texts: LocalizedText;
  readonly debrief?: LocalizedText;
  readonly given: readonly ManifestObject[];
  readonly tasks: readonly TaskSpec[];
  /** All checks of all tasks, in order. */
  readonly checks: readonly { task: TaskSpec; check: CheckSpec }[];
  /** The learner's files at the start, by path relative to the workspace. */
  readonly workspace: ReadonlyMap<string, string>;
  /** @returns a script's text @throws RangeError for a file that is not in the lab's folder */
  script(file: string): string;
}

/** @param seed any text; the same seed and lab give the same bound lab */
export function bindLab(lab: Lab, seed: string): BoundLab {
  const variables = drawVariables(lab.spec.spec.variables, seed);
  const { variables: declared, ...rest } = lab.spec.spec;
  const spec = substituteAll(rest, variables);
  const tasks = settleAnswers(spec.tasks, variables);
  const document: LabDocument = {
    ...lab.spec,
    metadata: substituteAll(lab.spec.metadata, variables),
    spec: { ...spec, ...bindWorld(rest, variables), tasks, variables: declared },
  };
  const read = (file: string): string => {
    const bytes = lab.files.get(file);
    if (bytes === undefined) throw new RangeError(`the lab ${lab.name} has no file ${file}`);
    return substitute(bytes.toString('utf8'), variables);
  };
  const { workspace: folder } = document.spec;
  const workspaceFiles =
    folder === undefined ? [] : [...lab.files.keys()].filter((file) => file.startsWith(`${folder}/`));
  return {
    lab,
    seed,
    variables,
    document,
    texts: substituteAll(lab.texts, variables),
    ...(lab.debrief === undefined ? {} : { debrief: substituteAll(lab.debrief, variables) }),
    given: document.spec.given.flatMap((file) => parseManifests(file, read(file)).objects),
    tasks,
    checks: tasks.flatMap((task) => task.checks.map((check) => ({ task, check }))),
    workspace: new Map(workspaceFiles.map((file) => [file.slice((folder ?? '').length + 1), read(file)])),
    script: read,
  };
}

/** The parts of the world that reckon with numbers: there, a number that is drawn is a number. */
export function bindWorld(
  { images, world }: Pick<LabDocument['spec'], 'images' | 'world'>,
  variables: VariableValues,
): Pick<LabDocument['spec'], 'images' | 'world'> {
  const bound = Object.entries(images).map(([name, { work, ...behaviour }]) => [
    substitute(name, variables),
    { ...substituteAll(behaviour, variables), ...(work ? { work: substituteAll(work, variables, true) } : {}) },
  ]);
  return {
    images: Object.fromEntries(bound) as LabDocument['spec']['images'],
    ...(world ? { world: substituteAll(world, variables, true) } : {}),
  };
}
