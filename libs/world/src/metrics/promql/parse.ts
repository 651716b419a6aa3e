import { RE2JS } from 're2js';
import type { Matcher } from '../time-series.js';
import type { Expression, Grouping, Matching } from './ast.js';
import { PromqlError } from './errors.js';
import { functionNames } from './functions.js';
import { promDurationMs, tokensOf, unquoted, type Token } from './tokens.js';

export const aggregations = ['sum', 'avg', 'min', 'max', 'count', 'group', 'topk', 'bottomk', 'quantile'] as const;
const withParameter = ['topk', 'bottomk', 'quantile'];
const comparisons = ['==', '!=', '<', '<=', '>', '>='];
const precedence: Record<string, number> = {
  or: 1,
  and: 2,
  unless: 2,
  ...Object.fromEntries(comparisons.map((sign) => [sign, 3])),
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
};
const longest = 4096;
const deepest = 40;
const mostOperators = 200;
const longestPattern = 256;

/**
 * Reads a query in PromQL: selectors with matchers, ranges and `offset`; the functions of functions.ts; aggregations with `by` and
 * `without`; operators with `bool`, `on`, `ignoring`, `group_left` and `group_right`. No subqueries, no `@`.
 * @throws PromqlError with what is wrong, and where
 */
export function parsePromql(query: string): Expression {
  if (query.length > longest) throw new PromqlError(`a query has at most ${longest} characters`);
  const parser = new Parser(tokensOf(query));
  return parser.whole();
}

class Parser {
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Expression {
    const expression = this.#binary(0);
    if (this.#token.kind !== 'end') throw this.#unexpected('an operator or the end');
    return expression;
  }

  get #token(): Token {
    return this.tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#token;
    this.#at += 1;
    return token;
  }

  #is(text: string): boolean {
    return this.#token.text === text && this.#token.kind !== 'text';
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#unexpected(text);
  }

  #take(kind: Token['kind'], expected: string): Token {
    if (this.#token.kind !== kind) throw this.#unexpected(expected);
    return this.#next();
  }

  #unexpected(expected: string): PromqlError {
    const { kind, text, offset } = this.#token;
    return new PromqlError(`expected ${expected}, found ${kind === 'end' ? 'the end' : text}`, offset);
  }

  #binary(least: number): Expression {
    this.#depth += 1;
    if (this.#depth > deepest) throw new PromqlError('the query is nested too deeply', this.#token.offset);
    let left = this.#unary();
    for (;;) {
      const { text: operator, offset, kind } = this.#token;
      const rank = kind === 'text' ? undefined : precedence[operator];
      if (rank === undefined || rank < least) break;
      this.#at += 1;
      this.#operators += 1;
      if (this.#operators > mostOperators)
        throw new PromqlError(`a query has at most ${mostOperators} operators`, offset);
      const bool = this.#accept('bool');
      if (bool && !comparisons.includes(operator)) throw new PromqlError('bool belongs to a comparison', offset);
      const matching = this.#matching(offset);
      // ^ binds to the right, all others to the left.
      const right = this.#binary(operator === '^' ? rank : rank + 1);
      left = { kind: 'binary', operator, bool, matching, left, right, offset };
    }
    this.#depth -= 1;
    return left;
  }

  #matching(offset: number): Matching | undefined {
    const on = this.#is('on');
    if (!on && !this.#is('ignoring')) return undefined;
    this.#at += 1;
    const labels = this.#labels();
    const side = this.#accept('group_left') ? 'left' : this.#accept('group_right') ? 'right' : undefined;
    if (side === undefined) return { on, labels, many: undefined };
    const include = this.#is('(') ? this.#labels() : [];
    const both = on ? include.filter((label) => labels.includes(label)) : [];
    if (both.length > 0) throw new PromqlError(`${both.join(', ')} cannot be both in on and in group_${side}`, offset);
    return { on, labels, many: { side, include } };
  }

  #labels(): string[] {
    this.#expect('(');
    const labels: string[] = [];
    while (!this.#accept(')')) {
      labels.push(this.#take('name', 'a label').text);
      if (!this.#is(')')) this.#expect(',');
    }
    return labels;
  }

  #unary(): Expression {
    const { offset } = this.#token;
    if (this.#accept('-')) return { kind: 'negation', of: this.#binary(precedence['^'] ?? 0), offset };
    if (this.#accept('+')) return this.#binary(precedence['^'] ?? 0);
    return this.#modified(this.#primary());
  }

  #primary(): Expression {
    const token = this.#token;
    const { kind, text, offset } = token;
    if (kind === 'number') {
      this.#at += 1;
      return { kind: 'number', value: Number(text), offset };
    }
    if (kind === 'text') {
      this.#at += 1;
      return { kind: 'text', value: unquoted(token), offset };
    }
    if (this.#accept('(')) {
      const inside = this.#binary(0);
      this.#expect(')');
      return inside;
    }
    if (this.#is('{')) return this.#selector(undefined, offset);
    if (kind !== 'name') throw this.#unexpected('a metric, a function or a number');
    this.#at += 1;
    if (/^(inf|nan)$/i.test(text) && !this.#is('{'))
      return { kind: 'number', value: text.toLowerCase() === 'inf' ? Infinity : Number.NaN, offset };
    const opens = this.#is('(') || this.#is('by') || this.#is('without');
    if (opens && (aggregations as readonly string[]).includes(text)) return this.#aggregation(text, offset);
    if (this.#is('(')) return this.#call(text, offset);
    return this.#selector(text, offset);
  }

  #aggregation(operator: string, offset: number): Expression {
    let grouping = this.#grouping();
    const [first, second] = this.#arguments();
    grouping ??= this.#grouping();
    const [parameter, of] = withParameter.includes(operator) ? [first, second] : [undefined, first];
    if (!of)
      throw new PromqlError(
        `${operator} needs ${withParameter.includes(operator) ? 'a number and ' : ''}a vector`,
        offset,
      );
    return { kind: 'aggregation', operator, grouping, parameter, of, offset };
  }

  #grouping(): Grouping | undefined {
    const without = this.#is('without');
    if (!without && !this.#is('by')) return undefined;
    this.#at += 1;
    return { without, labels: this.#labels() };
  }

  #arguments(): Expression[] {
    this.#expect('(');
    const args: Expression[] = [];
    while (!this.#accept(')')) {
      args.push(this.#binary(0));
      if (!this.#is(')')) this.#expect(',');
    }
    return args;
  }

  #call(name: string, offset: number): Expression {
    if (!functionNames.includes(name))
      throw new PromqlError(`there is no function ${name}; there are ${functionNames.join(', ')}`, offset);
    return { kind: 'call', name, args: this.#arguments(), offset };
  }

  #selector(name: string | undefined, offset: number): Expression {
    const matchers: Matcher[] = [];
    if (this.#accept('{')) {
      while (!this.#accept('}')) {
        matchers.push(this.#matcher());
        if (!this.#is('}')) this.#expect(',');
      }
    }
    if (name === undefined && matchers.length === 0)
      throw new PromqlError('a selector needs a metric or a label that is not empty', offset);
    return { kind: 'selector', name, matchers, rangeMs: undefined, agoMs: 0, offset };
  }

  #matcher(): Matcher {
    const label = this.#take('name', 'a label').text;
    const { text: operator } = this.#next();
    if (!['=', '!=', '=~', '!~'].includes(operator)) {
      this.#at -= 1;
      throw this.#unexpected('=, !=, =~ or !~');
    }
    const token = this.#take('text', 'a text in quotes');
    const text = unquoted(token);
    switch (operator) {
      case '=':
        return { label, matches: (value) => value === text };
      case '!=':
        return { label, matches: (value) => value !== text };
      default: {
        const pattern = compile(text, token.offset);
        const wanted = operator === '=~';
        return { label, matches: (value) => pattern.matches(value) === wanted };
      }
    }
  }

  /** `[5m]` and `offset 5m` after a selector. */
  #modified(expression: Expression): Expression {
    let modified = expression;
    const { offset } = this.#token;
    if (this.#accept('[')) {
      if (modified.kind !== 'selector') throw new PromqlError('only a selector can have a range', offset);
      modified = { ...modified, rangeMs: this.#duration() };
      this.#expect(']');
    }
    if (this.#accept('offset')) {
      if (modified.kind !== 'selector') throw new PromqlError('only a selector can have an offset', offset);
      modified = { ...modified, agoMs: this.#duration() };
    }
    return modified;
  }

  #duration(): number {
    const { text } = this.#token;
    const ms = promDurationMs(text);
    if (ms === undefined || ms === 0) throw this.#unexpected('a duration such as 30s or 5m');
    this.#at += 1;
    return ms;
  }
}

function compile(pattern: string, offset: number): RE2JS {
  if (pattern.length > longestPattern)
    throw new PromqlError(`a regular expression has at most ${longestPattern} characters`, offset);
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch (error) {
    throw new PromqlError(
      `not a regular expression: ${error instanceof Error ? error.message : String(error)}`,
      offset,
    );
  }
}
