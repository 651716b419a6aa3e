import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { configOf, type Image, packAll } from './archive.js';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar';

/**
 * Writes images as the files of a registry (OCI Distribution): `blobs/<digest>`, manifests among them, and
 * `tags/<host>/<repository>/<tag>`, which holds a manifest's digest. Files appear whole or not at all; what is there already
 * stays, but tags that no image has are taken away.
 * @param images their references name a host, a repository and a tag
 * @returns the names, with host and tag, that led to another image before or lead to none now: whoever pulled one of them has
 *   what it is no longer
 */
export async function writeRegistry(images: readonly Image[], dir: string): Promise<string[]> {
  const blobs = join(dir, 'blobs');
  await mkdir(blobs, { recursive: true });
  const scratch = await mkdtemp(join(dir, '.new-'));
  try {
    const layers = await packAll(images, scratch);
    const tags = new Map<string, string>();
    for (const image of images) {
      const own = image.layers.map((layer) => layers.get(layer)).filter((layer) => layer !== undefined);
      const config = await keep(configOf(image, own));
      const described = await Promise.all(
        own.map(async ({ path, digest }) => {
          const target = join(blobs, `sha256:${digest}`);
          if (!(await isThere(target))) {
            const copy = join(scratch, digest);
            await copyFile(path, copy, constants.COPYFILE_FICLONE);
            await rename(copy, target);
          }
          return { mediaType: layerType, digest: `sha256:${digest}`, size: (await stat(target)).size };
        }),
      );
      const manifest = await keep(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: manifestType,
          config: { mediaType: configType, ...config },
          layers: described,
        }),
      );
      for (const reference of image.references) tags.set(tagPathOf(reference), manifest.digest);
    }
    const folder = join(scratch, 'tags');
    for (const [tag, digest] of tags) {
      const file = join(folder, tag);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, digest);
    }
    await mkdir(folder, { recursive: true });
    const before = await tagsIn(join(dir, 'tags'));
    await replace(folder, join(dir, 'tags'), join(scratch, 'old'));
    return [...before].filter(([tag, digest]) => tags.get(tag) !== digest).map(([tag]) => nameOf(tag));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }

  async function keep(text: string): Promise<{ digest: string; size: number }> {
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const size = Buffer.byteLength(text);
    if (!(await isThere(join(blobs, digest)))) {
      await writeFile(join(scratch, digest), text);
      await rename(join(scratch, digest), join(blobs, digest));
    }
    return { digest, size };
  }
}

/** @returns `registry.example/web/1.0` for `registry.example/web:1.0`; a name without a host is Docker Hub's */
function tagPathOf(reference: string): string {
  const [, name = reference, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/.exec(reference) ?? [];
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && /[.:]|^localhost$/.test(first)) return join(first, ...rest, tag);
  return join('docker.io', rest.length > 0 ? name : `library/${name}`, tag);
}

/** The reverse of tagPathOf(). */
const nameOf = (tagPath: string): string => `${dirname(tagPath)}:${basename(tagPath)}`;

/** @returns digests by the tags' paths */
async function tagsIn(folder: string): Promise<Map<string, string>> {
  if (!(await isThere(folder))) return new Map();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, string]> => [relative(folder, file), await readFile(file, 'utf8')]),
    ),
  );
}

async function replace(from: string, to: string, aside: string): Promise<void> {
  if (await isThere(to)) await rename(to, aside);
  await rename(from, to);
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
