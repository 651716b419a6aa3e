import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Image } from './archive.js';
import { writeRegistry } from './registry.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kd-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const layer = [{ path: 'app', content: 'program', mode: 0o755 }];
const image = (...references: string[]): Image => ({ references, layers: [layer], config: { Cmd: references } });
const tagged = (tag: string) => readFile(join(dir, 'tags', tag), 'utf8');

describe('writeRegistry', () => {
  it('leads from a tag to a manifest, its configuration and its layers, each by its digest', async () => {
    await writeRegistry([image('registry.example/web:1.0')], dir);
    const digest = await tagged('registry.example/web/1.0');
    const blob = async (name: string) => {
      const bytes = await readFile(join(dir, 'blobs', name));
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(name);
      return bytes;
    };
    const manifest = JSON.parse((await blob(digest)).toString());
    const config = await blob(manifest.config.digest);
    expect(config.length).toBe(manifest.config.size);
    expect(JSON.parse(config.toString()).config).toEqual({ Cmd: ['registry.example/web:1.0'] });
    expect((await blob(manifest.layers[0].digest)).length).toBe(manifest.layers[0].size);
    expect(JSON.parse(config.toString()).rootfs.diff_ids).toEqual([manifest.layers[0].digest]);
  });

  it('says which names lead elsewhere now, or nowhere', async () => {
    const other = (reference: string): Image => ({ ...image(reference), config: { Cmd: ['other'] } });
    const [web, till, shop] = ['registry.example/web:1.0', 'localhost:5000/x/till:2', 'shop'] as const;
    expect(await writeRegistry([image(web), image(till), image(shop)], dir)).toEqual([]);
    expect(await writeRegistry([image(web), other(till)], dir)).toEqual(
      expect.arrayContaining([till, 'docker.io/library/shop:latest']),
    );
    expect(await writeRegistry([image(web), other(till)], dir)).toEqual([]);
  });

  it('knows where names without a host and without a tag belong', async () => {
    await writeRegistry([image('nginx', 'team/app:2', 'localhost:5000/x/y:3')], dir);
    expect(await tagged('docker.io/library/nginx/latest')).toBe(await tagged('docker.io/team/app/2'));
    expect(await tagged('localhost:5000/x/y/3')).toMatch(/^sha256:/);
  });

  it('forgets the tags of an earlier catalogue', async () => {
    await writeRegistry([image('registry.example/a:1')], dir);
    await writeRegistry([image('registry.example/b:1')], dir);
    await expect(tagged('registry.example/a/1')).rejects.toThrow('ENOENT');
    expect(await tagged('registry.example/b/1')).toMatch(/^sha256:/);
  });
});
