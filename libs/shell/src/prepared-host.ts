import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CgroupRoot } from './cgroups.js';
import { SandboxUnavailableError } from './errors.js';
import { hostUserOf } from './host-user.js';
import { probe, type HostPrograms } from './probe.js';
import type { SandboxHostOptions } from './requests.js';
import { writeSystemFiles, type SystemFiles } from './system-files.js';

/** What all sandboxes of a host share. */
export interface PreparedHost {
  programs: HostPrograms;
  system: SystemFiles;
  cgroups: CgroupRoot | undefined;
}

/**
 * Looks what this host can do, clears away what a server that was killed left behind, and writes the files that all sandboxes
 * show.
 * @throws SandboxUnavailableError with what to do
 */
export async function prepareHost(options: SandboxHostOptions): Promise<PreparedHost> {
  const availability = await probe();
  if (!availability.available) throw new SandboxUnavailableError(availability.reason, availability.remedy);
  const { dir, tools } = options;
  for (const path of hostUserOf(dir) === undefined ? [] : [process.execPath, ...Object.values(tools)]) {
    const { mode } = await stat(path);
    if ((mode & 0o005) !== 0o005) {
      throw new SandboxUnavailableError(`only its owner may run ${path}`, `Run \`chmod a+rx ${path}\`.`);
    }
  }
  await mkdir(dir, { recursive: true });
  await chmod(dir, 0o700);
  await sweep(dir);
  const name = `kubedan-${createHash('sha256')
    .update(await realpath(dir))
    .digest('hex')
    .slice(0, 12)}`;
  const cgroups = options.cgroups === 'off' ? undefined : await CgroupRoot.detect(name);
  await cgroups?.sweep();
  const system = await writeSystemFiles(join(dir, 'system'), tools);
  return { programs: availability.programs as HostPrograms, system, cgroups };
}

/** Removes what sandboxes of a server that was killed left behind; their processes died with it. */
async function sweep(dir: string): Promise<void> {
  const runDir = join(dir, 'run');
  for (const name of await readdir(runDir).catch(() => [])) {
    const pid = Number(name.split('-')[0]);
    if (pid !== process.pid && isAlive(pid)) continue;
    await rm(join(runDir, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
