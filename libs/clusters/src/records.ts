import { imageCatalogueSchema, worldSchema } from '@kubedan/contracts';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorldStart } from '@kubedan/world';
import { z } from 'zod';
import type { ClusterId, ClusterShape, ClusterSpec } from './provider.js';

/** A cluster that nobody has claimed has no images and no seed. */
export type ClusterRecord = ClusterShape | ClaimedRecord;

export interface ClaimedRecord extends ClusterSpec {
  /** Where its world was when it was last put down; absent before the hand-over. */
  worldLeft?: WorldStart;
}

const recordSchema = z.union([
  z.object({
    id: z.string(),
    nodes: z.int().min(1),
    images: imageCatalogueSchema,
    seed: z.string(),
    world: worldSchema.optional(),
    worldLeft: z.object({ nowMs: z.number().min(0), spent: z.number().min(0) }).optional(),
  }),
  z.strictObject({ id: z.string(), nodes: z.int().min(0) }),
]);

/** What each cluster was asked to be, in one file a cluster, so that it can be brought back after our own end. */
export class ClusterRecords {
  /** @param dir made when the first record is written */
  constructor(private readonly dir: string) {}

  async write(record: ClusterRecord): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    // Written beside and renamed: a record is whole or not there.
    const file = this.#fileOf(record.id);
    await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  /** @returns undefined when there is none, or none that can be read */
  async read(id: ClusterId): Promise<ClusterRecord | undefined> {
    const text = await readFile(this.#fileOf(id), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return recordSchema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  async remove(id: ClusterId): Promise<void> {
    await rm(this.#fileOf(id), { force: true });
  }

  async ids(): Promise<ClusterId[]> {
    const names = await readdir(this.dir).catch(() => []);
    return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  }

  #fileOf(id: ClusterId): string {
    if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id)) {
      throw new RangeError(`not a cluster id: ${id}; use 1 to 40 lower-case letters, digits and dashes`);
    }
    return path.join(this.dir, `${id}.json`);
  }
}
