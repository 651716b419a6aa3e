import type { Docker } from '@kubedan/docker';

/** kind's own image of the Kubernetes minor that we use, from the notes of kind's release v0.33.0. */
export const officialNodeImage =
  'kindest/node:v1.35.8@sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0';

/** The newest that `npm run node-image` built, where no registry can be reached. */
const builtHere = 'kubedan/node:latest';

/**
 * @param wanted an operator's choice, before all others
 * @returns the node image to use of those that are on this host: the newest that was built here, else kind's own;
 *   undefined when there is none
 */
export async function findNodeImage(docker: Docker, wanted?: string): Promise<string | undefined> {
  if (wanted !== undefined) return (await docker.imageExists(wanted)) ? wanted : undefined;
  for (const image of [builtHere, officialNodeImage]) if (await docker.imageExists(image)) return image;
  return undefined;
}
