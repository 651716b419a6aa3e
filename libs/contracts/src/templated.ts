import { z } from 'zod';

/** A lab's variable where it is written; its value is put in when the lab is bound to a seed. */
const variable = String.raw`\$\{[a-z][A-Za-z0-9]*\}`;

/**
 * A text of a lab in which variables may stand.
 * @param pattern what it must match; where a set of characters stands in it (`[a-z]`), a variable may stand as well
 * @param error what is expected, for who wrote something else
 */
export function templated(pattern: RegExp, error: string): z.ZodString {
  const source = pattern.source.replaceAll(/\[(?:[^\]\\]|\\.)*\]/g, (set) => `(?:${set}|${variable})`);
  return z.string().regex(new RegExp(source), { error });
}

/** The name of an object, or of a namespace. */
export const objectNameSchema = templated(
  /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  'expected a name of lower-case letters, digits, dots and dashes',
);
