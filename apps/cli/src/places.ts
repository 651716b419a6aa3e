import { readConfig } from '@kubedan/server/config';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where this installation's parts are: beside the command in a checkout and in the image alike. */
const root = path.resolve(import.meta.dirname, '../../..');

/** The labs that come with Kubedan, or KUBEDAN_LABS_DIR. */
export function labsDir(): string {
  return readConfig(process.env).storage.KUBEDAN_LABS_DIR ?? path.join(root, 'labs');
}

/** The compiled benches; they come with the source, not with the image. */
export function benchMain(): string | undefined {
  const main = path.join(root, '.cache/test/bench/main.js');
  return existsSync(main) ? main : undefined;
}

/** Where the command keeps who it is to a server; one file a server. */
export function tokenFile(server: URL): string {
  const config = process.env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config');
  return path.join(config, 'kubedan', `token-${server.host.replaceAll(/[^A-Za-z0-9.-]/g, '_')}`);
}
