import { labJsonSchema, type LocalizedText } from '@kubedan/contracts';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../output.js';
import type { LabAddress } from './lab-address.js';

/** A complete lab, which is copied. */
const starter = path.resolve(import.meta.dirname, '../../starter-lab');
const starterName = path.basename(starter);
const schemaFile = 'lab.schema.json';

export interface NewLab extends LabAddress {
  title: LocalizedText;
  /** The folder that holds the tiers' folders; made when it is not there. */
  labsDir: string;
}

/**
 * Writes a small lab that is complete: it passes `lab check` and `lab prove`. Nothing that is there is written over.
 * @returns the lab's folder, and all files written
 * @throws UserError when there is something in its place already, or the folder cannot be written; then nothing is left
 */
export async function writeLab(lab: NewLab): Promise<{ dir: string; files: string[] }> {
  const dir = path.join(lab.labsDir, lab.tier, lab.name);
  const twin = await folderOfThatName(lab);
  if (twin !== undefined)
    throw new UserError(`There is a lab ${lab.name} already, in ${twin}. Nothing was written; choose another name.`);
  await mkdir(path.dirname(dir), { recursive: true }).catch((error: unknown) => {
    throw cannotWrite(dir, error);
  });
  // Whoever makes the folder has it: two at once cannot mix their files.
  await mkdir(dir).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST'
      ? new UserError(`${dir} is there already. Nothing was written; choose another name.`)
      : cannotWrite(dir, error);
  });
  try {
    const files: string[] = [];
    for (const file of await filesIn(starter)) {
      const to = path.join(dir, file);
      await mkdir(path.dirname(to), { recursive: true });
      await writeFile(to, named(file, await readFile(path.join(starter, file), 'utf8'), lab), { flag: 'wx' });
      files.push(to);
    }
    if (await writeSchema(lab.labsDir)) files.push(path.join(lab.labsDir, schemaFile));
    return { dir, files };
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw cannotWrite(dir, error);
  }
}

/** A lab's name is its own among all tiers. */
async function folderOfThatName({ labsDir, name, tier }: NewLab): Promise<string | undefined> {
  const tiers = await readdir(labsDir).catch(() => []);
  for (const one of new Set([tier, ...tiers])) {
    const dir = path.join(labsDir, one, name);
    if ((await stat(dir).catch(() => undefined)) !== undefined) return dir;
  }
  return undefined;
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

/** Puts the new lab's name, tier and titles in the place of the starter's. */
function named(file: string, text: string, { name, tier, title }: NewLab): string {
  const heading = { 'text.en.md': title.en, 'text.zh.md': title.zh }[file];
  if (heading !== undefined) return text.replace(/^# .*$/m, () => `# ${literal(heading)}`);
  if (file !== 'lab.yaml') return text;
  return text
    .replace(`name: ${starterName}`, () => `name: ${name}`)
    .replace(/tier: .*/, () => `tier: ${tier}`)
    .replace(/title: .*/, () => `title: { en: ${quoted(title.en)}, zh: ${quoted(title.zh)} }`);
}

/** `${…}` in a title is meant as it stands there. */
function literal(text: string): string {
  return text.replaceAll(/\$(?=\{)/g, '$$$$');
}

/** As YAML understands any text. */
function quoted(text: string): string {
  return `'${literal(text).replaceAll("'", "''")}'`;
}

/** Editors find the schema beside the tiers' folders. @returns whether it was missing */
async function writeSchema(labsDir: string): Promise<boolean> {
  try {
    await writeFile(path.join(labsDir, schemaFile), `${JSON.stringify(labJsonSchema(), null, 2)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function cannotWrite(dir: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error as Error;
  return new UserError(`The lab cannot be written to ${dir}: ${message}. --dir names another folder for labs.`);
}
