// Sets the checkout up: packages, Node 24, the build. Each part is skipped when nothing that it depends on has changed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { giveUp, step } from './console.mjs';
import { run } from './run.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const stamps = path.join(root, '.cache', 'stamps');

/** The environment in which Node 24 and the packages' commands come first on the PATH. */
export function houseEnvironment() {
  return {
    ...process.env,
    PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
  };
}

/** @returns {string} Node 24's executable, from the npm package `node` */
export function node24() {
  return path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Installs the packages of package-lock.json unless they are there. */
export async function installPackages() {
  const lock = await readFile(path.join(root, 'package-lock.json'));
  const wanted = digest([lock, process.platform, process.arch]);
  if (existsSync(node24()) && (await isStamped('packages', wanted))) return;
  await step('Installing packages (the first time takes about a minute)', async () => {
    const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      quiet: true,
    });
    if (code !== 0) giveUp(`npm ci failed. Is the package registry reachable?\n${output}`);
  });
  if (!existsSync(node24())) {
    giveUp('The npm package "node" brought no executable for this platform. Install Node 24 and try again.');
  }
  await stamp('packages', wanted);
}

/** Compiles libraries, server, command and web page unless their sources are as they were. */
export async function build() {
  const wanted = digest(sourceFiles());
  if (await isStamped('build', wanted)) return;
  await step('Building (the first time takes about a minute)', async () => {
    const env = houseEnvironment();
    for (const [command, args, cwd] of [
      ['tsc', ['-b', 'tsconfig.json'], root],
      ['vite', ['build', '--logLevel', 'warn'], path.join(root, 'apps/web')],
    ]) {
      const { code, output } = await run(path.join(root, 'node_modules/.bin', command), args, {
        cwd,
        env,
        quiet: true,
      });
      if (code !== 0) giveUp(`${command} failed:\n${output}`);
    }
  });
  await stamp('build', wanted);
}

/** Name, size and time of every file that the build reads; reading them all would cost the second start half a second. */
function sourceFiles() {
  const seen = [];
  const visit = (directory) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name === 'go') continue;
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) visit(file);
      else {
        const { mtimeMs, size } = statSync(file);
        seen.push(`${path.relative(root, file)} ${mtimeMs} ${size}`);
      }
    }
  };
  for (const directory of ['apps', 'libs', 'test']) visit(path.join(root, directory));
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json']) {
    seen.push(`${file} ${statSync(path.join(root, file)).mtimeMs}`);
  }
  for (const app of ['apps/server/dist', 'apps/cli/dist', 'apps/web/dist'])
    seen.push(`${app} ${existsSync(path.join(root, app))}`);
  return seen.sort();
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\n');
  return hash.digest('hex');
}

async function isStamped(name, value) {
  return (await readFile(path.join(stamps, name), 'utf8').catch(() => '')) === value;
}

async function stamp(name, value) {
  await mkdir(stamps, { recursive: true });
  // The build makes the dist folders that its own stamp speaks of: take the value anew.
  await writeFile(path.join(stamps, name), name === 'build' ? digest(sourceFiles()) : value);
}
