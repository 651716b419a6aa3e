import type { VariableSpec } from '@kubedan/contracts';
import { createHash } from 'node:crypto';

export type VariableValues = Readonly<Record<string, string | number>>;

/**
 * Draws each variable from a seed. A variable's value depends on the seed and on its own name alone, so adding one variable
 * to a lab does not change the others. The draw: the first 48 bits of sha256("seed NUL name"), modulo the number of choices.
 */
export function drawVariables(specs: Readonly<Record<string, VariableSpec>>, seed: string): VariableValues {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const drawn = createHash('sha256').update(`${seed}\0${name}`).digest().readUIntBE(0, 6);
      if ('oneOf' in spec) return [name, spec.oneOf[drawn % spec.oneOf.length] ?? ''];
      const [low, high] = spec.int;
      return [name, low + (drawn % (high - low + 1))];
    }),
  );
}

/** As the schema has names: a shell's own `${HOME}` and `${my_var}` are none. `$${name}` stands for `${name}` itself. */
const reference = /(\$?)\$\{([a-z][A-Za-z0-9]*)\}/g;

/** @returns the names in `${name}` that stand in a text, each once, with the place of the first, from 0 */
export function variablesIn(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const { 1: escape, 2: name = '', index } of text.matchAll(reference)) {
    if (escape === '' && !found.has(name)) found.set(name, index);
  }
  return found;
}

/** Replaces `${name}` of declared variables, and `$${name}` by `${name}`; anything else stays. */
export function substitute(text: string, values: VariableValues): string {
  return text.replace(reference, (whole, escape: string, name: string) => {
    if (!Object.hasOwn(values, name)) return whole;
    return escape === '$' ? whole.slice(1) : String(values[name]);
  });
}

/** @returns where a character of the substituted text stands in the text itself; both from 0 */
export function offsetBeforeSubstitution(text: string, values: VariableValues, offset: number): number {
  let shift = 0;
  for (const { 0: whole, index } of text.matchAll(reference)) {
    const length = substitute(whole, values).length;
    if (index + shift + length > offset) return Math.min(offset - shift, index);
    shift += length - whole.length;
  }
  return offset - shift;
}

/**
 * The same for every text inside a value.
 * @param numbers whether a text that is nothing but `${name}` becomes a number when the variable is one; by default it stays a text
 */
export function substituteAll<T>(value: T, values: VariableValues, numbers = false): T {
  if (typeof value === 'string') {
    const name = numbers ? /^\$\{(\w+)\}$/.exec(value)?.[1] : undefined;
    const drawn = name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
    return (typeof drawn === 'number' ? drawn : substitute(value, values)) as T;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => substituteAll(item, values, numbers)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      substitute(key, values),
      substituteAll(item as unknown, values, numbers),
    ]),
  ) as T;
}
