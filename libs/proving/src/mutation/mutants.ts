import { isMeasured, kindOfCheck, type CheckSpec } from '@kubedan/contracts';
import type { JudgedCheck } from '@kubedan/grading';
import { compileExpression, ExpressionInvalidError, type ExpressionScope } from '@kubedan/labs';
import { serialize, type ASTNode } from '@marcbachmann/cel-js';

/** A check with one mistake put into it. */
export interface Mutant {
  checkId: string;
  /** The same for the same mistake with every seed. */
  key: string;
  /** What was changed, for people. */
  change: string;
  /** Absent when the check was removed. */
  check?: JudgedCheck;
}

/** An expression's node without its place in a text. */
interface Node {
  op: string;
  args: unknown;
}

const swapped: Readonly<Record<string, string>> = {
  '&&': '||',
  '||': '&&',
  '==': '!=',
  '!=': '==',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
};
/** For what is measured, at the bound itself nothing ever is: these are turned round. */
const swappedMeasured: Readonly<Record<string, string>> = { ...swapped, '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const swappedMacros: Readonly<Record<string, string>> = { all: 'exists', exists: 'all' };

/**
 * All mistakes that are put into a check, one at a time. A question is only left out: its options say what is right.
 * @param check bound to a seed
 */
export function mutantsOf(check: CheckSpec): Mutant[] {
  const mutants: Mutant[] = [];
  const add = (key: string, change: string, mutated?: JudgedCheck): void => {
    mutants.push({ checkId: check.id, key: `${check.id}/${key}`, change, ...(mutated ? { check: mutated } : {}) });
  };
  add('removed', 'the check is left out');
  if ('ask' in check) return mutants;
  if (check.holds !== undefined) add('holds', `without holds: ${check.holds}`, without(check, 'holds'));
  if (check.latched) add('latched', 'without latched', without(check, 'latched'));
  if (check.always) add('always', 'without always', without(check, 'always'));
  const scope = kindOfCheck(check) as ExpressionScope;
  const { ast } = compileExpression(check.expect, scope);
  const known = new Set([serialize(ast)]);
  changesOf(ast, isMeasured(check)).forEach(({ whole, change }, index) => {
    const expect = serialize(whole as ASTNode);
    if (known.has(expect) || !compiles(expect, scope)) return;
    known.add(expect);
    add(String(index), change, { ...check, expect });
  });
  return mutants;
}

function without(check: JudgedCheck, field: 'holds' | 'latched' | 'always'): JudgedCheck {
  const { [field]: _, ...rest } = check;
  return rest;
}

function compiles(text: string, scope: ExpressionScope): boolean {
  try {
    compileExpression(text, scope);
    return true;
  } catch (error) {
    if (error instanceof ExpressionInvalidError) return false;
    throw error;
  }
}

interface Change {
  /** The expression with the change in it. */
  whole: Node;
  change: string;
}

/** @param measured its figures flow: a bound is moved by a factor of ten, as one more or less is no mistake that shows */
function changesOf(root: Node, measured: boolean): Change[] {
  const changes: Change[] = [{ whole: { op: '!_', args: root }, change: 'negated' }];
  visit(root, (node, within, rebuild) => {
    for (const [replacement, change] of replacementsOf(node, measured)) {
      const place = node.op === 'value' && within !== undefined ? `, in ${text(within)}` : '';
      changes.push({ whole: rebuild(replacement), change: `${change}${place}` });
    }
  });
  return changes;
}

function* replacementsOf(node: Node, measured: boolean): Generator<[Node, string]> {
  const { op, args } = node;
  const swap = (measured ? swappedMeasured : swapped)[op];
  if (swap !== undefined) {
    const [left, right] = args as [Node, Node];
    yield [{ op: swap, args }, `${op} → ${swap}, in ${text(left)} ${op} ${text(right)}`];
    if (op === '&&' || op === '||') {
      yield [left, `without ${op} ${text(right)}`];
      yield [right, `without ${text(left)} ${op}`];
    }
  }
  if (op === '!_') yield [args as Node, `without ! before ${text(args as Node)}`];
  if (op === 'rcall') {
    const [name, ...rest] = args as [string, ...unknown[]];
    const other = swappedMacros[name];
    if (other !== undefined) yield [{ op, args: [other, ...rest] }, `${name} → ${other}, in ${text(node)}`];
  }
  if (op === 'value')
    for (const value of measured ? farValues(args) : otherValues(args))
      yield [{ op, args: value }, `${text(node)} → ${text({ op, args: value })}`];
}

function otherValues(value: unknown): unknown[] {
  if (typeof value === 'bigint') return [value + 1n, value - 1n];
  if (typeof value === 'number') return [value + 1, value - 1];
  if (typeof value === 'string') return [`${value}~`];
  return typeof value === 'boolean' ? [!value] : [];
}

function farValues(value: unknown): unknown[] {
  if (typeof value === 'bigint' && value !== 0n) return [value * 10n, value / 10n];
  return typeof value === 'number' && value !== 0 ? [value * 10, value / 10] : otherValues(value);
}

type Seen = (node: Node, within: Node | undefined, rebuild: (replacement: Node) => Node) => void;

/** Calls back with each node, the comparison that it stands in, and what makes the whole anew with another in its place. */
function visit(root: Node, seen: Seen): void {
  const walk = (value: unknown, within: Node | undefined, rebuild: (replacement: unknown) => Node): void => {
    if (Array.isArray(value)) {
      value.forEach((item, index) => walk(item, within, (replacement) => rebuild(value.with(index, replacement))));
    } else if (isNode(value)) {
      seen(value, within, rebuild);
      walk(value.args, value.op in swapped ? value : within, (args) => rebuild({ op: value.op, args }));
    }
  };
  walk(root, undefined, (replacement) => replacement as Node);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function text(node: Node): string {
  const written = serialize(node as ASTNode).replaceAll('matchesInLinearTime', 'matches');
  return written.length <= 80 ? written : `${written.slice(0, 45)} … ${written.slice(-30)}`;
}
