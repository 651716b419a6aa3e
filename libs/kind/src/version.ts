import { succeeded } from '@kubedan/docker';
import { kindError } from './classify.js';
import { KindFailedError } from './errors.js';
import type { KindCli } from './kind-cli.js';

export interface KindVersion {
  /** As `v0.33.0`; versions made between releases have more behind a dash. */
  version: string;
  /** The Go that it was built with, as `go1.26.8`. */
  go: string;
  /** As `linux/amd64`. */
  platform: string;
}

/** @throws KindMissingError, KindFailedError */
export async function version(cli: KindCli): Promise<KindVersion> {
  const outcome = await cli.outcome(['version']);
  const { stdout } = outcome;
  if (!succeeded(outcome)) throw kindError(outcome);
  const [, said, go, platform] = /^kind (v\d\S*) (\S+) (\S+)/.exec(stdout) ?? [];
  if (said === undefined || go === undefined || platform === undefined) {
    throw new KindFailedError({ ...outcome, stderr: `"${stdout.trim().slice(0, 100)}" is no version of kind` });
  }
  return { version: said, go, platform };
}
