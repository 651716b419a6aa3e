import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** sun_path holds 108 bytes with its end; `/.s.PGSQL.5432.lock` is the longest name in the folder. */
const longestFolder = 107 - '/.s.PGSQL.5432.lock'.length;

/**
 * @param dir PostgreSQL's folder
 * @returns a folder for its socket: inside dir, or, when that path is too long for a socket, one in the system's temporary folder
 */
export async function socketDirectoryFor(dir: string): Promise<string> {
  const inside = path.join(dir, 'run');
  if (Buffer.byteLength(inside) <= longestFolder) return inside;
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  const outside = path.join(tmpdir(), `kubedan-pg-${name}`);
  await mkdir(outside, { recursive: true, mode: 0o700 });
  return outside;
}
