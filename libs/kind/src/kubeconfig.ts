import type { KindCli } from './kind-cli.js';
import { checkName } from './name.js';

export interface KubeconfigOptions {
  /** With the address inside Docker's network, for containers in it, rather than the host's. */
  internal?: boolean;
  signal?: AbortSignal;
}

/** @returns the administrator's kubeconfig, as YAML: a secret. @throws ClusterNotFoundError */
export async function kubeconfig(
  cli: KindCli,
  name: string,
  { internal = false, signal }: KubeconfigOptions = {},
): Promise<string> {
  checkName(name);
  return cli.call(['get', 'kubeconfig', `--name=${name}`, ...(internal ? ['--internal'] : [])], { signal });
}
