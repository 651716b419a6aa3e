import { type Container, type Docker, DockerNotRunningError, type ProcessGroup } from '@kubedan/docker';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { KindCli } from './kind-cli.js';

/** The label that kind gives to each container of a cluster; its value is the cluster's name. */
export const clusterLabel = 'io.x-k8s.kind.cluster';
/** Milliseconds between two looks. */
const pauseMs = 100;
/** Milliseconds that docker commands get to end which kind had started and left. */
const patienceMs = 15_000;
/** Milliseconds in which a container turns up whose client is gone. */
const settlingMs = 3_000;
/** Milliseconds for all of it. */
const limitMs = 60_000;

/** @returns a cluster's containers, running or not */
export function containersOf(docker: Docker, cluster: string, signal?: AbortSignal): Promise<Container[]> {
  return docker.listContainers({ labels: { [clusterLabel]: cluster }, all: true, ...(signal ? { signal } : {}) });
}

export interface Clients {
  /** The docker commands that kind had started; none is left afterwards. */
  group: ProcessGroup;
  /** Whether one of them may be making a container. */
  making: boolean;
}

/**
 * Removes a cluster's containers with their volumes, and waits until they are gone.
 *
 * A `docker run` that kind left behind is waited for, not cut off: Docker makes what a client asked for whether that is still
 * there or not, and only its end tells that there is nothing more to come.
 */
export async function removeContainers(
  { docker, dockerAwayMs }: KindCli,
  cluster: string,
  { group, making }: Clients,
): Promise<void> {
  const begun = performance.now();
  const elapsed = () => performance.now() - begun;
  let cutOffAt: number | undefined;
  let awaySince: number | undefined;
  for (let goneAt: number | undefined; elapsed() < limitMs; await delay(pauseMs)) {
    if (cutOffAt === undefined && (!making || elapsed() > patienceMs)) {
      cutOffAt = elapsed();
      group.end();
    }
    let left: number;
    // In this order: what was made before the last of them ended is on the list.
    const quiet = await group.isEmpty();
    try {
      left = await removeThoseThere(docker, cluster);
      awaySince = undefined;
    } catch (error) {
      if (!(error instanceof DockerNotRunningError)) throw error;
      awaySince ??= elapsed();
      if (elapsed() - awaySince >= dockerAwayMs) throw error;
      continue;
    }
    if (left > 0) {
      goneAt = undefined;
    } else if (quiet) {
      goneAt ??= elapsed();
      // Where one was cut off after all, only time tells.
      if (!making || cutOffAt === undefined || elapsed() - goneAt > settlingMs) {
        group.over();
        return;
      }
    }
  }
  throw new Error(`Containers of the cluster ${cluster} are still there after ${limitMs / 1000} s of removing them.`);
}

/** @returns how many there were */
async function removeThoseThere(docker: Docker, cluster: string): Promise<number> {
  const containers = await containersOf(docker, cluster);
  await docker.remove(containers.map(({ id }) => id));
  return containers.length;
}

/** Removes a kubeconfig file and the lock that kind holds while it writes it. */
export async function removeKubeconfig(path: string): Promise<void> {
  await Promise.all([rm(path, { force: true }), rm(`${path}.lock`, { force: true })]);
}
