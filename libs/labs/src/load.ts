import { languages, type LocalizedText } from '@kubedan/contracts';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { contentHash, readFolder, type LabFiles } from './folder.js';
import { LabInvalidError, type LabIssue } from './issue.js';
import type { Lab } from './lab.js';
import { checkReferences } from './references.js';
import { checkSchema } from './schema-issues.js';
import { YamlSource } from './yaml-source.js';

const labFile = 'lab.yaml';

/**
 * Reads and checks a lab's folder.
 * @throws LabInvalidError with every mistake found, each with its place
 */
export async function loadLab(dir: string): Promise<Lab> {
  const absolute = path.resolve(dir);
  const facts = await stat(absolute).catch(() => undefined);
  if (!facts?.isDirectory()) throw new LabInvalidError(dir, [{ file: '.', message: 'there is no such folder' }]);
  const { files, issues } = await readFolder(absolute);
  const bytes = files.get(labFile);
  if (bytes === undefined)
    throw new LabInvalidError(dir, [...issues, { file: labFile, message: 'this file is missing: every lab has one' }]);

  const source = new YamlSource(labFile, bytes.toString('utf8'));
  const { document, issues: schemaIssues } = checkSchema(source);
  issues.push(...schemaIssues);
  const texts = readTexts('text', files, issues);
  const debrief = hasText('debrief', files) ? readTexts('debrief', files, issues) : undefined;
  if (document !== undefined) issues.push(...checkReferences(document, source, files, path.basename(absolute)));
  if (document === undefined || issues.length > 0) throw new LabInvalidError(dir, issues);
  return {
    dir: absolute,
    name: document.metadata.name,
    hash: contentHash(files),
    spec: document,
    texts,
    ...(debrief === undefined ? {} : { debrief }),
    files,
  };
}

const fileOf = (name: string, language: string): string => `${name}.${language}.md`;

function hasText(name: string, files: LabFiles): boolean {
  return languages.some((language) => files.has(fileOf(name, language)));
}

function readTexts(name: string, files: LabFiles, issues: LabIssue[]): LocalizedText {
  const read = (language: string): string => {
    const file = fileOf(name, language);
    const text = files.get(file)?.toString('utf8').trim() ?? '';
    if (text === '') issues.push({ file, message: 'this text is missing or empty: a lab speaks both languages' });
    return text;
  };
  const [en, zh] = languages.map(read);
  return { en: en ?? '', zh: zh ?? '' };
}

/** Every lab under `labs/<tier>/<lab>`; a lab that is invalid does not keep the others from being used. */
export async function loadCatalogue(
  labsDir: string,
): Promise<{ labs: Lab[]; invalid: { dir: string; error: LabInvalidError }[] }> {
  const labs: Lab[] = [];
  const invalid: { dir: string; error: LabInvalidError }[] = [];
  for (const dir of await labFolders(labsDir)) {
    try {
      const lab = await loadLab(dir);
      const twin = labs.find(({ name }) => name === lab.name);
      if (twin !== undefined)
        throw new LabInvalidError(dir, [{ file: labFile, message: `another lab has this name: ${twin.dir}` }]);
      labs.push(lab);
    } catch (error) {
      if (!(error instanceof LabInvalidError)) throw error;
      invalid.push({ dir, error });
    }
  }
  return { labs, invalid };
}

async function labFolders(labsDir: string): Promise<string[]> {
  const tiers = await foldersIn(labsDir);
  return (await Promise.all(tiers.map(foldersIn))).flat();
}

async function foldersIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => path.join(dir, entry.name))
    .toSorted();
}
