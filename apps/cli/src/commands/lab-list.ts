import { loadCatalogue } from '@kubedan/labs';
import { tiers } from '@kubedan/contracts';
import { Command } from 'commander';
import { paint, print, printJson, table } from '../output.js';
import { labsDir } from '../places.js';

export const labListCommand = new Command('list')
  .description('List the labs of this installation')
  .option('--json', 'print them as JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const { labs, invalid } = await loadCatalogue(labsDir());
    const sorted = labs.toSorted(
      (a, b) =>
        tiers.indexOf(a.spec.metadata.tier) - tiers.indexOf(b.spec.metadata.tier) || a.name.localeCompare(b.name),
    );
    if (json) {
      printJson({
        labs: sorted.map(({ name, hash, dir, spec: { metadata } }) => ({
          name,
          hash,
          dir,
          tier: metadata.tier,
          skills: metadata.skills,
          title: metadata.title,
          minutes: metadata.minutes,
        })),
        invalid: invalid.map(({ dir, error }) => ({ dir, issues: error.issues })),
      });
    } else {
      print(
        table(
          sorted.map(({ name, spec: { metadata } }) => [
            metadata.tier,
            paint('bold', name),
            metadata.title.en,
            metadata.title.zh,
            `${metadata.minutes} min`,
            metadata.skills.join(', '),
          ]),
        ),
      );
      for (const { dir, error } of invalid)
        print(paint('red', `not usable: ${dir}: ${error.issues.length} mistakes; kubedan lab check ${dir} shows them`));
    }
    if (invalid.length > 0) process.exitCode = 1;
  });
