import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a command with our own terminal as its output and waits for its end. SIGINT and SIGTERM are handed on, so that
 * Ctrl-C ends the command and then us.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean }} [options] quiet: output is kept and shown on failure alone
 * @returns {Promise<{ code: number, output: string }>} a signal's end counts as 128 + its number
 */
export async function run(command, args, { cwd, env, quiet = false } = {}) {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  // The terminal sends Ctrl-C to the whole group; a signal from elsewhere reaches us alone.
  const handOn = (signal) => child.kill(signal);
  process.on('SIGINT', handOn).on('SIGTERM', handOn).on('SIGHUP', handOn);
  try {
    const [code, signal] = await once(child, 'close');
    return { code: code ?? (signal === 'SIGINT' ? 130 : 143), output };
  } catch (cause) {
    throw new Error(`could not run ${command}: ${cause.message}`, { cause });
  } finally {
    process.off('SIGINT', handOn).off('SIGTERM', handOn).off('SIGHUP', handOn);
  }
}
