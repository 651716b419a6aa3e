import { EvaluationError, ParseError, type ASTNode, type ParseResult } from '@marcbachmann/cel-js';
import { measuredRoots, measuredTypes } from './measured.js';
import { environmentOf, expressionLimits, linearMatches, scopeVariables, type ExpressionScope } from './scopes.js';

/** How many steps one evaluation may take: some tens of milliseconds; a real check takes some hundred. */
export const stepLimit = 200_000;
/** How long a text, and how many elements a list may get while an expression runs. */
const textLimit = 2_000_000;
const listLimit = 20_000;

/** The expression does not parse, or its types, variables or functions cannot be right. */
export class ExpressionInvalidError extends Error {
  override readonly name = 'ExpressionInvalidError';

  constructor(
    message: string,
    /** From 0, in the expression's text. */
    readonly offset: number,
    readonly allowed?: string[],
  ) {
    super(message);
  }
}

/** Evaluating took more than stepLimit steps or made more data than it may. */
export class ExpressionTooCostlyError extends Error {
  override readonly name = 'ExpressionTooCostlyError';
}

/** A key, field or index is not in the observed data. */
export class FieldMissingError extends Error {
  override readonly name = 'FieldMissingError';

  constructor(
    readonly key: string,
    /** The part of the expression that asked for it. */
    readonly node: ASTNode | undefined,
    options?: ErrorOptions,
  ) {
    super(`there is no ${key}`, options);
  }
}

/** Any other failure while evaluating: types that do not fit, a conversion that fails. */
export class ExpressionFailedError extends Error {
  override readonly name = 'ExpressionFailedError';

  constructor(
    message: string,
    /** The library's name of the failure, for example `no_such_overload`. */
    readonly code: string,
    readonly node: ASTNode | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface Expression {
  readonly text: string;
  readonly scope: ExpressionScope;
  readonly ast: ASTNode;
  /** The type as far as it is known before evaluation: `bool`, `dyn`, … */
  readonly type: string;
  /**
   * @param variables as toCelValue makes them, by name
   * @throws FieldMissingError, ExpressionTooCostlyError, ExpressionFailedError
   */
  evaluate(variables: Readonly<Record<string, unknown>>): unknown;
}

/**
 * Parses and type-checks one expression.
 * @param locals names that macros around it have bound
 * @throws ExpressionInvalidError with the place and, for an unknown variable, what there is
 */
export function compileExpression(text: string, scope: ExpressionScope, locals: readonly string[] = []): Expression {
  if (text.length > expressionLimits.maxCharacters) {
    throw new ExpressionInvalidError(
      `An expression may have at most ${expressionLimits.maxCharacters} characters; this one has ${text.length}.`,
      0,
    );
  }
  const environment = environmentOf(scope, locals);
  let parsed: ParseResult;
  let type: string;
  try {
    parsed = environment.parse(text);
    meter(parsed.ast);
    const result = parsed.check();
    if (!result.valid) throw result.error ?? new ParseError('it does not type-check');
    type = result.type ?? 'dyn';
  } catch (error) {
    throw invalid(error, scope, text);
  }
  return {
    text,
    scope,
    ast: parsed.ast,
    type,
    evaluate: (variables) => run(parsed, variables),
  };
}

function invalid(error: unknown, scope: ExpressionScope, text: string): ExpressionInvalidError {
  const known = error as Partial<ParseError>;
  const offset = known.range?.start ?? 0;
  const summary = (known.summary ?? (error instanceof Error ? error.message : String(error))).replaceAll(
    linearMatches,
    'matches',
  );
  if (known.code === 'unknown_variable') {
    return new ExpressionInvalidError(summary, offset, Object.keys(scopeVariables[scope]));
  }
  // `slo.p99`: the variable whose fields are known stands right before.
  const type = new RegExp(`(?<![\\w.])${scope}\\.\\??$`).test(text.slice(0, offset)) ? rootTypes[scope] : undefined;
  return new ExpressionInvalidError(summary, offset, type && Object.keys(measuredTypes[type].fields));
}

const rootTypes: Readonly<Record<string, (typeof measuredRoots)[keyof typeof measuredRoots]>> = measuredRoots;

let stepsLeft = 0;

function run(parsed: ParseResult, variables: Readonly<Record<string, unknown>>): unknown {
  stepsLeft = stepLimit;
  try {
    const value: unknown = parsed(variables);
    if (stepsLeft < 0) throw new ExpressionTooCostlyError('too many steps');
    return value;
  } catch (error) {
    // The library catches within && and ||, so a spent budget may come out as something else.
    if (stepsLeft < 0 || error instanceof ExpressionTooCostlyError) {
      throw new ExpressionTooCostlyError('The expression takes too many steps on this data.', { cause: error });
    }
    if (error instanceof EvaluationError) {
      const { code, summary, node } = error;
      if (code === 'no_such_key' || code === 'index_out_of_bounds') {
        throw new FieldMissingError(keyOf(node, summary), node, { cause: error });
      }
      throw new ExpressionFailedError(summary.replaceAll(linearMatches, 'matches'), code, node, { cause: error });
    }
    throw new ExpressionFailedError(error instanceof Error ? error.message : String(error), 'failed', undefined, {
      cause: error,
    });
  } finally {
    if (stepsLeft >= 0) stepsLeft = 0;
  }
}

function keyOf(node: ASTNode | undefined, summary: string): string {
  if (node?.op === '.' || node?.op === '.?') return node.args[1];
  return summary.replace(/^No such key: /, '');
}

/**
 * Makes every node count its evaluations, and sends `matches` to the linear engine. The library bounds the size of an
 * expression but not how long it runs; nodes keep their evaluator in a property of their own, which is where we count.
 */
function meter(node: ASTNode): void {
  if (node.op === 'rcall' && node.args[0] === 'matches') (node.args as [string, ...unknown[]])[0] = linearMatches;
  const target = node as unknown as { evaluate: Evaluate };
  let inner = target.evaluate;
  const counted: Evaluate = function counted(evaluator, ast, context) {
    if (--stepsLeft < 0) throw new ExpressionTooCostlyError('too many steps');
    const value = inner.call(target, evaluator, ast, context);
    if (typeof value === 'string' ? value.length > textLimit : Array.isArray(value) && value.length > listLimit) {
      stepsLeft = -1;
      throw new ExpressionTooCostlyError('too much data');
    }
    return value;
  };
  const set = (next: Evaluate): void => void (inner = next);
  Object.defineProperty(target, 'evaluate', { get: () => counted, set });
  for (const child of childrenOf(node)) meter(child);
}
type Evaluate = (this: unknown, evaluator: unknown, ast: unknown, context: unknown) => unknown;

/** @returns the parts of a node, in the order of the text */
export function childrenOf(node: ASTNode): ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'list':
      return node.args;
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return [...(node.args as ASTNode[])];
  }
}
