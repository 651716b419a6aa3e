// The programs in the node image: built from pinned Go modules, kept by a hash of what they are built from.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../bootstrap/run.mjs';

/**
 * @typedef {object} GoProgram
 * @property {string} name
 * @property {string} module folder with go.mod, go.sum and, where it is ours, the sources
 * @property {string} package import path, or `.`
 * @property {Record<string, string>} [stamps] values of Go string variables, set by the linker
 */

/**
 * @param {GoProgram} program
 * @returns {Promise<string>} hash of everything in the repository that it is built from
 */
export async function hashOfProgram(program) {
  const hash = createHash('sha256').update(JSON.stringify([program.name, program.package, program.stamps ?? {}]));
  for (const name of (await readdir(program.module)).sort()) {
    if (/\.(go|mod|sum)$/.test(name)) hash.update(`${name}\n`).update(await readFile(path.join(program.module, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Builds a static program for Linux, unless the cache has it.
 * @param {GoProgram} program
 * @param {string} cache folder
 * @returns {Promise<string>} its path
 * @throws {Error} with the go command's last words
 */
export async function goProgram(program, cache) {
  const output = path.join(cache, `${program.name}-${await hashOfProgram(program)}`);
  if (existsSync(output)) return output;
  await mkdir(cache, { recursive: true });
  // A copy, so that no go command ever writes in the source tree.
  const work = await mkdtemp(path.join(cache, '.build-'));
  try {
    const source = path.join(work, 'module');
    await cp(program.module, source, { recursive: true });
    const stamps = Object.entries(program.stamps ?? {}).map(([name, value]) => `-X ${name}=${value}`);
    const { code, output: words } = await run(
      'go',
      [
        'build',
        '-trimpath',
        '-buildvcs=false',
        '-ldflags',
        ['-s', '-w', ...stamps].join(' '),
        '-o',
        path.join(work, 'program'),
        program.package,
      ],
      {
        cwd: source,
        quiet: true,
        env: { ...process.env, CGO_ENABLED: '0', GOOS: 'linux', GOFLAGS: '-mod=readonly', GOWORK: 'off' },
      },
    );
    if (code !== 0)
      throw new Error(`${program.name} could not be built:\n${words.trim().split('\n').slice(-12).join('\n')}`);
    await rename(path.join(work, 'program'), output);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return output;
}
