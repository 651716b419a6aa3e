import path from 'node:path';
import type { Config } from './config/config.js';

/** The installed product's folder: what holds `labs` and `apps`, above both src and dist of this file. */
const home = path.resolve(import.meta.dirname, '../../..');

/** Where the server finds and keeps its things. */
export function foldersOf({ storage }: Config) {
  const data = storage.KUBEDAN_DATA_DIR;
  return {
    labs: storage.KUBEDAN_LABS_DIR ?? path.join(home, 'labs'),
    web: storage.KUBEDAN_WEB_DIR ?? path.join(home, 'apps/web/dist'),
    clusters: path.join(data, 'clusters'),
    kind: path.join(data, 'kind'),
    workspaces: path.join(data, 'workspaces'),
    sandboxes: path.join(data, 'sandboxes'),
    setups: path.join(data, 'setups'),
  };
}
