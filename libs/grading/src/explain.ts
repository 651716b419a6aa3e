import type { Mismatch } from '@kubedan/contracts';
import { childrenOf, compileExpression, FieldMissingError, type Expression, type ExpressionScope } from '@kubedan/labs';
import type { ASTNode } from '@marcbachmann/cel-js';
import { serialize } from '@marcbachmann/cel-js/serialize';
import { show, withKey } from './format.js';

/** More are of no help. */
const mostMismatches = 5;
const mostElements = 3;
/** All evaluations for one explanation; each is bounded by itself, too. */
const mostEvaluations = 400;

/** What an expression is explained with. */
export interface ExplainContext {
  scope: ExpressionScope;
  /** As toCelValue makes them. */
  variables: Readonly<Record<string, unknown>>;
  /** What the check looks at, for example `Deployment shop/web`. */
  subject: string;
  /** The variable that stands for it. */
  root: string | undefined;
}

/**
 * Says why an expression is not true, down to the field and the element of a list.
 * @returns at least one mismatch, at most five; the first is the one to tell
 */
export function explain(expression: Expression, context: ExplainContext): Mismatch[] {
  const explanation = new Explanation(context);
  explanation.visit(expression.ast, true, new Map());
  const { found } = explanation;
  if (found.length > 0) return found;
  return [{ field: context.subject, seen: 'false', expected: expression.text.trim() }];
}

interface Local {
  value: unknown;
  /** Where it is, for example `Deployment shop/web: spec.template.spec.containers[0]`. */
  path: string;
}
type Locals = ReadonlyMap<string, Local>;
type Value = { known: true; value: unknown } | { known: false; missing?: FieldMissingError };

const opposite: Record<string, string> = {
  '==': '≠ ',
  '!=': '',
  '<': '≥ ',
  '<=': '> ',
  '>': '≤ ',
  '>=': '< ',
  in: '∉ ',
};
const wanted: Record<string, string> = { '==': '', '!=': '≠ ', '<': '< ', '<=': '≤ ', '>': '> ', '>=': '≥ ', in: '∈ ' };
const mirrored: Record<string, string> = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

class Explanation {
  readonly found: Mismatch[] = [];
  #evaluations = 0;

  constructor(private readonly context: ExplainContext) {}

  /** @param want what the node would have to be */
  visit(node: ASTNode, want: boolean, locals: Locals): void {
    if (this.found.length >= mostMismatches) return;
    switch (node.op) {
      case '&&':
      case '||':
        for (const side of node.args) {
          const value = this.#evaluate(side, locals);
          if (!value.known || value.value !== want) this.visit(side, want, locals);
        }
        return;
      case '!_':
        return this.visit(node.args, !want, locals);
      case '?:': {
        const [condition, yes, no] = node.args;
        const value = this.#evaluate(condition, locals);
        if (!value.known) return this.#missing(condition, value, locals, show(want));
        return this.visit(value.value === true ? yes : no, want, locals);
      }
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case 'in':
        return this.#comparison(node.op, node.args, want, locals);
      case 'call':
        if (node.args[0] === 'has' && node.args[1][0]) {
          return this.#add(
            this.#pathOf(node.args[1][0], locals),
            want ? 'absent' : 'present',
            want ? 'present' : 'absent',
          );
        }
        return this.#plain(node, want, locals);
      case 'rcall':
        return this.#method(node, want, locals);
      default:
        return this.#plain(node, want, locals);
    }
  }

  #comparison(op: string, [first, second]: [ASTNode, ASTNode], want: boolean, locals: Locals): void {
    // `3 == object.x` is about object.x, not about 3.
    const turn = mirrored[op] !== undefined && isConstant(first) && !isConstant(second);
    const [left, right] = turn ? [second, first] : [first, second];
    const sign = (want ? wanted : opposite)[turn ? (mirrored[op] ?? op) : op] ?? '';
    const other = this.#evaluate(right, locals);
    if (!other.known && other.missing) return this.#missing(right, other, locals, 'present');
    const expected = `${sign}${other.known ? show(other.value) : serialize(right)}`;
    const seen = this.#evaluate(left, locals);
    if (!seen.known) return this.#missing(left, seen, locals, expected);
    this.#add(this.#pathOf(left, locals), show(seen.value), expected);
  }

  #method(node: ASTNode & { op: 'rcall' }, want: boolean, locals: Locals): void {
    const [name, receiver, args] = node.args;
    const [variable, predicate] = args;
    if (
      name === 'bind' &&
      receiver.op === 'id' &&
      receiver.args === 'cel' &&
      variable?.op === 'id' &&
      predicate &&
      args[2]
    ) {
      const bound = this.#evaluate(predicate, locals);
      if (!bound.known) return this.#missing(predicate, bound, locals, 'present');
      const local = { value: bound.value, path: this.#pathOf(predicate, locals) };
      return this.visit(args[2], want, new Map([...locals, [variable.args, local]]));
    }
    const isMacro = ['all', 'exists', 'exists_one'].includes(name) && variable?.op === 'id' && predicate !== undefined;
    const target = this.#evaluate(receiver, locals);
    if (!target.known)
      return this.#missing(receiver, target, locals, isMacro ? 'present' : call(name, args, this, locals));
    if (isMacro) return this.#macro(name, receiver, target.value, variable.args, predicate, want, locals);
    this.#add(
      this.#pathOf(receiver, locals),
      show(target.value),
      `${want ? '' : '!'}${call(name, args, this, locals)}`,
    );
  }

  #macro(
    name: string,
    receiver: ASTNode,
    collection: unknown,
    variable: string,
    predicate: ASTNode,
    want: boolean,
    locals: Locals,
  ): void {
    const path = this.#pathOf(receiver, locals);
    const elements = this.#elementsOf(collection, path).map((local) => {
      const inner: Locals = new Map([...locals, [variable, local]]);
      const value = this.#evaluate(predicate, inner);
      return { local, inner, holds: value.known ? value.value === true : undefined };
    });
    const text = `${name}(${variable}, ${serialize(predicate)})`;
    const offending =
      name === 'all' && want
        ? elements.filter(({ holds }) => holds !== true)
        : name === 'exists' && !want
          ? elements.filter(({ holds }) => holds !== false)
          : [];
    if (offending.length > 0) {
      for (const { inner } of offending.slice(0, mostElements)) this.visit(predicate, want, inner);
      return;
    }
    // None, or not exactly one, is as it should be: show what the elements have where the predicate looks.
    const side = lookedAt(predicate, variable);
    const seen = elements.map(({ local, inner }) => {
      const value = side ? this.#evaluate(side, inner) : { known: true, value: local.value };
      return value.known ? show(value.value) : 'absent';
    });
    this.#add(path, show(seen.length === 0 ? '[]' : seen.join(', ')), `${want ? '' : '!'}${text}`);
  }

  #elementsOf(collection: unknown, path: string): Local[] {
    if (Array.isArray(collection)) {
      const isRoot = path === this.context.subject;
      return collection.slice(0, 1_000).map((value: unknown, index) => ({
        value,
        path: (isRoot ? identityOf(value) : undefined) ?? withKey(path, index),
      }));
    }
    if (collection instanceof Map)
      return [...collection.keys()].map((key: unknown) => ({ value: key, path: withKey(path, key) }));
    return [];
  }

  /** A part that is true or false by itself, a flag for example. */
  #plain(node: ASTNode, want: boolean, locals: Locals): void {
    const value = this.#evaluate(node, locals);
    if (!value.known) return this.#missing(node, value, locals, show(want));
    this.#add(this.#pathOf(node, locals), show(value.value), show(want));
  }

  #missing(node: ASTNode, value: Value, locals: Locals, expected: string): void {
    const missing = value.known ? undefined : value.missing;
    if (!missing) return this.#add(this.#pathOf(node, locals), '?', expected);
    const isRoot = this.context.root !== undefined && this.context.variables[this.context.root] === null;
    if (isRoot && rootOf(missing.node) === this.context.root)
      return this.#add(this.context.subject, 'absent', 'present');
    const field = missing.node ? this.#pathOf(this.#firstMissing(missing.node, locals), locals) : missing.key;
    // A field above the one that is compared is simply not there.
    this.#add(field, 'absent', field === this.#pathOf(node, locals) ? expected : 'present');
  }

  #firstMissing(node: ASTNode, locals: Locals): ASTNode {
    const [parent] = childrenOf(node);
    if ((node.op !== '.' && node.op !== '[]') || !parent || (parent.op !== '.' && parent.op !== '[]')) return node;
    return this.#evaluate(parent, locals).known ? node : this.#firstMissing(parent, locals);
  }

  #add(field: string, seen: string, expected: string): void {
    if (this.found.length >= mostMismatches) return;
    if (this.found.some((one) => one.field === field && one.expected === expected)) return;
    this.found.push({ field, seen, expected });
  }

  evaluated(node: ASTNode, locals: Locals): string {
    const value = this.#evaluate(node, locals);
    return value.known
      ? typeof value.value === 'string'
        ? JSON.stringify(value.value)
        : show(value.value)
      : serialize(node);
  }

  #evaluate(node: ASTNode, locals: Locals): Value {
    if (node.op === 'value') return { known: true, value: node.args };
    if (++this.#evaluations > mostEvaluations) return { known: false };
    try {
      const expression = compilePart(serialize(node), this.context.scope, [...locals.keys()]);
      const bound = Object.fromEntries([...locals].map(([name, { value }]) => [name, value]));
      return { known: true, value: expression.evaluate({ ...this.context.variables, ...bound }) };
    } catch (error) {
      return error instanceof FieldMissingError ? { known: false, missing: error } : { known: false };
    }
  }

  /** `object.spec.replicas` is `Deployment shop/web: spec.replicas`; what is no path is shown as it is written. */
  #pathOf(node: ASTNode, locals: Locals): string {
    switch (node.op) {
      case 'id': {
        const local = locals.get(node.args);
        if (local) return local.path;
        return node.args === this.context.root ? this.context.subject : node.args;
      }
      case '.':
      case '.?':
        return this.#child(node.args[0], node.args[1], locals);
      case '[]':
      case '[?]': {
        const key = this.#evaluate(node.args[1], locals);
        const index = key.known ? key.value : serialize(node.args[1]);
        const list = this.#evaluate(node.args[0], locals);
        const element: unknown = list.known && Array.isArray(list.value) ? list.value[Number(index)] : undefined;
        const isRoot = node.args[0].op === 'id' && node.args[0].args === this.context.root;
        return (isRoot ? identityOf(element) : undefined) ?? this.#child(node.args[0], index, locals);
      }
      case 'rcall':
        if (node.args[0] === 'orValue') return this.#pathOf(node.args[1], locals);
        return `${this.#pathOf(node.args[1], locals)}.${call(node.args[0], node.args[2], this, locals, true)}`;
      case 'call': {
        const [name, args] = node.args;
        const [only] = args;
        if (args.length === 1 && only) return `${name}(${this.#pathOf(only, locals)})`;
        return serialize(node);
      }
      default:
        return serialize(node);
    }
  }

  #child(parent: ASTNode, key: unknown, locals: Locals): string {
    const path = this.#pathOf(parent, locals);
    const isSubject = path === this.context.subject || (parent.op === 'id' && /^([A-Z]\w*|[a-z]+) \S+$/.test(path));
    return withKey(isSubject ? `${path}: ` : path, key);
  }
}

function call(
  name: string,
  args: readonly ASTNode[],
  explanation: Explanation,
  locals: Locals,
  literal = false,
): string {
  const shown = name === 'matchesInLinearTime' ? 'matches' : name;
  return `${shown}(${args.map((arg) => (literal ? serialize(arg) : explanation.evaluated(arg, locals))).join(', ')})`;
}

const parts = new Map<string, Expression>();

/** The parts of a failing check are the same at each change; compiling costs ten times what evaluating does. */
function compilePart(text: string, scope: ExpressionScope, locals: string[]): Expression {
  const key = JSON.stringify([scope, locals, text]);
  let part = parts.get(key);
  if (!part) {
    part = compileExpression(text, scope, locals);
    if (parts.size >= 5_000) parts.clear();
    parts.set(key, part);
  }
  return part;
}

function isConstant(node: ASTNode): boolean {
  if (node.op === 'id') return false;
  return node.op === 'value' || childrenOf(node).every(isConstant);
}

function rootOf(node: ASTNode | undefined): string | undefined {
  if (!node) return undefined;
  if (node.op === 'id') return node.args;
  const [parent] = childrenOf(node);
  return rootOf(parent);
}

/** @returns the side of a predicate that depends on the element, for example `p.status.phase` of `p.status.phase == 'Running'` */
function lookedAt(predicate: ASTNode, variable: string): ASTNode | undefined {
  const mentions = (node: ASTNode): boolean =>
    node.op === 'id' ? node.args === variable : childrenOf(node).some(mentions);
  if (predicate.op === 'rcall') return mentions(predicate.args[1]) ? predicate.args[1] : undefined;
  if (!(predicate.op in wanted)) return undefined;
  return childrenOf(predicate).find(mentions);
}

/** @returns `Pod shop/web-1` for an element that is an object of the API, `delete pods/shop/web-1` for a request */
function identityOf(value: unknown): string | undefined {
  if (!(value instanceof Map)) return undefined;
  const [verb, resource]: unknown[] = [value.get('verb'), value.get('resource')];
  if (typeof verb === 'string' && typeof resource === 'string') {
    const parts = ['namespace', 'name'].map((key): unknown => value.get(key)).filter((part) => part !== '');
    const sub: unknown = value.get('subresource');
    return `${verb} ${[resource, ...parts].join('/')}${sub === '' ? '' : `/${String(sub)}`}`;
  }
  const kind: unknown = value.get('kind');
  const metadata: unknown = value.get('metadata');
  if (typeof kind !== 'string' || !(metadata instanceof Map)) return undefined;
  const namespace: unknown = metadata.get('namespace');
  const name: unknown = metadata.get('name');
  if (typeof name !== 'string') return undefined;
  return `${kind} ${typeof namespace === 'string' ? `${namespace}/` : ''}${name}`;
}
