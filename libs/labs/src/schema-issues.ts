import {
  checkKinds,
  labDocumentSchema,
  askCheckSchema,
  fileCheckSchema,
  helmCheckSchema,
  objectCheckSchema,
  objectsCheckSchema,
  type LabDocument,
} from '@kubedan/contracts';
import { z } from 'zod';
import type { LabIssue } from './issue.js';
import { nearest } from './nearest.js';
import { formatPath, type YamlSource } from './yaml-source.js';

const checkSchemas = {
  object: objectCheckSchema,
  objects: objectsCheckSchema,
  helm: helmCheckSchema,
  file: fileCheckSchema,
  ask: askCheckSchema,
} as const;

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
      const known = keysAllowedAt(path, seen);
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
      return [
        { ...at(path), message: `${describe(seen)} is none of what may stand here`, allowed: alternativesAt(path) },
      ];
    case 'invalid_value':
      return [
        {
          ...at(path),
          message: seen === undefined ? 'this field is missing' : `${describe(seen)} is not allowed`,
          allowed: issue.values.map(String),
        },
      ];
    case 'invalid_type':
      if (seen === undefined) return [{ ...at(path), message: `this field is missing; expected ${issue.expected}` }];
      return [{ ...at(path), message: `expected ${issue.expected}, found ${describe(seen)}` }];
    case 'invalid_key':
      return [
        {
          ...at(path, true),
          message: `the name ${String(path.at(-1))} is not allowed: ${issue.issues.map(({ message }) => message).join('; ')}`,
        },
      ];
    default:
      return [{ ...at(path), message: issue.message }];
  }
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

function alternativesAt(path: readonly PropertyKey[]): readonly string[] {
  if (path[1] === 'world' || path.includes('work')) return ['a number in its range', '${variable}'];
  if (path.includes('variables')) return ['{oneOf: [a, b]}', '{int: [1, 5]}'];
  return path.includes('correct') ? ['true', '{variable: value}', '{variable: [a, b]}'] : ['a text', 'a list of texts'];
}

/** Walks the schema along a path; where it meets a union of checks it takes the kind that the value has. */
function keysAllowedAt(path: readonly PropertyKey[], seen: unknown): string[] {
  let schema: z.ZodType | undefined = labDocumentSchema;
  for (const step of path) schema = childOf(unwrap(schema), step);
  schema = unwrap(schema);
  if (schema instanceof z.ZodUnion && typeof seen === 'object' && seen !== null) {
    const kind = checkKinds.find((name) => name in seen);
    if (kind !== undefined) schema = checkSchemas[kind];
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}

function childOf(schema: z.ZodType | undefined, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(step)] as z.ZodType | undefined;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  if (schema instanceof z.ZodUnion) {
    // Below a union: the first alternative that knows the step.
    return (schema.options as z.ZodType[]).map((option) => childOf(option, step)).find((child) => child !== undefined);
  }
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
