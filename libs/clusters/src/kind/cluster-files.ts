import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { apiServerFiles } from './api-server-files.js';
import { nodeScripts, nodeUnits, registryHosts } from './node-files.js';

const keySchema = z.object({ cert: z.string(), key: z.string() });

/** What is known of a cluster once it is made: with it, it can be brought back in another process. */
const madeSchema = z.object({
  /** TCP port of the API server on 127.0.0.1, fixed for the cluster's life. */
  port: z.int(),
  /** Address of each node's container in the cluster's network, by the container's name. */
  addresses: z.record(z.string(), z.string()),
  ca: z.string(),
  users: z.object({ setup: keySchema, grader: keySchema, learner: keySchema }),
});
export type MadeCluster = z.infer<typeof madeSchema>;

/** The folder of one cluster: what its containers see of the host, and its secrets. Mode 0700. */
export class ClusterFiles {
  constructor(readonly dir: string) {}

  /** Mounted into each node, read-only. */
  get node() {
    return path.join(this.dir, 'node');
  }
  /** Each file in it is mounted below a node's /etc/systemd/system. */
  get units() {
    return path.join(this.dir, 'units');
  }
  /** What the registry in each node serves. */
  get registry() {
    return path.join(this.node, 'registry');
  }
  /** Which registries containerd asks. */
  get registries() {
    return path.join(this.dir, 'registries');
  }
  /** Mounted into the control plane's node, read-only. */
  get apiServer() {
    return path.join(this.dir, 'api-server');
  }
  /** Written by the API server; out of a learner's reach, as no pod may mount a node's folder. */
  get audit() {
    return path.join(this.dir, 'audit');
  }
  /** Ours before the API server writes to it, and so are those that it puts in its place: it keeps owner and mode. */
  get auditLog() {
    return path.join(this.audit, 'audit.log');
  }
  get kubeconfig() {
    return path.join(this.dir, 'kubeconfig');
  }
  get apiSocket() {
    return path.join(this.dir, 'api.sock');
  }
  get #ready() {
    return path.join(this.dir, 'ready.json');
  }
  get #record() {
    return path.join(this.dir, 'cluster.json');
  }

  /** Writes what the containers are to find when they start. */
  async prepare(): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    await Promise.all([this.audit, this.registry].map((dir) => mkdir(dir, { recursive: true })));
    await Promise.all([
      writeFile(this.auditLog, '', { mode: 0o600, flag: 'a' }),
      writeAll(this.node, nodeScripts),
      writeAll(this.units, nodeUnits),
      writeAll(this.registries, { '_default/hosts.toml': registryHosts }),
      writeAll(this.apiServer, apiServerFiles),
    ]);
  }

  async write(made: MadeCluster): Promise<void> {
    await writeFile(`${this.#record}.new`, JSON.stringify(made), { mode: 0o600 });
    await rename(`${this.#record}.new`, this.#record);
  }

  /** @returns undefined when the cluster was never made whole */
  async read(): Promise<MadeCluster | undefined> {
    try {
      return madeSchema.parse(JSON.parse(await readFile(this.#record, 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** Keeps which pods were Ready when the cluster was put to sleep, by their uids. */
  async writeReady(uids: readonly string[]): Promise<void> {
    await writeFile(this.#ready, JSON.stringify(uids));
  }

  /** @returns none where nobody knows, as after a crash */
  async readReady(): Promise<string[]> {
    try {
      return z.array(z.string()).parse(JSON.parse(await readFile(this.#ready, 'utf8')));
    } catch {
      return [];
    }
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

async function writeAll(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      const file = path.join(dir, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }),
  );
}
