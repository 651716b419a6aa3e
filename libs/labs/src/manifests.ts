import { Document, isNode, LineCounter, parseAllDocuments, YAMLParseError } from 'yaml';
import type { LabIssue } from './issue.js';
import { refuseDeepYaml } from './yaml-depth.js';

/** A Kubernetes object as a manifest says it. */
export interface ManifestObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
}

/** Reads a file of one or more manifests; empty documents are skipped, a List is taken apart. */
export function parseManifests(file: string, text: string): { objects: ManifestObject[]; issues: LabIssue[] } {
  const lines = new LineCounter();
  const objects: ManifestObject[] = [];
  const issues: LabIssue[] = [];
  for (const document of documentsOf(text, lines)) {
    const at = (offset: number): Pick<LabIssue, 'file' | 'line' | 'column'> => {
      const { line, col } = lines.linePos(offset);
      return { file, line: Math.max(1, line), column: Math.max(1, col) };
    };
    for (const error of document.errors) issues.push({ ...at(error.pos[0]), message: error.message });
    if (document.errors.length > 0) continue;
    const start = document.contents?.range?.[0] ?? 0;
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: 50 });
      // An alias may name what it stands in, which no manifest can hold.
      JSON.stringify(value);
    } catch (error) {
      issues.push({ ...at(start), message: error instanceof Error ? error.message : String(error) });
      continue;
    }
    if (value === null || value === undefined) continue;
    const isList =
      typeof value === 'object' &&
      'kind' in value &&
      value.kind === 'List' &&
      'items' in value &&
      Array.isArray(value.items);
    (isList ? (value as { items: unknown[] }).items : [value]).forEach((object, index) => {
      const without = partsMissingOf(object);
      if (without.length === 0) {
        objects.push(object as ManifestObject);
        return;
      }
      const item = isList ? document.getIn(['items', index], true) : undefined;
      issues.push({
        ...at((isNode(item) ? item.range?.[0] : undefined) ?? start),
        message: `a manifest needs apiVersion, kind and metadata.name; without: ${without.join(', ')}`,
      });
    });
  }
  return { objects, issues };
}

/** @returns which of the three parts that make a manifest are not there */
function partsMissingOf(value: unknown): string[] {
  const { apiVersion, kind, metadata } = (value ?? {}) as Record<string, unknown>;
  const name = typeof metadata === 'object' ? (metadata as { name?: unknown } | null)?.name : undefined;
  return Object.entries({ apiVersion, kind, 'metadata.name': name }).flatMap(([part, is]) =>
    typeof is === 'string' && is !== '' ? [] : [part],
  );
}

/** Text nested too deeply is one document with an error, too. */
function documentsOf(text: string, lineCounter: LineCounter): Document[] {
  try {
    refuseDeepYaml(text);
    const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false });
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    const document = new Document();
    document.errors.push(
      new YAMLParseError([0, 0], 'IMPOSSIBLE', error instanceof Error ? error.message : String(error)),
    );
    return [document];
  }
}
