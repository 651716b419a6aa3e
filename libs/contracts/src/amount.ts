import { z } from 'zod';

const variable = String.raw`\$\{[a-z][A-Za-z0-9]*\}`;
const wholeVariable = z.string().regex(new RegExp(`^${variable}$`), { error: 'expected a number or ${variable}' });

/**
 * A number of the world that a lab may also draw from the seed, as `${name}`. Once the variables are put in it is a number, in
 * the same range.
 */
export const amountSchema = (min: number, max: number) => z.union([z.number().min(min).max(max), wholeVariable]);
/** Like amountSchema, for whole numbers. */
export const countSchema = (min: number, max: number) => z.union([z.int().min(min).max(max), wholeVariable]);
/** 0 to 1, both included. */
export const shareSchema = amountSchema(0, 1);

/** A duration in which numbers, or all of it, may be drawn from the seed: `250ms`, `${slow}ms`, `${slow}`. */
export const drawnDurationSchema = z
  .string()
  .regex(new RegExp(`^(?:(?:(?:\\d+(?:\\.\\d+)?|${variable})(?:ms|s|m|h))+|${variable})$`), {
    error: 'expected a duration such as 500ms, 30s, 1m30s or ${variable}s',
  });

/** A Kubernetes quantity that may be drawn from the seed: `64Mi`, `${size}Mi`, `${size}`. */
export const drawnQuantitySchema = z
  .string()
  .regex(new RegExp(`^(?:(?:\\d+(?:\\.\\d+)?|${variable})(?:m|k|M|G|T|Ki|Mi|Gi|Ti)?)$`), {
    error: 'expected a quantity such as 64Mi, 250m, 2 or ${variable}Mi',
  });

/**
 * @param value a number of a lab whose variables are put in
 * @throws RangeError when it is a text: a variable that was not put in, or whose value is no number
 */
export function numberOf(value: number | string): number {
  if (typeof value === 'number') return value;
  throw new RangeError(`${value} is not a number; a variable that stands here needs numbers as its values`);
}
