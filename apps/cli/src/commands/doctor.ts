import { readConfig } from '@kubedan/server/config';
import { Command } from 'commander';
import { examine } from '../doctor/examine.js';
import type { Finding } from '../doctor/finding.js';
import { paint, print, printJson, table } from '../output.js';

const signs: Record<Finding['state'], string> = {
  good: paint('green', '✓'),
  limited: paint('yellow', '!'),
  missing: paint('red', '✗'),
};

export const doctorCommand = new Command('doctor')
  .description('Say what is available here, what is missing and what to do')
  .option('--json', 'print the findings as JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const findings = await examine(readConfig(process.env));
    const works = findings.every(({ state }) => state !== 'missing');
    if (json) printJson({ works, findings });
    else {
      print(table(findings.map(({ what, state, found }) => [signs[state], what, found])));
      for (const { what, remedy } of findings.filter(({ state }) => state !== 'good'))
        if (remedy !== undefined) print(`\n${paint('bold', what)}: ${remedy}`);
      print(works ? '\nKubedan works here.' : '\nKubedan does not work here yet.');
    }
    if (!works) process.exitCode = 1;
  });
