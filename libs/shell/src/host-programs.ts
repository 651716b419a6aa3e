import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The absolute path of a program on the PATH or in the usual system folders, or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    if (!folder.startsWith('/')) continue;
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Look further.
    }
  }
  return undefined;
}

export interface Bubblewrap {
  path: string;
  /** Has --disable-userns. */
  disableUserns: boolean;
}

/** Finds bubblewrap and asks what it can; undefined when it is not installed. */
export async function findBubblewrap(): Promise<Bubblewrap | undefined> {
  const path = findProgram('bwrap');
  if (!path) return undefined;
  const { stdout } = await run(path, ['--help']).catch(() => ({ stdout: '' }));
  return { path, disableUserns: stdout.includes('--disable-userns') };
}
