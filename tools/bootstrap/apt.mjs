// Debian packages, installed where that is allowed.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { say, step } from './console.mjs';
import { run } from './run.mjs';

/** @returns {boolean} whether this is root on a Debian */
export function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * Installs Debian packages without starting their services: the daemon that we start is one of our own.
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await step(`Installing ${packages.join(', ')} with apt-get`, async () => {
      await run('apt-get', ['update', '-qq'], { env, quiet: true });
      const args = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
      const { code, output } = await run('apt-get', args, { env, quiet: true });
      if (code !== 0) say(output.trim().split('\n').slice(-5).join('\n'));
      return code === 0 ? undefined : `apt-get install ${packages.join(' ')} ended with status ${code}.`;
    });
  } finally {
    if (ours) await rm(policy, { force: true });
  }
}

export function onPath(name) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((directory) => directory !== '' && existsSync(path.join(directory, name)));
}
