import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LabIssue } from './issue.js';

/** A file's bytes and all files' together: a lab is text, and everything above is a mistake. */
const largestFile = 1024 * 1024;
const largestLab = 8 * 1024 * 1024;
const mostFiles = 500;

/** A lab's files by path relative to its folder, with `/` between names. */
export type LabFiles = ReadonlyMap<string, Buffer>;

/**
 * Reads a folder. Symbolic links and special files are refused: a lab may come from anywhere and must not reach out of
 * its folder.
 */
export async function readFolder(dir: string): Promise<{ files: LabFiles; issues: LabIssue[] }> {
  const files = new Map<string, Buffer>();
  const issues: LabIssue[] = [];
  let total = 0;
  const visit = async (relative: string): Promise<void> => {
    const names = (await readdir(path.join(dir, relative))).toSorted();
    for (const name of names) {
      const file = relative === '' ? name : `${relative}/${name}`;
      const facts = await lstat(path.join(dir, file));
      if (facts.isDirectory()) await visit(file);
      else if (!facts.isFile())
        issues.push({ file, message: 'only plain files are allowed here, no links or devices' });
      else if (facts.size > largestFile)
        issues.push({ file, message: `the file has ${facts.size} bytes; at most ${largestFile} are allowed` });
      else if (files.size >= mostFiles || (total += facts.size) > largestLab) {
        issues.push({ file, message: `a lab has at most ${mostFiles} files and ${largestLab} bytes` });
        return;
      } else files.set(file, await readFile(path.join(dir, file)));
    }
  };
  await visit('');
  return { files, issues };
}

/** @returns the sha256 (hex) over the sorted names, sizes and bytes of all files: the lab's version */
export function contentHash(files: LabFiles): string {
  const hash = createHash('sha256');
  for (const name of [...files.keys()].toSorted()) {
    const bytes = files.get(name) ?? Buffer.alloc(0);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}
