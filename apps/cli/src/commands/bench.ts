import { Command } from 'commander';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { UserError } from '../output.js';
import { benchMain } from '../places.js';

export const benchCommand = new Command('bench')
  .description('Measure the figures that Kubedan has to reach, one JSON line each')
  .argument('[figure...]', 'which; all when left out')
  .action(async (figures: string[]) => {
    const main = benchMain();
    if (main === undefined)
      throw new UserError(
        'The benches come with the source: clone the repository, run npm install and npx tsc -b, and try there.',
      );
    const child = spawn(process.execPath, [main, ...figures], { stdio: 'inherit' });
    const [code] = (await once(child, 'exit')) as [number | null];
    process.exitCode = code ?? 1;
  });
