import { firstSeed, seedSchema } from '@kubedan/contracts';
import { PortTakenError, startPreview } from '@kubedan/server';
import { Command, InvalidArgumentError } from 'commander';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { paint, print, UserError } from '../output.js';

interface Options {
  port: number;
  seed: string;
}

export const labPreviewCommand = new Command('preview')
  .description('Show a lab in the browser as a learner sees it, anew with each save; Ctrl-C ends it')
  .argument('<dir>', 'the folder of a lab')
  .option('-p, --port <port>', 'TCP port on this machine', portNumber, 0)
  .option('--seed <seed>', 'draw the variables from this seed; the page can choose another', seedText, firstSeed)
  .action(async (dir: string, { port, seed }: Options) => {
    const facts = await stat(dir).catch(() => undefined);
    if (!facts?.isDirectory())
      throw new UserError(
        `${dir} is no folder. kubedan lab new writes a lab to begin with; kubedan lab list has names.`,
      );
    const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
    await using preview = await start(dir, port);
    const query = seed === firstSeed ? '' : `?seed=${seed}`;
    print(`${paint('bold', path.basename(path.resolve(dir)))} is at ${preview.url}${query}`);
    print(paint('dim', 'The page follows each save. Ctrl-C ends it.'));
    await ended;
  });

async function start(dir: string, port: number): ReturnType<typeof startPreview> {
  try {
    return await startPreview({ dir, port });
  } catch (error) {
    if (error instanceof PortTakenError) throw new UserError(`Port ${port} is taken. Leave --port out for a free one.`);
    throw error;
  }
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('a whole number from 0 to 65535 is allowed; 0 takes any that is free.');
  return Number(text);
}

function seedText(text: string): string {
  const seed = seedSchema.safeParse(text);
  if (!seed.success) throw new InvalidArgumentError('1 to 64 letters, digits and dashes are allowed.');
  return seed.data;
}
