import { z } from 'zod';
import { dockerError } from './classify.js';
import type { DockerCli } from './docker-cli.js';
import { DockerFailedError, SubnetTakenError } from './errors.js';
import { labelFilters, type ListContainersOptions } from './list-containers.js';

export interface Network {
  name: string;
  labels: Record<string, string>;
  /** As `10.1.2.0/24`; undefined where Docker chose none. */
  subnet: string | undefined;
}

export interface NetworkRequest {
  name: string;
  /** As `10.1.2.0/24`. Docker chooses one when left out; containers can be given fixed addresses only in one that was named. */
  subnet?: string;
  labels?: Readonly<Record<string, string>>;
}

const networkSchema = z
  .object({
    Name: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
    IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().optional() })).nullish() }),
  })
  .transform((it): Network => ({
    name: it.Name,
    labels: it.Labels ?? {},
    subnet: it.IPAM.Config?.find(({ Subnet }) => Subnet !== undefined)?.Subnet,
  }));

/** Makes a network of containers. @throws SubnetTakenError */
export async function createNetwork(
  cli: DockerCli,
  { name, subnet, labels = {} }: NetworkRequest,
  signal?: AbortSignal,
): Promise<void> {
  const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  const range = subnet === undefined ? [] : ['--subnet', subnet];
  const outcome = await cli.outcome(['network', 'create', '--driver', 'bridge', ...range, ...flags, name], { signal });
  if (outcome.exitCode === 0) return;
  if (/pool overlaps|overlapping|conflicts with network/i.test(outcome.stderr)) throw new SubnetTakenError(outcome);
  throw dockerError(outcome);
}

/** Removes a network that no container is in. One that is not there is no error. */
export async function removeNetwork(cli: DockerCli, name: string, signal?: AbortSignal): Promise<void> {
  try {
    await cli.call(['network', 'rm', name], { signal });
  } catch (error) {
    if (!(error instanceof DockerFailedError) || !/no such network|network \S+ not found/i.test(error.stderr))
      throw error;
  }
}

/** @returns networks in no order of meaning */
export async function listNetworks(
  cli: DockerCli,
  options: Pick<ListContainersOptions, 'labels' | 'signal'> = {},
): Promise<Network[]> {
  const { signal } = options;
  const stdout = await cli.call(['network', 'ls', '--quiet', '--no-trunc', ...labelFilters(options.labels)], {
    signal,
  });
  const ids = stdout.split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  const outcome = await cli.outcome(['network', 'inspect', ...ids], { signal });
  // Of those that went away since they were listed, stderr tells; the others are on stdout all the same.
  if (outcome.exitCode !== 0 && !/no such network|not found/i.test(outcome.stderr)) throw dockerError(outcome);
  return z.array(networkSchema).parse(JSON.parse(outcome.stdout));
}

/**
 * Gives a container a fixed address in a network with a named subnet; for one that does not run it counts from the next
 * start. @throws ContainerNotFoundError
 */
export async function fixAddress(
  cli: DockerCli,
  { network, container, address }: { network: string; container: string; address: string },
  signal?: AbortSignal,
): Promise<void> {
  try {
    await cli.call(['network', 'disconnect', '--force', network, container], { signal });
  } catch (error) {
    if (!(error instanceof DockerFailedError) || !/is not connected/i.test(error.stderr)) throw error;
  }
  await cli.call(['network', 'connect', '--ip', address, network, container], { signal });
}
