import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { findBubblewrap, findProgram, type Bubblewrap } from './host-programs.js';
import { hostUserOf } from './host-user.js';

/** Programs that learners expect; those missing on the host are missing in the terminal. */
export const expectedTools = ['vim', 'nano', 'jq', 'curl', 'less', 'ps', 'watch', 'tree'] as const;

export type Availability =
  | { available: true; tools: Record<string, boolean> }
  | { available: false; reason: string; remedy: string; tools: Record<string, boolean> };

export interface HostPrograms {
  bubblewrap: Bubblewrap;
  setpriv: string | undefined;
}

/**
 * Starts a real, empty sandbox and says whether that works, and if not why and what the operator can do.
 * `tools` says which of `expectedTools` the sandbox would show.
 */
export async function probe(): Promise<Availability & { programs?: HostPrograms }> {
  const tools = Object.fromEntries(
    expectedTools.map((name) => [name, ['/usr/bin', '/bin'].some((folder) => existsSync(`${folder}/${name}`))]),
  );
  const no = (reason: string, remedy: string): Availability => ({ available: false, reason, remedy, tools });
  if (process.platform !== 'linux') {
    return no('sandboxes need Linux', 'Use your own terminal with the kubeconfig that the session offers.');
  }
  const bubblewrap = await findBubblewrap();
  if (!bubblewrap) {
    return no(
      'bubblewrap (bwrap) is not installed',
      'Install it: `apt install bubblewrap`, `dnf install bubblewrap` or `apk add bubblewrap`.',
    );
  }
  if (!existsSync('/bin/bash')) return no('/bin/bash is missing', 'Install bash.');
  const user = hostUserOf('/probe');
  const setpriv = findProgram('setpriv');
  if (user !== undefined && !setpriv) {
    return no(
      'the server runs as root and setpriv is missing',
      'Install util-linux, or run the server as another user.',
    );
  }
  const args = ['--unshare-all', '--unshare-user', '--uid', '1000', '--gid', '1000', '--die-with-parent'];
  if (bubblewrap.disableUserns) args.push('--disable-userns');
  args.push('--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--', '/bin/bash', '-c', 'exit 0');
  const drop = [
    `--reuid=${user}`,
    `--regid=${user}`,
    '--clear-groups',
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--no-new-privs',
    '--',
    bubblewrap.path,
  ];
  const [file, all] = user === undefined ? [bubblewrap.path, args] : [setpriv as string, [...drop, ...args]];
  const failure = await new Promise<string | undefined>((resolve) => {
    execFile(file, all, { timeout: 10_000, cwd: '/', env: { PATH: '/usr/bin:/bin' } }, (error, _out, stderr) =>
      resolve(error ? stderr.trim() || error.message : undefined),
    );
  });
  if (failure !== undefined) return no(`bubblewrap failed: ${failure}`, await remedyFor(failure));
  return { available: true, tools, programs: { bubblewrap, setpriv } };
}

async function setting(name: string): Promise<string> {
  return (await readFile(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').catch(() => '')).trim();
}

async function remedyFor(failure: string): Promise<string> {
  if ((await setting('kernel.apparmor_restrict_unprivileged_userns')) === '1') {
    return 'AppArmor keeps ordinary programs from making user namespaces (Ubuntu 23.10 and later). Give /usr/bin/bwrap a profile that allows `userns`, or run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`.';
  }
  if ((await setting('kernel.unprivileged_userns_clone')) === '0') {
    return 'User namespaces are off. Run `sudo sysctl kernel.unprivileged_userns_clone=1`.';
  }
  if ((await setting('user.max_user_namespaces')) === '0') {
    return 'User namespaces are off. Run `sudo sysctl user.max_user_namespaces=10000`.';
  }
  if (/proc/.test(failure)) {
    return 'Inside a container, /proc is often masked: start the container with `--security-opt systempaths=unconfined --security-opt seccomp=unconfined`.';
  }
  return 'Inside a container, start it with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`; elsewhere, let user namespaces be made (sysctl user.max_user_namespaces).';
}
