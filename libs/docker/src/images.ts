import { dockerError } from './classify.js';
import { succeeded } from './command.js';
import type { DockerCli } from './docker-cli.js';
import { ImageMissingError } from './errors.js';

/** @returns the id of an image that is here, or undefined */
export async function imageId(cli: DockerCli, reference: string, signal?: AbortSignal): Promise<string | undefined> {
  const outcome = await cli.outcome(['image', 'inspect', '--format', '{{.Id}}', reference], { signal });
  if (succeeded(outcome)) return outcome.stdout.trim();
  const error = dockerError(outcome);
  if (error instanceof ImageMissingError) return undefined;
  throw error;
}

/** @returns references, as `kindest/node:v1.35.4`, of the images here that match a pattern such as `kindest/node` */
export async function listImages(cli: DockerCli, pattern: string, signal?: AbortSignal): Promise<string[]> {
  const format = '{{.Repository}}:{{.Tag}}';
  const stdout = await cli.call(['image', 'ls', '--filter', `reference=${pattern}`, '--format', format], { signal });
  return stdout.split('\n').filter((line) => line !== '' && !line.includes('<none>'));
}

export interface LongCallOptions {
  /** Milliseconds. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * Loads the images of an archive as `docker save` writes it, compressed or not.
 * @param path of the archive @returns the references (or ids) that were loaded. It is given 5 minutes by default
 */
export async function loadArchive(cli: DockerCli, path: string, options: LongCallOptions = {}): Promise<string[]> {
  const stdout = await cli.call(['load', '--input', path], { timeoutMs: 300_000, ...options });
  return [...stdout.matchAll(/^Loaded image(?: ID)?: (\S+)$/gm)].map(([, reference]) => reference ?? '');
}

/** Pulls an image from its registry. It is given 10 minutes by default. @throws ImageMissingError, DockerTimeoutError */
export async function pullImage(cli: DockerCli, reference: string, options: LongCallOptions = {}): Promise<void> {
  const outcome = await cli.outcome(['pull', '--quiet', reference], { timeoutMs: 600_000, ...options });
  if (succeeded(outcome)) return;
  const error = dockerError(outcome);
  // Registries say no in many words; what is sure is that the image does not come.
  throw error.name === 'DockerFailedError' || error instanceof ImageMissingError
    ? new ImageMissingError(outcome, reference)
    : error;
}
