import type { DockerCli } from './docker-cli.js';
import { type Container, inspectAll } from './inspect.js';

export interface ListContainersOptions {
  /** Labels that they must have; `true`: with whatever value. */
  labels?: Readonly<Record<string, string | true>>;
  /** Those too that do not run. Default false. */
  all?: boolean;
  signal?: AbortSignal;
}

/** @returns containers in no order of meaning; what every call throws it throws too */
export async function listContainers(cli: DockerCli, options: ListContainersOptions = {}): Promise<Container[]> {
  const args = ['ps', '--quiet', '--no-trunc', ...(options.all ? ['--all'] : []), ...labelFilters(options.labels)];
  const stdout = await cli.call(args, { signal: options.signal });
  // `docker ps` prints labels as one line in which a comma may stand for anything: inspect tells them apart.
  return inspectAll(cli, stdout.split('\n').filter(Boolean), options.signal);
}

/** The filters that ask for labels. */
export function labelFilters(labels: ListContainersOptions['labels'] = {}): string[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    '--filter',
    `label=${value === true ? key : `${key}=${value}`}`,
  ]);
}
