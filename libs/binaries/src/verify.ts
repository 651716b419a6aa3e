import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { execa } from 'execa';
import { BinaryBrokenError } from './errors.js';
import { programs, type ProgramName } from './programs.js';

/**
 * Runs a program for its version, the cheapest proof that it is whole and made for this machine.
 * @returns the first line that it printed
 * @throws BinaryBrokenError, with `remedy` as its last sentence
 */
export async function verifyProgram(
  program: ProgramName,
  path: string,
  remedy: string,
  signal?: AbortSignal,
): Promise<string> {
  try {
    await access(path, constants.X_OK);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BinaryBrokenError(program, path, missing ? 'no such file' : 'it is not executable', remedy, {
      cause: error,
    });
  }
  const result = await execa(path, programs[program].versionArguments, {
    reject: false,
    timeout: 20_000,
    stdin: 'ignore',
    all: true,
    ...(signal ? { cancelSignal: signal } : {}),
    // A user's own configuration must not decide whether a program counts as whole.
    env: { KUBECONFIG: '/dev/null' },
  });
  signal?.throwIfAborted();
  if (result.failed) {
    throw new BinaryBrokenError(
      program,
      path,
      `"${programs[program].versionArguments.join(' ')}" failed (${result.shortMessage ?? 'unknown'})`,
      remedy,
      { cause: result },
    );
  }
  return (result.all ?? '').split('\n')[0] ?? '';
}
