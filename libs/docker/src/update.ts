import type { DockerCli } from './docker-cli.js';

export interface ContainerLimits {
  /** Bytes, swap included. At least 6 MiB. */
  memoryBytes?: number;
  /** Of a processor's time; 1.5 is one and a half processors. */
  cpus?: number;
  /** Processes and threads. */
  pids?: number;
}

/** Sets limits of a container, running or not; what is left out stays. @throws ContainerNotFoundError, RangeError */
export async function update(
  cli: DockerCli,
  name: string,
  { memoryBytes, cpus, pids }: ContainerLimits,
  signal?: AbortSignal,
): Promise<void> {
  for (const [what, value] of Object.entries({ memoryBytes, cpus, pids })) {
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`${what} has to be a number above 0; it is ${value}.`);
    }
  }
  const flags = [
    // Without a limit for both together, Docker refuses a limit of memory that is above an earlier one's swap.
    ...(memoryBytes === undefined
      ? []
      : [`--memory=${Math.floor(memoryBytes)}`, `--memory-swap=${Math.floor(memoryBytes)}`]),
    ...(cpus === undefined ? [] : [`--cpus=${cpus}`]),
    ...(pids === undefined ? [] : [`--pids-limit=${Math.floor(pids)}`]),
  ];
  if (flags.length > 0) await cli.call(['update', ...flags, name], { signal });
}
