// A node image for the tests: the one that is there, kind's own where it can be pulled, else one built here.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { officialNodeImage } from '@kubedan/clusters';
import { install, mayInstall, onPath } from '../bootstrap/apt.mjs';
import { say } from '../bootstrap/console.mjs';
import { grantsSysResource } from '../docker/daemon.mjs';
import { buildNodeImage, nodeImageTag } from './build.mjs';

const call = promisify(execFile);

/**
 * @param {{ cache: string, env: NodeJS.ProcessEnv, official?: boolean }} options cache: folder of Kubedan's cache; env: for
 *   the docker command; official: whether kind's own image will do. Default true
 * @returns {Promise<{ tag: string } | { reason: string }>}
 */
export async function provideNodeImage({ cache, env, official = true }) {
  const docker = (args, timeout) =>
    call('docker', args, { env, timeout }).then(
      () => true,
      () => false,
    );
  const has = (name) => docker(['image', 'inspect', name], 20_000);
  const own = await nodeImageTag();
  if (await has(own)) return { tag: await buildNodeImage({ cache, env }) };
  // It asks for a capability that some hosts withhold; ours does without.
  if (official && grantsSysResource()) {
    if (await has(officialNodeImage)) return { tag: officialNodeImage };
    say(`Asking for ${officialNodeImage.split('@')[0]} …`);
    if (await docker(['pull', '--quiet', officialNodeImage], 300_000)) return { tag: officialNodeImage };
    say('It cannot be pulled here; building one from Debian packages and Go modules instead (some minutes).');
  }
  if (!onPath('go')) return { reason: 'A node image can be built only where Go is: https://go.dev/dl' };
  if (!onPath('mmdebstrap')) {
    const problem = mayInstall() ? await install(['mmdebstrap']) : 'only root on a Debian can install it.';
    if (problem !== undefined) return { reason: `A node image cannot be built without mmdebstrap: ${problem}` };
  }
  return { tag: await buildNodeImage({ cache, env }) };
}
