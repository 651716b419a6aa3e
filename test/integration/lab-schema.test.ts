import { Ajv } from 'ajv';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { root } from '../support/index.js';
import { kubedan, LabFolder, tinyLab } from './cli-fixture.js';
import { labsToCheck } from './labs-to-check.js';

const schema = JSON.parse(await readFile(path.join(root, 'labs/lab.schema.json'), 'utf8')) as object;
// Editors know a few more words than the standard. What a schema forbids together it need not define again.
const validate = new Ajv({
  strict: true,
  strictRequired: false,
  strictTypes: false,
  keywords: ['patternErrorMessage'],
}).compile(schema);

/** @returns what the schema says against a lab.yaml; nothing where it is right */
function saidOf(yaml: string): string[] {
  validate(parse(yaml));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

describe('the JSON Schema of lab.yaml', () => {
  it('agrees to each lab that comes with Kubedan', async () => {
    const files = (await readdir(path.join(root, 'labs'), { recursive: true })).filter(
      (file) => path.basename(file) === 'lab.yaml',
    );
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files)
      expect([file, saidOf(await readFile(path.join(root, 'labs', file), 'utf8'))]).toEqual([file, []]);
  });

  const readable = labsToCheck.filter(
    ({ changes: { 'lab.yaml': yaml } }) => yaml !== undefined && parseDocument(yaml).errors.length === 0,
  );
  it.each(readable)(
    'says of a lab what lab check says, as far as a schema can: $name',
    ({ changes, bySchema = false }) => {
      expect(saidOf(changes['lab.yaml'] ?? '').length > 0).toBe(bySchema);
    },
  );

  it('agrees to the good one', () => {
    expect(saidOf(tinyLab['lab.yaml'])).toEqual([]);
  });
});

describe('kubedan lab schema', () => {
  it('prints it, or writes it to a file', async () => {
    await using folder = await LabFolder.make();
    const file = path.join(folder.dir, 'schema.json');
    const [printed, written] = await Promise.all([
      kubedan(['lab', 'schema']),
      kubedan(['lab', 'schema', '--out', file]),
    ]);
    expect(JSON.parse(printed.stdout)).toEqual(schema);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(schema);
    expect(written.stdout).toContain(`Wrote ${file}`);
    const refused = await kubedan(['lab', 'schema', '--out', path.join(folder.dir, 'no/such/folder.json')]);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot be written') });
  });
});
