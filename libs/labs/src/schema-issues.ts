import { checkKinds, checkSchemas, labDocumentSchema, type LabDocument } from '@kubedan/contracts';
import { z } from 'zod';
import type { LabIssue } from './issue.js';
import { nearest } from './nearest.js';
import { formatPath, type YamlSource } from './yaml-source.js';

/** What the schema says against a lab.yaml, each mistake at its place. */
export function checkSchema(source: YamlSource): { document?: LabDocument; issues: LabIssue[] } {
  const value = source.value();
  if (source.issues.length > 0) return { issues: source.issues };
  const parsed = labDocumentSchema.safeParse(value);
  if (parsed.success) return { document: parsed.data, issues: [] };
  return { issues: parsed.error.issues.flatMap((issue) => issuesOf(issue, value, source, [])) };
}

function issuesOf(issue: z.core.$ZodIssue, root: unknown, source: YamlSource, prefix: PropertyKey[]): LabIssue[] {
  const path = [...prefix, ...issue.path];
  const at = (where: PropertyKey[], key = false): Pick<LabIssue, 'file' | 'line' | 'column' | 'path'> => ({
    file: source.file,
    ...source.position(where, key),
    path: formatPath(where),
  });
  const seen = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAllowedAt(path, root);
      return issue.keys.map((key) => {
        const close = nearest(key, known);
        const hint = close === undefined ? '' : `; did you mean ${close}?`;
        return {
          ...at([...path, key], true),
          message: `unknown field ${key}${hint}`,
          ...(known.length > 0 ? { allowed: known } : {}),
        };
      });
    }
    case 'invalid_union':
      // A union's own message names every alternative; the author meant one of them.
      if (isCheckPath(path)) return issuesOfCheck(seen, root, source, path);
      return issuesOfUnion(seen, root, source, path);
    case 'invalid_value':
      return [
        {
          ...at(path),
          message: seen === undefined ? 'this field is missing' : `${describe(seen)} is not allowed`,
          allowed: issue.values.map(String),
        },
      ];
    case 'invalid_type': {
      const schema = schemaAt(path, root);
      const expected = schema === undefined ? issue.expected : formOf(schema);
      const allowed = schema instanceof z.ZodObject ? { allowed: Object.keys(schema.shape) } : {};
      if (seen === undefined)
        return [{ ...at(path), message: `this field is missing; expected ${expected}`, ...allowed }];
      // Version numbers, yes and no: YAML takes them for something else than a text.
      const quotes = issue.expected === 'string' && typeof seen !== 'object' ? '; put it in quotes' : '';
      return [{ ...at(path), message: `expected ${expected}, found ${describe(seen)}${quotes}`, ...allowed }];
    }
    case 'too_small':
    case 'too_big':
      return [{ ...at(path), ...sizeMistake(issue, seen, schemaAt(path, root)) }];
    case 'invalid_key':
      return [
        {
          ...at(path, true),
          message: `the name ${String(path.at(-1))} is not allowed: ${issue.issues.map(({ message }) => message).join('; ')}`,
        },
      ];
    default:
      return [{ ...at(path), message: `${issue.message}; found ${describe(seen)}` }];
  }
}

/** A number out of its range, a list or a text that is too short or too long. */
function sizeMistake(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  seen: unknown,
  schema: z.ZodType | undefined,
): Pick<LabIssue, 'message' | 'allowed'> {
  const options = schema instanceof z.ZodUnion ? (schema.options as z.ZodType[]) : [schema];
  const number = options.find((option) => option instanceof z.ZodNumber);
  if (typeof seen === 'number' && number) {
    const [least, most] = [number.minValue ?? -Infinity, number.maxValue ?? Infinity];
    const isOpen = most === Infinity || most === Number.MAX_SAFE_INTEGER;
    return { message: `${seen} is not allowed`, allowed: [isOpen ? `${least} or more` : `${least} to ${most}`] };
  }
  const [what, size] = Array.isArray(seen) ? ['item', seen.length] : ['character', String(seen).length];
  const has = `this ${what === 'item' ? 'list' : 'text'} ${size === 0 ? 'is empty' : `has ${plural(size, what)}`}`;
  return issue.code === 'too_small'
    ? { message: `${has}; at least ${plural(Number(issue.minimum), what)} must be there` }
    : { message: `${has}; at most ${plural(Number(issue.maximum), what)} may be there` };
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Tells mistakes against the one alternative that has a field in common with what is there, if there is one. */
function issuesOfUnion(seen: unknown, root: unknown, source: YamlSource, path: PropertyKey[]): LabIssue[] {
  const schema = schemaAt(path, root);
  const parsed = schema instanceof z.ZodUnion ? undefined : schema?.safeParse(seen);
  if (parsed?.error) return parsed.error.issues.flatMap((issue) => issuesOf(issue, root, source, path));
  const options = schema instanceof z.ZodUnion ? (schema.options as z.ZodType[]) : [];
  return [
    {
      file: source.file,
      ...source.position(path),
      path: formatPath(path),
      message: seen === undefined ? 'this field is missing' : `${describe(seen)} is none of what may stand here`,
      allowed: formsAt(path) ?? options.map(formOf),
    },
  ];
}

/** Forms that an example shows best. */
function formsAt(path: readonly PropertyKey[]): readonly string[] | undefined {
  if (path.at(-2) === 'variables') return ['{oneOf: [a, b]}', '{int: [1, 5]}'];
  if (path[1] === 'world' || path.includes('work')) return ['a number in its range', '${variable}'];
  if (path.at(-1) === 'port') return ['a number from 1 to 65535', "a port's name"];
  return path.at(-1) === 'correct' ? ['true', '{variable: value}', '{variable: [a, b]}'] : undefined;
}

function sharesField(option: z.ZodType, seen: unknown): boolean {
  if (Array.isArray(seen)) return option instanceof z.ZodArray;
  if (typeof seen !== 'object' || seen === null) return false;
  if (option instanceof z.ZodRecord) return true;
  if (!(option instanceof z.ZodObject)) return false;
  return Object.keys(option.shape).some((field) => field in seen);
}

/** @returns what stands there, for people: `a text`, `a whole number`, `a list of texts` */
function formOf(schema: z.ZodType): string {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodString) return 'a text';
  if (inner instanceof z.ZodNumber) return inner.isInt ? 'a whole number' : 'a number';
  if (inner instanceof z.ZodBoolean) return 'true or false';
  if (inner instanceof z.ZodArray) return inner.element instanceof z.ZodString ? 'a list of texts' : 'a list';
  if (inner instanceof z.ZodTuple) return 'a list';
  return 'a map';
}

/** A check has exactly one kind; its mistakes are told against that kind's schema. */
function issuesOfCheck(seen: unknown, root: unknown, source: YamlSource, path: PropertyKey[]): LabIssue[] {
  const place = { file: source.file, ...source.position(path), path: formatPath(path) };
  if (typeof seen !== 'object' || seen === null)
    return [{ ...place, message: `expected a check, found ${describe(seen)}` }];
  const kinds = checkKinds.filter((kind) => kind in seen);
  const [kind] = kinds;
  if (kind === undefined)
    return [{ ...place, message: 'a check needs one field that says what it looks at', allowed: checkKinds }];
  if (kinds.length > 1) return [{ ...place, message: `a check looks at one thing, not at ${kinds.join(' and ')}` }];
  const parsed = checkSchemas[kind].safeParse(seen);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => issuesOf(issue, root, source, path));
}

function isCheckPath(path: readonly PropertyKey[]): boolean {
  return path.at(-2) === 'checks' && typeof path.at(-1) === 'number';
}

function keysAllowedAt(path: readonly PropertyKey[], root: unknown): string[] {
  const schema = schemaAt(path, root);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** Walks the schema along a path; where it meets a union it takes the alternative that is meant there, if that is clear. */
function schemaAt(path: readonly PropertyKey[], root: unknown): z.ZodType | undefined {
  let schema: z.ZodType | undefined = labDocumentSchema;
  path.forEach((step, index) => {
    schema = childOf(meantOf(schema, valueAt(root, path.slice(0, index))), step);
  });
  return meantOf(schema, valueAt(root, path));
}

function meantOf(schema: z.ZodType | undefined, seen: unknown): z.ZodType | undefined {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodUnion)) return inner;
  if (typeof seen !== 'object' || seen === null) return inner;
  const kind = checkKinds.find((name) => name in seen);
  if (kind !== undefined && (inner.options as z.ZodType[]).includes(checkSchemas[kind])) return checkSchemas[kind];
  const meant = (inner.options as z.ZodType[]).filter((option) => sharesField(option, seen));
  return meant.length === 1 ? unwrap(meant[0]) : inner;
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}

function childOf(schema: z.ZodType | undefined, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(step)] as z.ZodType | undefined;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodTuple) return schema.def.items[Number(step)] as z.ZodType | undefined;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  return undefined;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    root,
  );
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? `"${value.slice(0, 60)}"` : String(value);
}
