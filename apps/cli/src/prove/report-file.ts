import { htmlReport, markdownReport, type ProvingReport } from '@kubedan/proving';
import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../output.js';

const writers: Readonly<Record<string, (report: ProvingReport) => string>> = {
  '.html': htmlReport,
  '.md': markdownReport,
};

/**
 * Makes sure before the long work that there will be a place for its report.
 * @param file its ending says which kind it is: .html or .md
 * @returns what writes it there
 * @throws UserError for another ending (status 2), or a folder that cannot be written to
 */
export async function reportFile(file: string): Promise<(report: ProvingReport) => Promise<void>> {
  const render = writers[path.extname(file)];
  if (render === undefined) throw new UserError(`A report is an .html or an .md file, and ${file} is neither.`, 2);
  const folder = path.dirname(path.resolve(file));
  const facts = await stat(folder).catch(() => undefined);
  const isOpen = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!facts?.isDirectory() || !isOpen)
    throw new UserError(
      `The report cannot be written to ${folder}: it is no folder, or one that you may not write to.`,
    );
  return (report) => writeFile(file, render(report));
}
