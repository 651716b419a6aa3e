import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeArchive, type Image } from './archive.js';
import { imagesOf, writeImageArchive } from './catalogue.js';

const run = promisify(execFile);
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kd-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Unpacks with the system's tar, which is as strict as what reads these archives. */
async function unpacked(file: string, name: string): Promise<string> {
  const to = join(dir, name);
  await mkdir(to);
  await run('tar', ['-xpf', file, '-C', to]);
  return to;
}

async function layersOf(file: string, index = 0): Promise<{ manifest: { RepoTags: string[] }[]; layers: string[] }> {
  const at = await unpacked(file, 'archive');
  const manifest = JSON.parse(await readFile(join(at, 'manifest.json'), 'utf8'));
  const layers = manifest[index].Layers.map((layer: string) => join(at, layer));
  return { manifest, layers };
}

describe('writeArchive', () => {
  it('packs files, links, folders and modes, also under long names', async () => {
    const long = `${'folder/'.repeat(20)}${'name'.repeat(30)}`;
    const file = join(dir, 'a.tar');
    await writeFile(join(dir, 'given'), 'from a file');
    const layer = [
      { path: long, content: 'far down' },
      { path: 'bin/tool', file: join(dir, 'given'), mode: 0o755 },
      { path: 'bin/other', link: `/${'x'.repeat(120)}` },
      { path: 'tmp', directory: true as const, mode: 0o1777 },
      { path: 'empty', content: '' },
    ];
    await writeArchive([{ references: ['a:1'], layers: [layer], config: {} }], file);
    const { layers } = await layersOf(file);
    const root = await unpacked(layers[0] ?? '', 'layer');
    expect(await readFile(join(root, long), 'utf8')).toBe('far down');
    expect(await readFile(join(root, 'bin/tool'), 'utf8')).toBe('from a file');
    expect((await stat(join(root, 'bin/tool'))).mode & 0o777).toBe(0o755);
    expect(await readlink(join(root, 'bin/other'))).toBe(`/${'x'.repeat(120)}`);
    expect((await stat(join(root, 'tmp'))).mode & 0o777).toBe(0o777);
    expect((await stat(join(root, 'empty'))).size).toBe(0);
  });

  it('makes the same bytes of the same input, and writes a shared layer once', async () => {
    const shared = [{ path: 'shared', content: 'x'.repeat(100_000) }];
    const image = (name: string): Image => ({
      references: [name],
      layers: [shared, [{ path: 'own', content: name }]],
      config: { Cmd: [name] },
    });
    const files = ['1.tar', '2.tar'].map((name) => join(dir, name));
    for (const file of files) await writeArchive([image('a:1'), image('b:1')], file);
    const [one, two] = await Promise.all(files.map((file) => readFile(file)));
    expect(one?.equals(two ?? Buffer.of())).toBe(true);
    expect(one?.length).toBeLessThan(150_000);
    const { manifest } = await layersOf(files[0] ?? '');
    expect(manifest.map(({ RepoTags }) => RepoTags)).toEqual([['a:1'], ['b:1']]);
  });

  it('leaves nothing beside its file, also where it fails', async () => {
    const missing = { references: ['a:1'], layers: [[{ path: 'x', file: join(dir, 'nothing') }]], config: {} };
    await expect(writeArchive([missing], join(dir, 'a.tar'))).rejects.toThrow('ENOENT');
    expect(await readdir(dir)).toEqual([]);
  });
});

describe('the images of a catalogue', () => {
  it('share a layer, start their program by its image’s name, and hold their behaviour', async () => {
    const workload = join(dir, 'workload');
    await writeFile(workload, 'program');
    const catalogue = {
      'registry.example/team/web:1.4': { serves: 8080, startsIn: '2s', memory: '64Mi' },
      busybox: {},
      'registry.example:5000/sh': { exits: { exitCode: 1 } },
    };
    const images = imagesOf({ catalogue, workload });
    expect(new Set(images.map(({ layers }) => layers[0])).size).toBe(1);
    expect(images.map(({ config }) => config.Entrypoint?.[0])).toEqual([
      '/usr/local/bin/web',
      '/usr/local/bin/busybox',
      // A command has that name.
      '/usr/local/bin/workload',
    ]);
    const file = join(dir, 'images.tar');
    await writeImageArchive({ catalogue, workload, file });
    const { layers } = await layersOf(file);
    const own = await unpacked(layers[1] ?? '', 'own');
    expect(JSON.parse(await readFile(join(own, 'etc/kubedan/image.json'), 'utf8'))).toMatchObject({
      reference: 'registry.example/team/web:1.4',
      version: '1.4',
      serves: 8080,
      startsIn: 2000,
      memory: 64 * 2 ** 20,
      unhealthyAfter: -1,
      ownProgram: true,
    });
    expect(await readlink(join(own, 'usr/local/bin/web'))).toBe('/usr/local/bin/workload');
  });
});
