import { existsSync } from 'node:fs';
import path from 'node:path';

/** The checkout's folder, whether this runs from its source or compiled. */
export const root = findRoot(import.meta.dirname);

function findRoot(directory: string): string {
  if (existsSync(path.join(directory, 'docker-compose.yml'))) return directory;
  const parent = path.dirname(directory);
  if (parent === directory) throw new Error('not inside a checkout of Kubedan');
  return findRoot(parent);
}
