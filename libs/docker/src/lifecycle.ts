import type { DockerCli } from './docker-cli.js';
import { ContainerNotFoundError } from './errors.js';

/** Starts a container that is there; one that runs already stays as it is. @throws ContainerNotFoundError */
export async function start(cli: DockerCli, name: string, signal?: AbortSignal): Promise<void> {
  await cli.call(['start', name], { signal });
}

export interface StopOptions {
  /** Seconds that its processes get to end by themselves. Default 10. */
  graceSeconds?: number;
  signal?: AbortSignal;
}

/** Stops a container; one that is stopped stays as it is. @throws ContainerNotFoundError */
export async function stop(cli: DockerCli, name: string, options: StopOptions = {}): Promise<void> {
  const graceSeconds = options.graceSeconds ?? 10;
  // Its long name changed in Docker 28.
  await cli.call(['stop', '-t', String(graceSeconds), name], {
    signal: options.signal,
    timeoutMs: 30_000 + graceSeconds * 1_000,
  });
}

/** Removes containers, running or not, with the volumes made for them alone. Those that are not there are no error. */
export async function remove(cli: DockerCli, names: string | readonly string[], signal?: AbortSignal): Promise<void> {
  const list = [names].flat();
  if (list.length === 0) return;
  try {
    // One that takes long to die (a machine that swaps) is still dying: better to wait than to leave it.
    await cli.call(['rm', '--force', '--volumes', ...list], { signal, timeoutMs: 60_000 });
  } catch (error) {
    if (!(error instanceof ContainerNotFoundError)) throw error;
  }
}
