import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PreviewFolder } from './preview-folder.js';

const sample = path.resolve(import.meta.dirname, '../../../../labs/bronze/first-pod');

describe('PreviewFolder', () => {
  let dir: string;
  let folder: PreviewFolder;
  beforeEach(async () => {
    dir = path.join(await mkdtemp(path.join(tmpdir(), 'kubedan-preview-')), 'first-pod');
    await cp(sample, dir, { recursive: true });
    folder = await PreviewFolder.open(dir, () => new Date(0));
  });
  afterEach(async () => {
    folder[Symbol.dispose]();
    await rm(path.dirname(dir), { recursive: true });
  });

  /** Waits until the folder was read in a state that is wanted; changes may come in several steps. */
  async function until(wanted: () => boolean): Promise<void> {
    while (!wanted()) await once(folder, 'change');
  }
  const textOf = (): string | undefined => folder.current.lab?.texts.en;

  it('has read the lab when it is open', () => {
    expect(folder.current).toMatchObject({ number: 1, readAt: new Date(0), issues: [], lab: { name: 'first-pod' } });
  });

  it('follows a file that is written, and one that another takes the place of', async () => {
    await writeFile(path.join(dir, 'text.en.md'), 'Written.');
    await until(() => textOf() === 'Written.');
    for (const text of ['Replaced.', 'Replaced again.']) {
      await writeFile(path.join(dir, '.text.en.md.swp'), text);
      await rename(path.join(dir, '.text.en.md.swp'), path.join(dir, 'text.en.md'));
      await until(() => textOf() === text);
    }
    expect(folder.current.number).toBeGreaterThanOrEqual(4);
  });

  it('follows folders that are made later', async () => {
    const { hash } = folder.current.lab!;
    await mkdir(path.join(dir, 'workspace/deep'), { recursive: true });
    await writeFile(path.join(dir, 'workspace/deep/note.txt'), 'one');
    await until(() => folder.current.lab!.hash !== hash);
    const later = folder.current.lab!.hash;
    await writeFile(path.join(dir, 'workspace/deep/note.txt'), 'two');
    await until(() => folder.current.lab!.hash !== later);
  });

  it('tells mistakes instead of what was there before, and comes back', async () => {
    await rename(path.join(dir, 'text.zh.md'), path.join(dir, 'text.fr.md'));
    await until(() => folder.current.lab === undefined);
    expect(folder.current.issues).toMatchObject([{ file: 'text.zh.md' }]);
    await rename(path.join(dir, 'text.fr.md'), path.join(dir, 'text.zh.md'));
    await until(() => folder.current.lab !== undefined);
    expect(folder.current.issues).toEqual([]);
  });

  it('waits for a folder that is gone, and follows the one that comes in its place', async () => {
    await rm(dir, { recursive: true });
    await until(() => folder.current.issues[0]?.message === 'there is no such folder');
    await cp(sample, dir, { recursive: true });
    await until(() => folder.current.lab !== undefined);
    await writeFile(path.join(dir, 'text.en.md'), 'New.');
    await until(() => textOf() === 'New.');
  });
});
