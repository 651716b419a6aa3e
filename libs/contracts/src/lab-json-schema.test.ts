import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { labJsonSchema } from './lab-json-schema.js';

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema | Schema[];
  anyOf?: Schema[];
}

/** Each field with its path, and what the schema says of it. */
function fieldsOf(schema: Schema, at = ''): [string, Schema][] {
  const { properties = {}, additionalProperties, items, anyOf = [] } = schema;
  return [
    ...Object.entries(properties).flatMap(([name, field]): [string, Schema][] => [
      [`${at}.${name}`, field],
      ...fieldsOf(field, `${at}.${name}`),
    ]),
    ...(typeof additionalProperties === 'object' ? fieldsOf(additionalProperties, `${at}.*`) : []),
    ...[items ?? []].flat().flatMap((item) => fieldsOf(item, `${at}[]`)),
    ...anyOf.flatMap((one) => fieldsOf(one, at)),
  ];
}

describe('labJsonSchema', () => {
  it('is what is committed for editors; npm run lab-schema writes it', async () => {
    const file = path.resolve(import.meta.dirname, '../../../labs/lab.schema.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(labJsonSchema());
  });

  it('explains every field', () => {
    const fields = fieldsOf(labJsonSchema());
    expect(fields.map(([name]) => name)).toEqual(
      expect.arrayContaining(['.metadata.tier', '.spec.tasks[].checks[].ask.options[].correct', '.spec.images.*.logs']),
    );
    expect(fields.filter(([, { description = '' }]) => description.length < 10).map(([name]) => name)).toEqual([]);
  });

  it('says in words what a pattern means', () => {
    const text = JSON.stringify(labJsonSchema());
    expect(text.match(/"pattern":/g)?.length).toBeGreaterThan(10);
    expect(text.match(/"patternErrorMessage":/g)?.length).toBe(text.match(/"pattern":/g)?.length);
  });
});
