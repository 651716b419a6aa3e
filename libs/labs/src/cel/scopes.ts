import { checkKinds } from '@kubedan/contracts';
import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { measuredRoots, measuredTypes } from './measured.js';
import { Quantity } from './quantity.js';

/** What an expression can see depends on where it stands. `template` parts see the same as their check. */
export const expressionScopes = [...checkKinds, 'ready'] as const;
export type ExpressionScope = (typeof expressionScopes)[number];

const timestamp = 'google.protobuf.Timestamp';
const shared = { now: timestamp, session: 'map' } as const;

/** Variable → CEL type, by scope. `given` is the same as the check's own variable, as it was at hand-over. */
export const scopeVariables: Record<ExpressionScope, Readonly<Record<string, string>>> = {
  object: { object: 'dyn', given: 'dyn', ...shared },
  objects: { objects: 'list<dyn>', given: 'list<dyn>', ...shared },
  helm: { release: 'dyn', given: 'dyn', ...shared },
  file: { file: 'dyn', ...shared },
  /** `response` is the first of `responses`. */
  http: { response: 'dyn', responses: 'list<dyn>', ...shared },
  exec: { exec: 'dyn', ...shared },
  audit: { requests: 'list<dyn>', ...shared },
  slo: { slo: measuredRoots.slo, ...shared },
  cost: { cost: measuredRoots.cost, ...shared },
  traffic: { traffic: measuredRoots.traffic, ...shared },
  ask: { ...shared },
  ready: { object: 'dyn', ...shared },
};

/** An expression may be no larger than this; the lab may come from a stranger. */
export const expressionLimits = {
  maxCharacters: 4_000,
  maxAstNodes: 1_000,
  maxDepth: 40,
  maxListElements: 200,
  maxMapEntries: 200,
  maxCallArguments: 8,
} as const;

/** The name under which `matches` runs: RE2, in linear time, where the library's own would backtrack for ever. */
export const linearMatches = 'matchesInLinearTime';
const patterns = new Map<string, RE2JS>();

function matches(text: string, pattern: string): boolean {
  let compiled = patterns.get(pattern);
  if (!compiled) {
    if (pattern.length > 500) throw new RangeError('a pattern of matches() may have at most 500 characters');
    compiled = RE2JS.compile(pattern);
    if (patterns.size > 500) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled.matcher(text).find();
}

type Numeric = bigint | number;
function total(list: Numeric[]): Numeric {
  if (list.every((item) => typeof item === 'bigint')) return list.reduce((sum, item) => sum + item, 0n);
  return list.reduce<number>((sum, item) => sum + Number(item), 0);
}
function extreme(list: Numeric[], better: (a: Numeric, b: Numeric) => boolean): Numeric {
  const [first, ...rest] = list;
  if (first === undefined) throw new RangeError('min() and max() need at least one element');
  return rest.reduce((best, item) => (better(item, best) ? item : best), first);
}

const base = new Environment({
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: expressionLimits.maxAstNodes,
    maxDepth: expressionLimits.maxDepth,
    maxListElements: expressionLimits.maxListElements,
    maxMapEntries: expressionLimits.maxMapEntries,
    maxCallArguments: expressionLimits.maxCallArguments,
  },
})
  .registerFunction(`string.${linearMatches}(string): bool`, matches)
  .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    text.replaceAll(from, () => to),
  )
  .registerFunction('list.sum(): dyn', total)
  .registerFunction('list.min(): dyn', (list: Numeric[]) => extreme(list, (a, b) => a < b))
  .registerFunction('list.max(): dyn', (list: Numeric[]) => extreme(list, (a, b) => a > b))
  .registerFunction('list.distinct(): list<dyn>', (list: unknown[]) => [...new Set(list)])
  .registerType('Quantity', { ctor: Quantity, fields: {} })
  .registerFunction('quantity(string): Quantity', (text: string) => Quantity.parse(text))
  .registerFunction('quantity(int): Quantity', (amount: bigint) => Quantity.parse(String(amount)))
  .registerFunction('quantity(double): Quantity', (amount: number) => Quantity.parse(String(amount)))
  .registerOperator('Quantity == Quantity', (a: Quantity, b: Quantity) => a.compare(b) === 0)
  .registerOperator('Quantity < Quantity', (a: Quantity, b: Quantity) => a.compare(b) < 0)
  .registerOperator('Quantity <= Quantity', (a: Quantity, b: Quantity) => a.compare(b) <= 0)
  .registerOperator('Quantity > Quantity', (a: Quantity, b: Quantity) => a.compare(b) > 0)
  .registerOperator('Quantity >= Quantity', (a: Quantity, b: Quantity) => a.compare(b) >= 0);

for (const [name, type] of Object.entries(measuredTypes)) base.registerType(name, type);

const environments = new Map<string, Environment>();

/**
 * @param locals names bound by macros around a part of an expression, visible as `dyn`
 * @returns the environment for parsing and type-checking there; cached
 */
export function environmentOf(scope: ExpressionScope, locals: readonly string[] = []): Environment {
  const key = [scope, ...[...locals].sort()].join(' ');
  let environment = environments.get(key);
  if (!environment) {
    environment = base.clone();
    for (const [name, type] of Object.entries(scopeVariables[scope])) {
      if (!locals.includes(name)) environment.registerVariable(name, type);
    }
    for (const name of new Set(locals)) environment.registerVariable(name, 'dyn');
    if (environments.size > 200) environments.clear();
    environments.set(key, environment);
  }
  return environment;
}
