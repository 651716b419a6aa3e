import { dirname } from 'node:path/posix';
import { kindOfCheck, languages, type CheckSpec, type LabDocument } from '@kubedan/contracts';
import { compileExpression, ExpressionInvalidError } from './cel/expression.js';
import type { ExpressionScope } from './cel/scopes.js';
import type { LabFiles } from './folder.js';
import type { LabIssue } from './issue.js';
import { parseManifests } from './manifests.js';
import { checkMeasured } from './measured-references.js';
import { complainOfUnknown, problemWithOptions, variablesOf } from './right-options.js';
import { drawVariables, offsetBeforeSubstitution, substitute, variablesIn, type VariableValues } from './variables.js';
import { checkWorld } from './world-references.js';
import { formatPath, type YamlSource } from './yaml-source.js';

/** No quotes, spaces or other characters that mean something to YAML, a shell or CEL. */
const plainValue = /^[\p{L}\p{N}](?:[\p{L}\p{N}._:/@+-]{0,61}[\p{L}\p{N}])?$/u;

/** Files of a folder that are named when one is missing in it. */
const mostNamed = 10;

/** What a schema cannot say: names that must exist, contradictions, expressions, files. */
export function checkReferences(
  document: LabDocument,
  source: YamlSource,
  files: LabFiles,
  folderName: string,
): LabIssue[] {
  const issues: LabIssue[] = [];
  const complain = (path: PropertyKey[], message: string, allowed?: readonly string[]): void => {
    issues.push({
      file: source.file,
      ...source.position(path),
      path: formatPath(path),
      message,
      ...(allowed ? { allowed } : {}),
    });
  };
  const within: ComplainWithin = (path, offset, message, allowed) => {
    complain(path, message, allowed);
    const issue = issues.at(-1);
    if (issue) Object.assign(issue, source.positionWithin(path, offset));
  };
  const { metadata, spec } = document;
  if (metadata.name !== folderName) complain(['metadata', 'name'], `the lab's name is its folder's name`, [folderName]);

  const checks = spec.tasks.flatMap((task, t) =>
    task.checks.map((check, c) => ({ check, path: ['spec', 'tasks', t, 'checks', c] })),
  );
  complainOfDoubles(
    spec.tasks.map(({ id }, t) => ({ id, path: ['spec', 'tasks', t, 'id'] })),
    'task',
    complain,
  );
  complainOfDoubles(
    checks.map(({ check, path }) => ({ id: check.id, path: [...path, 'id'] })),
    'check',
    complain,
  );
  for (const [name, variable] of Object.entries(spec.variables)) {
    if ('int' in variable && variable.int[0] >= variable.int[1])
      complain(['spec', 'variables', name, 'int'], 'the first number must be below the second');
    if ('oneOf' in variable) {
      variable.oneOf.forEach((value, index) => {
        if (!plainValue.test(String(value)))
          complain(
            ['spec', 'variables', name, 'oneOf', index],
            'a value stands in YAML, shells and expressions alike: expected up to 63 letters, digits, or . _ : / @ + -',
          );
      });
      if (new Set(variable.oneOf).size !== variable.oneOf.length)
        complain(['spec', 'variables', name, 'oneOf'], 'one value stands here twice');
    }
  }
  const sample = drawVariables(spec.variables, 'sample');
  for (const { check, path } of checks) checkOne(check, path, sample, spec.variables, complain, within);
  spec.ready.forEach((condition, index) =>
    checkCondition(condition.expect, 'ready', ['spec', 'ready', index, 'expect'], sample, within),
  );
  checkWrongAnswers(document, complain);
  checkWorld(spec, sample, complain);
  checkMeasured(spec, checks, files, sample, complain);
  checkFiles(document, files, complain);
  issues.push(...checkManifests(document, files, sample), ...checkVariables(document, source, files));
  if (!checks.some(({ check }) => check.points > 0))
    complain(['spec', 'tasks'], 'at least one check must be worth points');
  if (checks.every(({ check }) => 'always' in check && check.always === true))
    complain(['spec', 'tasks'], 'a lab of rules alone has nothing to do: add a check without always');
  return issues;
}

type ComplainWithin = (path: (string | number)[], offset: number, message: string, allowed?: readonly string[]) => void;
type Complain = (path: PropertyKey[], message: string, allowed?: readonly string[]) => void;

function complainOfDoubles(entries: { id: string; path: PropertyKey[] }[], what: string, complain: Complain): void {
  const seen = new Set<string>();
  for (const { id, path } of entries) {
    if (seen.has(id)) complain(path, `another ${what} has the id ${id} already`);
    seen.add(id);
  }
}

function checkOne(
  check: CheckSpec,
  path: (string | number)[],
  sample: VariableValues,
  variables: LabDocument['spec']['variables'],
  complain: Complain,
  within: ComplainWithin,
): void {
  checkOtherwise(check, path, sample, within);
  if ('ask' in check) {
    const { options, choose } = check.ask;
    options.forEach(({ correct }, o) =>
      complainOfUnknown(correct, variables, (place, message, allowed) =>
        complain([...path, 'ask', 'options', o, 'correct', ...place], message, allowed),
      ),
    );
    const problem = problemWithOptions(options, choose, variables);
    if (problem !== undefined) complain([...path, 'ask', 'options'], problem);
    complainOfDoubles(
      options.map(({ id }, o) => ({ id, path: [...path, 'ask', 'options', o, 'id'] })),
      'option',
      complain,
    );
    return;
  }
  if (check.always && check.holds !== undefined)
    complain([...path, 'holds'], 'always and holds contradict each other: a rule is never broken, not for a time');
  if (check.always && check.latched)
    complain([...path, 'latched'], 'always and latched contradict each other: once is not always');
  checkCondition(check.expect, kindOfCheck(check), [...path, 'expect'], sample, within);
}

/** @param start where the expression begins in the text at the path */
function checkExpression(
  text: string,
  scope: ExpressionScope,
  path: (string | number)[],
  sample: VariableValues,
  within: ComplainWithin,
  start = 0,
): string | undefined {
  try {
    return compileExpression(substitute(text, sample), scope).type;
  } catch (error) {
    if (!(error instanceof ExpressionInvalidError)) throw error;
    const offset = offsetBeforeSubstitution(text, sample, error.offset);
    within(path, start + offset, `not a CEL expression, at character ${offset + 1}: ${error.message}`, error.allowed);
    return undefined;
  }
}

function checkCondition(
  text: string,
  scope: ExpressionScope,
  path: (string | number)[],
  sample: VariableValues,
  within: ComplainWithin,
): void {
  const type = checkExpression(text, scope, path, sample, within);
  if (type !== undefined && type !== 'bool' && type !== 'dyn')
    within(path, 0, `the expression must be true or false, and is of type ${type}`);
}

/** The expressions in `{{ … }}` of the words for a failed check. */
function checkOtherwise(
  check: CheckSpec,
  path: (string | number)[],
  sample: VariableValues,
  within: ComplainWithin,
): void {
  for (const language of languages) {
    const text = check.otherwise?.[language] ?? '';
    const where = [...path, 'otherwise', language];
    for (const part of text.matchAll(/\{\{(.*?)(\}\}|$)/gs)) {
      const { 1: inside = '', 2: close, index } = part;
      if (close === '') within(where, index, '`{{` is not closed by `}}`');
      else if ('ask' in check) within(where, index, 'the words for a question hold no expressions');
      else {
        const start = index + 2 + inside.length - inside.trimStart().length;
        checkExpression(inside.trim(), kindOfCheck(check), where, sample, within, start);
      }
    }
  }
}

function checkWrongAnswers({ spec }: LabDocument, complain: Complain): void {
  const checks = new Map(spec.tasks.flatMap((task) => task.checks).map((check) => [check.id, check]));
  complainOfDoubles(
    spec.wrong.map(({ name }, w) => ({ id: name, path: ['spec', 'wrong', w, 'name'] })),
    'wrong answer',
    complain,
  );
  spec.wrong.forEach((wrong, index) => {
    const path: PropertyKey[] = ['spec', 'wrong', index];
    if (wrong.run === undefined && wrong.answers === undefined)
      complain(path, 'a wrong answer needs run, answers or both');
    wrong.fails.forEach((id, f) => {
      if (!checks.has(id)) complain([...path, 'fails', f], `there is no check ${id}`, [...checks.keys()]);
    });
    for (const [id, options] of Object.entries(wrong.answers ?? {})) {
      const check = checks.get(id);
      if (check === undefined || !('ask' in check)) {
        complain(
          [...path, 'answers', id],
          `there is no question ${id}`,
          [...checks.values()].filter((one) => 'ask' in one).map((one) => one.id),
        );
        continue;
      }
      const known = check.ask.options.map((option) => option.id);
      options.forEach((option, o) => {
        if (!known.includes(option)) complain([...path, 'answers', id, o], `${id} has no option ${option}`, known);
      });
    }
  });
}

function checkFiles({ spec }: LabDocument, files: LabFiles, complain: Complain): void {
  const expectFile = (file: string | undefined, path: PropertyKey[]): void => {
    if (file === undefined || files.has(file)) return;
    const beside = [...files.keys()].filter((other) => dirname(other) === dirname(file)).slice(0, mostNamed);
    complain(path, `there is no file ${file} in the lab's folder`, beside.length > 0 ? beside : undefined);
  };
  spec.given.forEach((file, index) => expectFile(file, ['spec', 'given', index]));
  spec.solution.forEach((file, index) => expectFile(file, ['spec', 'solution', index]));
  spec.wrong.forEach(({ run }, index) => expectFile(run, ['spec', 'wrong', index, 'run']));
  expectFile(spec.setup, ['spec', 'setup']);
  if (spec.workspace !== undefined && ![...files.keys()].some((file) => file.startsWith(`${spec.workspace}/`))) {
    complain(['spec', 'workspace'], `there is no folder ${spec.workspace} with files in it`);
  }
}

/** Values have no line breaks: only columns move when they are put in. */
function checkManifests({ spec }: LabDocument, files: LabFiles, sample: VariableValues): LabIssue[] {
  return spec.given.flatMap((file) => {
    const text = files.get(file)?.toString('utf8') ?? '';
    const lines = text.split('\n');
    return parseManifests(file, substitute(text, sample)).issues.map((issue) => {
      if (issue.line === undefined || issue.column === undefined) return issue;
      const column = 1 + offsetBeforeSubstitution(lines[issue.line - 1] ?? '', sample, issue.column - 1);
      return { ...issue, column };
    });
  });
}

/** Declared and used must be the same; scripts may name variables of the shell besides. */
function checkVariables({ spec }: LabDocument, source: YamlSource, files: LabFiles): LabIssue[] {
  const declared = Object.keys(spec.variables);
  const issues: LabIssue[] = [];
  const used = new Set(
    spec.tasks.flatMap(({ checks }) =>
      checks.flatMap((check) =>
        ('ask' in check ? check.ask.options : []).flatMap(({ correct }) => variablesOf(correct)),
      ),
    ),
  );
  const learn = (file: string, text: string, strict: boolean): void => {
    for (const [name, offset] of variablesIn(text)) {
      used.add(name);
      if (!strict || declared.includes(name)) continue;
      const before = text.slice(0, offset).split('\n');
      issues.push({
        file,
        line: before.length,
        column: (before.at(-1)?.length ?? 0) + 1,
        message: `the variable ${name} is not declared`,
        ...(declared.length > 0 ? { allowed: declared } : {}),
      });
    }
  };
  learn(source.file, files.get(source.file)?.toString('utf8') ?? '', true);
  const manifests = new Set(spec.given);
  for (const [file, bytes] of files) {
    if (file !== source.file)
      learn(file, bytes.toString('utf8'), manifests.has(file) || /^(?:text|debrief)\.\w+\.md$/.test(file));
  }
  for (const name of declared.filter((one) => !used.has(one))) {
    const path = ['spec', 'variables', name];
    issues.push({
      file: source.file,
      ...source.position(path, true),
      path: formatPath(path),
      message: `the variable ${name} is not used anywhere`,
    });
  }
  return issues;
}
