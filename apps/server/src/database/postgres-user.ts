import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { PostgresFailedError } from './postgres-failed.error.js';

const run = promisify(execFile);

export interface PostgresUser {
  /** Absent: our own user. */
  ids?: { uid: number; gid: number };
  /** Put before a command so that it runs as that user and ends with us, where the system can do that. */
  wrap(program: string, args: string[]): { command: string; args: string[] };
}

/** setpriv of util-linux, where it is. */
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));

/**
 * PostgreSQL refuses to run as root; then it runs as `postgres`, or `nobody` where there is no such user. Root's own folders
 * may be closed to that user, so it keeps the right to read past modes (CAP_DAC_OVERRIDE), and no other.
 * @throws PostgresFailedError when we are root and there is neither user
 */
export async function choosePostgresUser(): Promise<PostgresUser> {
  // SIGINT is PostgreSQL's fast shutdown; it comes when we end in whatever way.
  const dying = ['--pdeathsig', 'INT'];
  if (process.getuid?.() !== 0) {
    return {
      wrap: (program, args) =>
        setpriv === undefined
          ? { command: program, args }
          : { command: setpriv, args: [...dying, '--', program, ...args] },
    };
  }
  const ids = (await idsOf('postgres')) ?? (await idsOf('nobody'));
  if (ids === undefined) {
    throw new PostgresFailedError(
      'PostgreSQL does not run as root, and there is neither a user postgres nor nobody. Start Kubedan as an ordinary user.',
    );
  }
  if (setpriv === undefined) {
    // Without setpriv the ids are set by spawn alone.
    return { ids, wrap: (program, args) => ({ command: program, args }) };
  }
  const change = [
    ...dying,
    `--reuid=${ids.uid}`,
    `--regid=${ids.gid}`,
    '--clear-groups',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
  ];
  return { ids, wrap: (program, args) => ({ command: setpriv, args: [...change, '--', program, ...args] }) };
}

async function idsOf(user: string): Promise<{ uid: number; gid: number } | undefined> {
  const table = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const line = table.split('\n').find((text) => text.startsWith(`${user}:`));
  if (line !== undefined) {
    const [, , uid, gid] = line.split(':');
    return { uid: Number(uid), gid: Number(gid) };
  }
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
