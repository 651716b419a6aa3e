import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the platform's own terms: comparable for equality only. */
  startedAt: string;
}

let bootId: string | undefined;

/** @returns the identity of a living process on Linux (a zombie counts as ended), or undefined; elsewhere undefined */
export function identityOfSync(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the name, in parentheses, may hold spaces; the state is field 3 and the start time (ticks since boot) 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { pid, startedAt: `${bootId}/${fields[19]}` };
  } catch {
    return undefined;
  }
}

/** @returns the identity of a living process, or undefined */
export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  if (process.platform === 'linux') return identityOfSync(pid);
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() ? { pid, startedAt: stdout.trim() } : undefined;
  } catch {
    return undefined;
  }
}

/** @returns whether this very process, not another with its pid, is alive */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identityOf(identity.pid))?.startedAt === identity.startedAt;
}
