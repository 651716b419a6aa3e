import { tinyLab } from './cli-fixture.js';

export interface LabToCheck {
  name: string;
  /** Files of the tiny lab that are other than they should be. */
  changes: Partial<Record<keyof typeof tinyLab, string>>;
  /** How the line begins that says what is wrong: its place and its words; absent for a lab without a mistake. */
  said?: string;
  /** The JSON Schema of lab.yaml sees it, too; it knows nothing of names, expressions and other files. */
  bySchema?: boolean;
}

const yaml = tinyLab['lab.yaml'];
/** @returns the change of lab.yaml that puts one text for another */
function replaced(text: string, other: string): LabToCheck['changes'] {
  if (!yaml.includes(text)) throw new Error(`the tiny lab has no ${text}`);
  return { 'lab.yaml': yaml.replace(text, other) };
}

/** One lab for each kind of mistake, and one that has none. */
export const labsToCheck: readonly LabToCheck[] = [
  { name: 'good', changes: {} },
  {
    name: 'tier',
    changes: replaced('tier: bronze', 'tier: wood'),
    said: 'lab.yaml:5:9: metadata.tier: "wood" is not allowed (allowed: bronze, silver, gold, diamond)',
    bySchema: true,
  },
  {
    name: 'field',
    changes: replaced('minutes', 'minuts'),
    said: 'lab.yaml:8:3: metadata.minuts: unknown field minuts; did you mean minutes?',
    bySchema: true,
  },
  {
    name: 'minutes',
    changes: replaced('minutes: 5', 'minutes: 0'),
    said: 'lab.yaml:8:12: metadata.minutes: 0 is not allowed (allowed: 1 to 240)',
    bySchema: true,
  },
  {
    name: 'text',
    changes: replaced('title: {en: Turn the sign, zh: 翻牌子}', 'title: Turn the sign'),
    said: 'lab.yaml:14:14: spec.tasks[0].title: expected a map, found "Turn the sign" (allowed: en, zh)',
    bySchema: true,
  },
  {
    name: 'escape',
    changes: replaced('solution/open.sh', '../open.sh'),
    said: 'lab.yaml:25:14: spec.solution[0]: expected a path inside the lab\'s folder, without ..; found "../open.sh"',
    bySchema: true,
  },
  {
    name: 'answer',
    changes: replaced('run: wrong/half.sh, ', ''),
    said: 'lab.yaml:27:7: spec.wrong[0]: a wrong answer needs run, answers or both',
    bySchema: true,
  },
  { name: 'indent', changes: replaced('  tier', ' tier'), said: 'lab.yaml:5:' },
  {
    name: 'cel',
    changes: replaced("== 'open'", "== 'open"),
    said: 'lab.yaml:19:40: spec.tasks[0].checks[0].expect: not a CEL expression, at character 22: Unterminated string',
  },
  {
    name: 'typed',
    changes: replaced('object.data.state', 'objekt.data.state'),
    said: 'lab.yaml:19:19: spec.tasks[0].checks[0].expect: not a CEL expression, at character 1: Unknown variable: objekt (allowed: object, given, now, session)',
  },
  {
    name: 'always',
    changes: replaced('always: true', 'always: true\n          holds: 5s'),
    said: 'lab.yaml:23:18: spec.tasks[0].checks[1].holds: always and holds contradict each other',
    bySchema: true,
  },
  {
    name: 'wrong',
    changes: replaced('fails: [says-open]', 'fails: [says-closed]'),
    said: 'lab.yaml:27:53: spec.wrong[0].fails[0]: there is no check says-closed (allowed: says-open, same-sign)',
  },
  {
    name: 'variable',
    changes: { 'given/shop.yaml': tinyLab['given/shop.yaml'].replace('closed', '${state}') },
    said: 'given/shop.yaml:8:15: the variable state is not declared',
  },
  {
    name: 'script',
    changes: { 'solution/open.sh': '' },
    said: "lab.yaml:25:14: spec.solution[0]: there is no file solution/open.sh in the lab's folder",
  },
  {
    name: 'language',
    changes: { 'text.zh.md': '' },
    said: 'text.zh.md: this text is missing or empty: a lab speaks both languages',
  },
  {
    name: 'names',
    changes: { 'text.en.md': 'The sign\n`configmap/sing` says closed.\n' },
    said: 'text.en.md:2:2: ConfigMap sing is neither given nor looked at by a check (allowed: sign)',
  },
  {
    name: 'manifest',
    changes: { 'given/shop.yaml': 'kind: Namespace\n' },
    said: 'given/shop.yaml:1:1: a manifest needs apiVersion, kind and metadata.name',
  },
];
