import { z } from 'zod';
import { labDocumentSchema } from './lab.js';

type JsonSchema = Parameters<
  NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>
>[0]['jsonSchema'];

/**
 * The JSON Schema of a lab.yaml, generated from what `lab check` checks with: editors complete and explain each field by it.
 * Draft 7 is what they know best. Names that must exist, expressions and files are beyond a schema.
 */
export function labJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(labDocumentSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      dropSafeBounds(jsonSchema);
      explainPattern(zodSchema, jsonSchema);
      if (zodSchema instanceof z.ZodObject && 'always' in zodSchema.shape) refuseContradictions(jsonSchema);
    },
  });
  return { title: 'A lab of Kubedan', description: 'lab.yaml; docs/lab-format.md goes through one.', ...schema };
}

/** Whole numbers without a bound of their own get JavaScript's, which tell an author nothing. */
function dropSafeBounds(schema: JsonSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/** Editors show `patternErrorMessage` instead of the pattern: the same words as those of `lab check`. */
function explainPattern(from: z.core.$ZodTypes, to: JsonSchema): void {
  for (const check of from._zod.def.checks ?? []) {
    const say = check._zod.def.error as z.core.$ZodErrorMap | undefined;
    const said = say?.({ code: 'invalid_format', format: 'regex', path: [], input: '' });
    if (to.pattern !== undefined && typeof said === 'string') to['patternErrorMessage'] = said;
  }
}

/** A rule is never broken, neither for a time nor after it held once: `lab check` says so in words. */
function refuseContradictions(schema: JsonSchema): void {
  const on = { const: true };
  schema.allOf = [
    { not: { required: ['always', 'holds'], properties: { always: on } } },
    { not: { required: ['always', 'latched'], properties: { always: on, latched: on } } },
  ];
}
