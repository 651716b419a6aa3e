import { dockerError } from './classify.js';
import { succeeded } from './command.js';
import type { DockerCli } from './docker-cli.js';

/** @returns the last lines that a container's first process wrote, stdout and stderr. @throws ContainerNotFoundError */
export async function logs(cli: DockerCli, name: string, lines: number, signal?: AbortSignal): Promise<string> {
  const outcome = await cli.outcome(['logs', '--tail', String(lines), name], { signal });
  if (!succeeded(outcome)) throw dockerError(outcome);
  return `${outcome.stdout}\n${outcome.stderr}`.trim();
}
