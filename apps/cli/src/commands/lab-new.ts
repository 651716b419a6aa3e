import { Command } from 'commander';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { readLabAddress } from '../new-lab/lab-address.js';
import { titlesOf, type Ask } from '../new-lab/titles.js';
import { writeLab } from '../new-lab/write-lab.js';
import { paint, print, UserError } from '../output.js';
import { labsDir } from '../places.js';

interface Options {
  titleEn?: string;
  titleZh?: string;
  dir?: string;
}

export const labNewCommand = new Command('new')
  .description('Write a small lab that is complete and proved, to begin a lab of your own with')
  .argument('[tier/name]', 'where it goes among the labs, such as gold/flash-sale')
  .option('--title-en <title>', 'its title in English')
  .option('--title-zh <title>', 'its title in Chinese')
  .option('--dir <folder>', 'the folder that holds the tiers (default: the labs of this installation)')
  .action(async (address: string | undefined, { titleEn, titleZh, dir }: Options) => {
    // Scripts are never asked anything.
    await using questions = process.stdin.isTTY && process.stdout.isTTY ? new Questions() : undefined;
    const where = address ?? (await questions?.ask('Tier and name', 'bronze/my-lab'));
    if (where === undefined) throw new UserError('Say where the lab goes: kubedan lab new <tier>/<name>', 2);
    const place = readLabAddress(where);
    const given = {
      ...(titleEn === undefined ? {} : { en: titleEn }),
      ...(titleZh === undefined ? {} : { zh: titleZh }),
    };
    const title = await titlesOf(place.name, given, questions?.ask);
    const written = await writeLab({ ...place, title, labsDir: path.resolve(dir ?? labsDir()) });
    print('Wrote');
    for (const file of written.files) print(`  ${paint('green', '+')} ${shown(file)}`);
    const folder = /^[\w./-]+$/.test(shown(written.dir))
      ? shown(written.dir)
      : `'${shown(written.dir).replaceAll("'", "'\\''")}'`;
    print('\nIt is complete. Change it bit by bit, and see that it stays so:');
    print(`  kubedan lab check ${folder}`);
    print(`  kubedan lab prove ${folder} --seeds 1`);
  });

/** From here where that is shorter. */
function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') || relative === '' ? file : relative;
}

/** Questions to the person at the terminal; Ctrl-C is an answer, too. */
class Questions implements AsyncDisposable {
  readonly #lines = createInterface({ input: process.stdin, output: process.stdout });

  readonly ask: Ask = async (question, suggestion) => {
    const interrupted = new AbortController();
    this.#lines.once('SIGINT', () => interrupted.abort());
    // The end of the input (Ctrl-D) leaves a question without an answer for ever.
    this.#lines.once('close', () => interrupted.abort());
    try {
      const answer = await this.#lines.question(`${question} ${paint('dim', `[${suggestion}]`)} `, {
        signal: interrupted.signal,
      });
      return answer.trim() === '' ? suggestion : answer;
    } catch {
      throw new UserError('Interrupted. Nothing was written.', 130);
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lines.close();
  }
}
