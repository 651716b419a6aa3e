import { formatIssue, LabInvalidError, loadCatalogue, loadLab, type Lab } from '@kubedan/labs';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../output.js';
import { labsDir } from '../places.js';

/**
 * @param names of labs of this installation, or folders
 * @param all every lab of this installation instead
 * @throws UserError for a lab that is not there or has mistakes
 */
export async function findLabs(names: readonly string[], all: boolean): Promise<Lab[]> {
  const { labs, invalid } = await loadCatalogue(labsDir());
  try {
    const named = await Promise.all(
      names.map(async (name) => {
        if (name.includes('/') || existsSync(path.join(name, 'lab.yaml'))) return loadLab(name);
        const broken = invalid.find(({ dir }) => path.basename(dir) === name);
        if (broken !== undefined) throw broken.error;
        const lab = labs.find((one) => one.name === name);
        if (lab === undefined)
          throw new UserError(`There is no lab ${name}. There are: ${labs.map((one) => one.name).join(', ')}.`);
        return lab;
      }),
    );
    if (all && invalid[0] !== undefined) throw invalid[0].error;
    return all ? labs : named;
  } catch (error) {
    if (error instanceof LabInvalidError)
      throw new UserError(error.issues.map((issue) => path.join(error.dir, formatIssue(issue))).join('\n'));
    throw error;
  }
}
