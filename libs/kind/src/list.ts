import type { KindCli } from './kind-cli.js';
import { checkName } from './name.js';

/** @returns the names of all clusters of this Docker, running or not, in the order of their letters */
export async function listClusters(cli: KindCli, signal?: AbortSignal): Promise<string[]> {
  return linesOf(await cli.call(['get', 'clusters'], { signal }));
}

/** @returns the names of a cluster's containers, a load balancer among them; none for a cluster that is not there */
export async function listNodes(cli: KindCli, name: string, signal?: AbortSignal): Promise<string[]> {
  checkName(name);
  return linesOf(await cli.call(['get', 'nodes', `--name=${name}`], { signal }));
}

function linesOf(stdout: string): string[] {
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
