import { keyOfLabels, type Labels, type StoredSeries, type TimeSeries } from '../time-series.js';
import type { Expression, Grouping, Matching } from './ast.js';
import { Budget } from './budget.js';
import { PromqlError } from './errors.js';
import { bucketQuantile, ofValue, overRange, predictLinear, withParameter } from './functions.js';

export interface VectorElement {
  labels: Labels;
  value: number;
}
export type PromqlValue = { kind: 'scalar'; value: number } | { kind: 'vector'; elements: VectorElement[] };

type Value =
  | PromqlValue
  | { kind: 'text'; value: string }
  | { kind: 'range'; series: StoredSeries[]; fromMs: number; toMs: number };

/**
 * @returns what a query says at a time
 * @throws PromqlError for what does not fit together, and when the budget is used up
 */
export function evaluatePromql(
  expression: Expression,
  store: TimeSeries,
  atMs: number,
  budget = new Budget(),
): PromqlValue {
  const value = new Evaluation(store, atMs, budget).of(expression);
  if (value.kind === 'range')
    throw new PromqlError('a range alone says nothing; put it into a function such as rate()');
  if (value.kind === 'text') throw new PromqlError('a text is no result');
  return value;
}

class Evaluation {
  constructor(
    private readonly store: TimeSeries,
    private readonly atMs: number,
    private readonly budget: Budget,
  ) {}

  of(expression: Expression): Value {
    switch (expression.kind) {
      case 'number':
        return { kind: 'scalar', value: expression.value };
      case 'text':
        return { kind: 'text', value: expression.value };
      case 'selector':
        return this.#select(expression);
      case 'negation':
        return this.#negate(expression);
      case 'call':
        return this.#call(expression);
      case 'aggregation':
        return this.#aggregate(expression);
      case 'binary':
        return this.#binary(expression);
    }
  }

  #select({ name, matchers, rangeMs, agoMs }: Extract<Expression, { kind: 'selector' }>): Value {
    const toMs = this.atMs - agoMs;
    if (rangeMs === undefined)
      return { kind: 'vector', elements: this.store.latest(name, matchers, toMs, this.budget) };
    const fromMs = toMs - rangeMs;
    return { kind: 'range', series: this.store.between(name, matchers, fromMs, toMs, this.budget), fromMs, toMs };
  }

  #vector(expression: Expression): VectorElement[] {
    const value = this.of(expression);
    if (value.kind !== 'vector') throw new PromqlError(`expected a vector, found a ${value.kind}`, expression.offset);
    return value.elements;
  }

  #scalar(expression: Expression | undefined, otherwise?: number): number {
    if (!expression) {
      if (otherwise === undefined) throw new PromqlError('a number is missing');
      return otherwise;
    }
    const value = this.of(expression);
    if (value.kind !== 'scalar') throw new PromqlError(`expected a number, found a ${value.kind}`, expression.offset);
    return value.value;
  }

  #negate({ of }: Extract<Expression, { kind: 'negation' }>): Value {
    const value = this.of(of);
    if (value.kind === 'scalar') return { kind: 'scalar', value: -value.value };
    if (value.kind !== 'vector') throw new PromqlError(`a ${value.kind} cannot be negated`, of.offset);
    return {
      kind: 'vector',
      elements: value.elements.map((one) => ({ labels: unnamed(one.labels), value: -one.value })),
    };
  }

  #call({ name, args, offset }: Extract<Expression, { kind: 'call' }>): Value {
    const need = (count: number): void => {
      if (args.length !== count)
        throw new PromqlError(`${name} takes ${count} argument${count === 1 ? '' : 's'}, found ${args.length}`, offset);
    };
    const arg = (index: number): Expression => args[index] as Expression;
    const ranged = overRange[name];
    if (ranged) {
      need(1);
      return this.#overRange(arg(0), name, ranged);
    }
    const valued = ofValue[name];
    if (valued) {
      const takes = withParameter.includes(name) ? 2 : 1;
      need(takes);
      const parameter = takes === 2 ? this.#scalar(arg(1)) : 0;
      const elements = this.#vector(arg(0)).map(({ labels, value }) => ({
        labels: unnamed(labels),
        value: valued(value, parameter),
      }));
      return { kind: 'vector', elements };
    }
    switch (name) {
      case 'predict_linear': {
        need(2);
        const seconds = this.#scalar(arg(1));
        return this.#overRange(arg(0), name, (points, _, toMs) => predictLinear(points, toMs, seconds));
      }
      case 'histogram_quantile':
        need(2);
        return this.#histogramQuantile(this.#scalar(arg(0)), this.#vector(arg(1)));
      case 'absent':
        need(1);
        return { kind: 'vector', elements: this.#vector(arg(0)).length > 0 ? [] : [{ labels: {}, value: 1 }] };
      case 'scalar': {
        need(1);
        const elements = this.#vector(arg(0));
        return { kind: 'scalar', value: elements.length === 1 ? (elements[0]?.value ?? Number.NaN) : Number.NaN };
      }
      case 'vector':
        need(1);
        return { kind: 'vector', elements: [{ labels: {}, value: this.#scalar(arg(0)) }] };
      case 'time':
        need(0);
        return { kind: 'scalar', value: this.atMs / 1000 };
      default:
        throw new PromqlError(`there is no function ${name}`, offset);
    }
  }

  #overRange(
    expression: Expression,
    name: string,
    reckon: (points: StoredSeries['points'], fromMs: number, toMs: number) => number | undefined,
  ): Value {
    const range = this.of(expression);
    if (range.kind !== 'range')
      throw new PromqlError(`${name} takes a range, such as requests_total[1m]`, expression.offset);
    const elements = range.series.flatMap(({ labels, points }) => {
      const value = reckon(points, range.fromMs, range.toMs);
      return value === undefined ? [] : [{ labels: unnamed(labels), value }];
    });
    return { kind: 'vector', elements };
  }

  #histogramQuantile(quantile: number, elements: readonly VectorElement[]): Value {
    const groups = new Map<string, { labels: Labels; buckets: { le: number; count: number }[] }>();
    for (const { labels, value } of elements) {
      const { le, __name__: _, ...others } = labels;
      if (le === undefined) continue;
      const key = keyOfLabels(others);
      const group = groups.get(key) ?? { labels: others, buckets: [] };
      group.buckets.push({ le: le === '+Inf' ? Infinity : Number(le), count: value });
      groups.set(key, group);
    }
    return {
      kind: 'vector',
      elements: [...groups.values()].map(({ labels, buckets }) => ({
        labels,
        value: bucketQuantile(quantile, buckets),
      })),
    };
  }

  #aggregate({ operator, grouping, parameter, of, offset }: Extract<Expression, { kind: 'aggregation' }>): Value {
    const elements = this.#vector(of);
    const number = parameter ? this.#scalar(parameter) : 0;
    const groups = new Map<string, { labels: Labels; elements: VectorElement[] }>();
    for (const element of elements) {
      const labels = grouped(element.labels, grouping);
      const key = keyOfLabels(labels);
      const group = groups.get(key) ?? { labels, elements: [] };
      group.elements.push(element);
      groups.set(key, group);
    }
    if (operator === 'topk' || operator === 'bottomk') {
      const sign = operator === 'topk' ? -1 : 1;
      return {
        kind: 'vector',
        elements: [...groups.values()].flatMap((group) =>
          group.elements.toSorted((a, b) => sign * (a.value - b.value)).slice(0, Math.max(0, Math.floor(number))),
        ),
      };
    }
    return {
      kind: 'vector',
      elements: [...groups.values()].map((group) => ({
        labels: group.labels,
        value: aggregated(
          operator,
          group.elements.map(({ value }) => value),
          number,
          offset,
        ),
      })),
    };
  }

  #binary(expression: Extract<Expression, { kind: 'binary' }>): Value {
    const { operator, bool, matching, left, right, offset } = expression;
    const [one, other] = [this.of(left), this.of(right)];
    for (const [side, at] of [[one, left] as const, [other, right] as const]) {
      if (side.kind === 'range' || side.kind === 'text')
        throw new PromqlError(`a ${side.kind} cannot be reckoned with`, at.offset);
    }
    const isSet = operator === 'and' || operator === 'or' || operator === 'unless';
    if (one.kind === 'scalar' && other.kind === 'scalar') {
      if (isSet) throw new PromqlError(`${operator} takes vectors, not numbers`, offset);
      if (isComparison(operator) && !bool)
        throw new PromqlError(`two numbers are compared with ${operator} bool`, offset);
      return { kind: 'scalar', value: reckon(operator, one.value, other.value) };
    }
    if (one.kind === 'vector' && other.kind === 'vector') {
      if (isSet) return setOperation(operator, one.elements, other.elements, matching);
      return vectorOperation(expression, one.elements, other.elements);
    }
    if (isSet) throw new PromqlError(`${operator} takes vectors, not numbers`, offset);
    const vector = one.kind === 'vector' ? one.elements : other.kind === 'vector' ? other.elements : [];
    const elements = vector.flatMap(({ labels, value }) => {
      const a = one.kind === 'scalar' ? one.value : value;
      const b = other.kind === 'scalar' ? other.value : value;
      const result = reckon(operator, a, b);
      if (isComparison(operator) && !bool) return result === 1 ? [{ labels, value }] : [];
      return [{ labels: unnamed(labels), value: result }];
    });
    return { kind: 'vector', elements };
  }
}

function unnamed(labels: Labels): Labels {
  const { __name__: _, ...others } = labels;
  return others;
}

function grouped(labels: Labels, grouping: Grouping | undefined): Labels {
  if (!grouping) return {};
  const kept = Object.entries(unnamed(labels)).filter(
    ([label]) => grouping.labels.includes(label) !== grouping.without,
  );
  return Object.fromEntries(kept);
}

function aggregated(operator: string, values: readonly number[], parameter: number, offset: number): number {
  const sum = values.reduce((total, one) => total + one, 0);
  switch (operator) {
    case 'sum':
      return sum;
    case 'avg':
      return sum / values.length;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'count':
      return values.length;
    case 'group':
      return 1;
    case 'quantile': {
      const sorted = values.toSorted((a, b) => a - b);
      const rank = Math.min(1, Math.max(0, parameter)) * (sorted.length - 1);
      const low = sorted[Math.floor(rank)] ?? Number.NaN;
      const high = sorted[Math.ceil(rank)] ?? low;
      return low + (high - low) * (rank - Math.floor(rank));
    }
    default:
      throw new PromqlError(`there is no aggregation ${operator}`, offset);
  }
}

const isComparison = (operator: string): boolean => ['==', '!=', '<', '<=', '>', '>='].includes(operator);

/** @returns 1 and 0 for comparisons */
function reckon(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return a ** b;
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    default:
      throw new PromqlError(`there is no operator ${operator}`);
  }
}

/** The labels by which elements of two vectors belong together. */
function matchedLabels(labels: Labels, matching: Matching | undefined): Labels {
  if (!matching) return unnamed(labels);
  const kept = Object.entries(unnamed(labels)).filter(([label]) => matching.labels.includes(label) === matching.on);
  return Object.fromEntries(kept);
}

function setOperation(
  operator: string,
  left: VectorElement[],
  right: VectorElement[],
  matching: Matching | undefined,
): PromqlValue {
  const keyOf = ({ labels }: VectorElement): string => keyOfLabels(matchedLabels(labels, matching));
  const rightKeys = new Set(right.map(keyOf));
  const leftKeys = new Set(left.map(keyOf));
  switch (operator) {
    case 'and':
      return { kind: 'vector', elements: left.filter((one) => rightKeys.has(keyOf(one))) };
    case 'unless':
      return { kind: 'vector', elements: left.filter((one) => !rightKeys.has(keyOf(one))) };
    default:
      return { kind: 'vector', elements: [...left, ...right.filter((one) => !leftKeys.has(keyOf(one)))] };
  }
}

function vectorOperation(
  { operator, bool, matching, offset }: Extract<Expression, { kind: 'binary' }>,
  left: readonly VectorElement[],
  right: readonly VectorElement[],
): { kind: 'vector'; elements: VectorElement[] } {
  const manyRight = matching?.many?.side === 'right';
  const [many, one] = manyRight ? [right, left] : [left, right];
  const byKey = new Map<string, VectorElement>();
  for (const element of one) {
    const key = keyOfLabels(matchedLabels(element.labels, matching));
    if (byKey.has(key))
      throw new PromqlError(
        'several series on one side belong to one on the other; use on(…), ignoring(…) or group_left',
        offset,
      );
    byKey.set(key, element);
  }
  const used = new Set<string>();
  const elements = many.flatMap((element) => {
    const matched = matchedLabels(element.labels, matching);
    const key = keyOfLabels(matched);
    const partner = byKey.get(key);
    if (!partner) return [];
    if (used.has(key) && !matching?.many)
      throw new PromqlError('several series on the left belong to one on the right; use group_left', offset);
    used.add(key);
    const [a, b] = manyRight ? [partner.value, element.value] : [element.value, partner.value];
    const result = reckon(operator, a, b);
    const filters = isComparison(operator) && !bool;
    if (filters && result !== 1) return [];
    const labels = resultLabels(element.labels, partner.labels, matched, matching, filters);
    return [{ labels, value: filters ? element.value : result }];
  });
  return { kind: 'vector', elements };
}

function resultLabels(
  many: Labels,
  one: Labels,
  matched: Labels,
  matching: Matching | undefined,
  filters: boolean,
): Labels {
  if (!matching?.many) {
    if (filters) return matching?.on ? matched : many;
    return matching ? (matching.on ? matched : unnamed(matched)) : unnamed(many);
  }
  const included = matching.many.include.map((label) => [label, one[label] ?? '']);
  return { ...(filters ? many : unnamed(many)), ...(Object.fromEntries(included) as Labels) };
}
