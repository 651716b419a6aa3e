import { Document, isMap, isNode, isScalar, LineCounter, parseDocument, type Node, type Scalar } from 'yaml';
import type { LabIssue } from './issue.js';
import { refuseDeepYaml, YamlTooDeepError } from './yaml-depth.js';

/** One broken bracket can bring hundreds after it. */
const mostIssues = 20;

/** A YAML file that remembers where each value stands. */
export class YamlSource {
  readonly #lines = new LineCounter();
  readonly #document: Document;
  readonly issues: LabIssue[];

  constructor(
    readonly file: string,
    private readonly text: string,
  ) {
    try {
      refuseDeepYaml(text);
      this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: true });
      this.issues = this.#document.errors
        .slice(0, mostIssues)
        .map((error) => ({ file, ...this.#at(error.pos[0]), message: error.message }));
    } catch (error) {
      this.#document = new Document();
      const before = text.slice(0, error instanceof YamlTooDeepError ? error.offset : 0).split('\n');
      const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
      this.issues = [{ file, ...place, message: error instanceof Error ? error.message : String(error) }];
    }
  }

  /** The plain value; undefined where the file is no YAML. @throws never: too many aliases become an issue */
  value(): unknown {
    if (this.issues.length > 0) return undefined;
    try {
      return this.#document.toJS({ maxAliasCount: 50 });
    } catch (error) {
      this.issues.push({
        file: this.file,
        line: 1,
        column: 1,
        message: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  }

  /**
   * @param path keys and indices from the top @param key true for the place of the last key itself rather than of its value
   * @returns line and column (from 1) of the deepest part of the path that exists
   */
  position(path: readonly PropertyKey[], key = false): { line: number; column: number } {
    const steps = path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (key && steps.length > 0) {
      const parent = this.#nodeAt(steps.slice(0, -1));
      if (isMap(parent)) {
        const pair = parent.items.find(
          (item) => String(isNode(item.key) ? item.key.toJSON() : item.key) === String(steps.at(-1)),
        );
        if (isNode(pair?.key) && pair.key.range) return this.#at(pair.key.range[0]);
      }
    }
    for (let depth = steps.length; depth >= 0; depth -= 1) {
      const node = this.#nodeAt(steps.slice(0, depth));
      if (node?.range) return this.#at(node.range[0]);
    }
    return { line: 1, column: 1 };
  }

  /**
   * @param offset of a character in the text that stands at the path, from 0
   * @returns its line and column in the file; those of the whole text where escapes or folds are in between
   */
  positionWithin(path: readonly (string | number)[], offset: number): { line: number; column: number } {
    const node = this.#nodeAt(path);
    const start = isScalar(node) ? this.#contentOf(node, offset) : undefined;
    return start === undefined ? this.position(path) : this.#at(start);
  }

  #contentOf(node: Scalar, offset: number): number | undefined {
    if (!node.range || typeof node.value !== 'string') return undefined;
    const [from] = node.range;
    const quote = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0;
    if (this.text.startsWith(node.value, from + quote)) return from + quote + offset;
    if (node.type !== 'BLOCK_LITERAL') return undefined;
    const before = node.value.slice(0, offset).split('\n');
    const lines = this.text.slice(from).split('\n');
    const indent = /^ */.exec(lines.slice(1).find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0;
    const above = lines.slice(0, before.length).reduce((sum, line) => sum + line.length + 1, 0);
    return from + above + indent + (before.at(-1)?.length ?? 0);
  }

  #nodeAt(steps: readonly (string | number)[]): Node | undefined {
    const found = steps.length === 0 ? this.#document.contents : this.#document.getIn(steps, true);
    return isNode(found) ? found : undefined;
  }

  #at(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** @returns the path as people write it: `spec.tasks[0].id` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}
