import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { tarOf, type TarEntry } from './tar.js';

/** A layer of an image: entries to pack, or a tar file that is there already. */
export type Layer = readonly TarEntry[] | { tar: string };

/** What a container of the image starts with, in the words of the OCI image specification. */
export interface ImageConfig {
  Entrypoint?: string[];
  Cmd?: string[];
  Env?: string[];
  WorkingDir?: string;
  StopSignal?: string;
  Labels?: Record<string, string>;
  ExposedPorts?: Record<string, Record<string, never>>;
}

export interface Image {
  /** Names under which it is loaded: `registry.example/web:1.0`. */
  references: string[];
  /** Lowest first. A layer that is the same object in several images is written once. */
  layers: Layer[];
  config: ImageConfig;
}

/**
 * Writes images as one archive that `docker load`, `kind load image-archive` and `ctr images import` read. The same input
 * makes the same bytes. The file appears whole or not at all.
 */
export async function writeArchive(images: readonly Image[], file: string): Promise<void> {
  const scratch = await mkdtemp(join(dirname(file), '.archive-'));
  try {
    const layers = await packAll(images, scratch);
    const entries = new Map<string, TarEntry>();
    const manifest: { Config: string; RepoTags: string[]; Layers: string[] }[] = [];
    for (const image of images) {
      const own = image.layers.map((layer) => layers.get(layer) as PackedLayer);
      const config = configOf(image, own);
      const name = `${createHash('sha256').update(config).digest('hex')}.json`;
      for (const { path, digest } of own) entries.set(digest, { path: `${digest}/layer.tar`, file: path });
      entries.set(name, { path: name, content: config });
      manifest.push({
        Config: name,
        RepoTags: image.references,
        Layers: own.map(({ digest }) => `${digest}/layer.tar`),
      });
    }
    const whole = [...entries.values(), { path: 'manifest.json', content: JSON.stringify(manifest) }];
    const part = join(scratch, 'archive.tar');
    await pipeline(tarOf(whole), createWriteStream(part));
    await rename(part, file);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A layer as one tar file. */
export interface PackedLayer {
  path: string;
  /** SHA-256 of the file, in hexadecimal digits. */
  digest: string;
}

/** @returns the layers of all images, each packed once, those that need it into `scratch` */
export async function packAll(images: readonly Image[], scratch: string): Promise<Map<Layer, PackedLayer>> {
  const layers = new Map<Layer, PackedLayer>();
  for (const layer of images.flatMap((image) => image.layers)) {
    if (!layers.has(layer)) layers.set(layer, await packed(layer, join(scratch, `${layers.size}.tar`)));
  }
  return layers;
}

/** @returns the configuration of an image, as text; its SHA-256 is the image's id */
export function configOf(image: Image, layers: readonly PackedLayer[]): string {
  return JSON.stringify({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: image.config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
    history: layers.map(() => ({ created: '2026-01-01T00:00:00Z' })),
  });
}

async function packed(layer: Layer, path: string): Promise<PackedLayer> {
  const hash = createHash('sha256');
  if ('tar' in layer) {
    await pipeline(createReadStream(layer.tar, { highWaterMark: 1 << 20 }), hash);
    return { path: layer.tar, digest: hash.digest('hex') };
  }
  const counted = async function* () {
    for await (const chunk of tarOf(layer)) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(counted, createWriteStream(path));
  return { path, digest: hash.digest('hex') };
}
