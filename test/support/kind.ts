import { findPrograms } from '@kubedan/binaries';
import { findNodeImage } from '@kubedan/clusters';
import { Docker } from '@kubedan/docker';
import { cacheDir } from './programs.js';

/** What tests on real nodes need; Docker is the one that DOCKER_HOST names. @throws Error with what is missing */
export async function kindMachine(): Promise<{ docker: Docker; binary: string; image: string }> {
  const docker = new Docker();
  await docker.info();
  const image = await findNodeImage(docker, process.env['KUBEDAN_NODE_IMAGE']);
  if (image === undefined) throw new Error('There is no node image: npm run node-image builds one.');
  const explicitDir = process.env['KUBEDAN_BIN_DIR'];
  const { kind } = await findPrograms(['kind'], { cacheDir, ...(explicitDir === undefined ? {} : { explicitDir }) });
  return { docker, binary: kind, image };
}
