import { CommandError } from './command-error.js';
import type { DockerCli } from './docker-cli.js';
import { DockerDeniedError, DockerMissingError, DockerNotRunningError, DockerTimeoutError } from './errors.js';
import { type DockerInfo, info, type InfoOptions } from './info.js';

export type DockerProbe =
  | { usable: true; info: DockerInfo }
  | {
      usable: false;
      why: 'missing' | 'not-running' | 'denied' | 'slow' | 'failed';
      /** What happened and what to do, for people. */
      error: CommandError;
    };

/**
 * Whether Docker answers here. Given 5 seconds unless told otherwise, as a daemon that hangs is one that does not work.
 * @throws the signal's reason, and nothing else
 */
export async function probe(cli: DockerCli, options: InfoOptions = {}): Promise<DockerProbe> {
  try {
    return { usable: true, info: await info(cli, { timeoutMs: 5_000, ...options }) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { usable: false, why: reasonOf(error), error };
  }
}

function reasonOf(error: CommandError) {
  if (error instanceof DockerMissingError) return 'missing';
  if (error instanceof DockerNotRunningError) return 'not-running';
  if (error instanceof DockerDeniedError) return 'denied';
  return error instanceof DockerTimeoutError ? 'slow' : 'failed';
}
