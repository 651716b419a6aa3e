import { bindLab, loadLab } from '@kubedan/labs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeLab } from './write-lab.js';

let labsDir: string;
beforeEach(async () => {
  labsDir = await mkdtemp(path.join(tmpdir(), 'kubedan-new-'));
});
afterEach(() => rm(labsDir, { recursive: true }));

const lab = { tier: 'gold', name: 'flash-sale', title: { en: 'Flash sale', zh: '秒杀' } } as const;

describe('writeLab', () => {
  it('writes a lab that can be used, and the schema for editors beside it', async () => {
    const { dir, files } = await writeLab({ ...lab, labsDir });
    expect(dir).toBe(path.join(labsDir, 'gold/flash-sale'));
    const made = await readdir(labsDir, { recursive: true, withFileTypes: true });
    expect(files.toSorted()).toEqual(
      made.flatMap((entry) => (entry.isFile() ? [path.join(entry.parentPath, entry.name)] : [])).toSorted(),
    );
    const loaded = await loadLab(dir);
    expect(loaded.spec.metadata).toMatchObject({ name: 'flash-sale', tier: 'gold', title: lab.title });
    expect([loaded.texts.en, loaded.texts.zh].map((text) => text.split('\n')[0])).toEqual(['# Flash sale', '# 秒杀']);
    const { given, variables, tasks, solution, wrong } = loaded.spec.spec;
    expect([given.length, Object.keys(variables).length, tasks.length, solution.length]).toEqual([1, 2, 1, 1]);
    expect(wrong).toHaveLength(3);
    const yaml = await readFile(path.join(dir, 'lab.yaml'), 'utf8');
    const [, schema = ''] = /^# yaml-language-server: \$schema=(.*)\n/.exec(yaml) ?? [];
    expect(JSON.parse(await readFile(path.resolve(dir, schema), 'utf8'))).toHaveProperty('properties.metadata');
  });

  it('takes any title for what it is', async () => {
    const title = { en: `It's "#1": \${replicas} {{ a }} & \\n, $& and $1`, zh: '“秒杀”：#1 { }' };
    const { dir } = await writeLab({ ...lab, title, labsDir });
    const bound = bindLab(await loadLab(dir), 'a');
    expect(bound.document.metadata.title).toEqual(title);
    expect(bound.texts.en.split('\n')[0]).toBe(`# ${title.en}`);
  });

  it('never writes over anything, nor gives a name twice', async () => {
    await writeLab({ ...lab, labsDir });
    await writeFile(path.join(labsDir, 'gold/flash-sale/text.en.md'), 'Mine.');
    await writeFile(path.join(labsDir, 'lab.schema.json'), '{}');
    await expect(writeLab({ ...lab, labsDir })).rejects.toThrow(
      /There is a lab flash-sale already.*Nothing was written/,
    );
    await expect(writeLab({ ...lab, tier: 'silver', labsDir })).rejects.toThrow(/There is a lab flash-sale already/);
    expect(await readdir(labsDir)).toEqual(['gold', 'lab.schema.json']);
    const other = await writeLab({ ...lab, name: 'other', labsDir });
    expect(other.files).not.toContain(path.join(labsDir, 'lab.schema.json'));
    expect(await readFile(path.join(labsDir, 'lab.schema.json'), 'utf8')).toBe('{}');
    expect(await readFile(path.join(labsDir, 'gold/flash-sale/text.en.md'), 'utf8')).toBe('Mine.');
  });

  it('leaves nothing when it cannot go on, and says what to do', async () => {
    await writeFile(path.join(labsDir, 'gold'), 'a file where a folder should be');
    await expect(writeLab({ ...lab, labsDir })).rejects.toThrow(/cannot be written to .*--dir names another folder/);
    expect(await readdir(labsDir)).toEqual(['gold']);
    await mkdir(path.join(labsDir, 'silver'));
    await symlink('nowhere', path.join(labsDir, 'silver/flash-sale'));
    await expect(writeLab({ ...lab, tier: 'silver', labsDir })).rejects.toThrow(/is there already/);
    expect(await readdir(path.join(labsDir, 'silver'))).toEqual(['flash-sale']);
  });
});
