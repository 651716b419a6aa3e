import { z } from 'zod';

/** A lab's variable where it is written; its value is put in when the lab is bound to a seed. */
const reference = /\$\{[a-z][A-Za-z0-9]*\}/g;

/**
 * A text of a lab in which variables may stand.
 * @param pattern what it must match, with a letter in the place of each variable
 * @param error what is expected, for who wrote something else
 */
export function templated(pattern: RegExp, error: string): z.ZodType<string> {
  return z.string().refine((text) => pattern.test(text.replaceAll(reference, 'x')), { error });
}

/** The name of an object, or of a namespace. */
export const objectNameSchema = templated(
  /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  'expected a name of lower-case letters, digits, dots and dashes',
);
