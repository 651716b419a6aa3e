import { labJsonSchema } from '@kubedan/contracts';
import { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { print, printJson, UserError } from '../output.js';

export const labSchemaCommand = new Command('schema')
  .description("Print the JSON Schema of lab.yaml, for editors' completion")
  .option('--out <file>', 'write it to this file instead')
  .action(async ({ out }: { out?: string }) => {
    if (out === undefined) {
      printJson(labJsonSchema());
      return;
    }
    try {
      await writeFile(out, `${JSON.stringify(labJsonSchema(), null, 2)}\n`);
    } catch (error) {
      throw new UserError(`${out} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    }
    print(`Wrote ${out}. Editors use it for a lab.yaml that begins with`);
    print('# yaml-language-server: $schema=<the way to it from there, such as ../../lab.schema.json>');
  });
