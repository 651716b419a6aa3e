import { firstSeed } from '@kubedan/contracts';
import { bindLab, formatIssue, LabInvalidError, loadLab, unknownNames } from '@kubedan/labs';
import { Command } from 'commander';
import path from 'node:path';
import { paint, print, printJson } from '../output.js';

export const labCheckCommand = new Command('check')
  .description("Check labs' files: every mistake with its line, its column and what is allowed")
  .argument('<dir...>', 'folders of labs')
  .option('--json', 'print the mistakes as JSON')
  .action(async (dirs: string[], { json }: { json?: boolean }) => {
    const results = await Promise.all(dirs.map(async (dir) => ({ dir, issues: await issuesOf(dir) })));
    if (json) printJson(results);
    else {
      for (const { dir, issues } of results) {
        if (issues.length === 0) print(`${paint('green', '✓')} ${dir}`);
        for (const issue of issues) print(path.join(dir, formatIssue(issue)));
      }
    }
    if (results.some(({ issues }) => issues.length > 0)) process.exitCode = 1;
  });

async function issuesOf(dir: string): Promise<LabInvalidError['issues']> {
  try {
    return unknownNames(bindLab(await loadLab(dir), firstSeed));
  } catch (error) {
    if (error instanceof LabInvalidError) return error.issues;
    throw error;
  }
}
