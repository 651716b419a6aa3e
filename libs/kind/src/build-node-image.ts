import type { KindCli } from './kind-cli.js';

export interface BuildNodeImageOptions {
  /** A release such as `v1.35.4`, a folder with Kubernetes' sources, a server tarball or its URL. */
  source: string;
  /** What `source` is; kind finds out by itself where it is left out. */
  type?: 'url' | 'file' | 'release' | 'ci' | 'source';
  /** Name and tag of the image. Default `kindest/node:latest`. */
  image?: string;
  baseImage?: string;
  /** As Go names it. Default: the host's. */
  arch?: string;
  /** Milliseconds. */
  deadlineMs: number;
  signal?: AbortSignal;
  /** Hears each line of what kind says about its work. */
  onLine?: (line: string) => void;
}

/** Builds a node image. It fetches Kubernetes' release and a base image unless both are here. */
export async function buildNodeImage(cli: KindCli, options: BuildNodeImageOptions): Promise<void> {
  const flags = Object.entries({
    type: options.type,
    image: options.image,
    'base-image': options.baseImage,
    arch: options.arch,
  }).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}=${value}`]));
  await cli.call(['build', 'node-image', ...flags, '--', options.source], {
    timeoutMs: options.deadlineMs,
    signal: options.signal,
    ...(options.onLine ? { onErrorLine: options.onLine } : {}),
  });
}
