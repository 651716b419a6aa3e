import type { KindCli } from './kind-cli.js';
import { checkName } from './name.js';

export interface LoadOptions {
  name: string;
  /** Names of the nodes; default all. */
  nodes?: readonly string[];
  /** Milliseconds. Default 300,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Copies images of this Docker to a cluster's nodes; those that a node has already are skipped. @throws ImageMissingError, ClusterNotFoundError */
export async function loadImages(cli: KindCli, options: LoadOptions & { images: readonly string[] }): Promise<void> {
  if (options.images.length > 0) await load(cli, 'docker-image', options.images, options);
}

/** Copies the images of an archive, as `docker save` writes it, to a cluster's nodes. @throws ClusterNotFoundError */
export async function loadArchive(cli: KindCli, options: LoadOptions & { path: string }): Promise<void> {
  await load(cli, 'image-archive', [options.path], options);
}

async function load(cli: KindCli, what: string, list: readonly string[], options: LoadOptions): Promise<void> {
  const { name, nodes = [], timeoutMs = 300_000, signal } = options;
  checkName(name);
  const only = nodes.length === 0 ? [] : [`--nodes=${nodes.join(',')}`];
  await cli.call(['load', what, `--name=${name}`, ...only, '--', ...list], { timeoutMs, signal });
}
