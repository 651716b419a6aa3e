import { existsSync } from 'node:fs';
import { Arguments, DataDescriptors } from './arguments.js';
import type { HostPrograms } from './probe.js';
import type { SandboxLimits } from './limits.js';
import { seccompProgram } from './seccomp.js';
import { inside, type SystemFiles } from './system-files.js';

export interface CommandOptions {
  programs: HostPrograms;
  hostUser: number | undefined;
  workspace: string;
  socketDir: string;
  system: SystemFiles;
  tools: { kubectl: string; helm?: string };
  /** Read-only folders or files besides. */
  mounts: { host: string; inside: string }[];
  limits: SandboxLimits;
  procsFiles: string[];
  apiPort: number;
}

export interface SandboxCommand {
  file: string;
  args: string[];
  /** What the child gets beside its standard streams and the one below. */
  descriptors: DataDescriptors;
  /** The descriptor, in the child, on which bubblewrap tells its child's process id. */
  infoDescriptor: number;
}

/** Joins the groups, then becomes the command. */
const joinGroups = 'while [ "$1" != -- ]; do echo $$ >"$1" || exit 97; shift; done; shift; exec "$@"';

/** Sets the limits that hold in the namespace, closes what was handed over for the mounts, then becomes the agent. */
const setLimits = (limits: SandboxLimits): string =>
  [
    `ulimit -c 0 -n ${limits.openFiles} -u ${limits.processes} -f ${Math.floor(limits.fileBytes / 1024)}`,
    'for fd in /proc/self/fd/*; do fd=${fd##*/}; [ "$fd" -gt 2 ] && eval "exec $fd>&-"; done 2>/dev/null',
    'exec "$@"',
  ].join('\n');

/** Limits of what the learner starts, over and above those of the agent (Node reserves more memory than it uses). */
const learnerLimits = (limits: SandboxLimits): string =>
  `ulimit -v ${Math.floor(limits.addressSpaceBytes / 1024)}; echo 800 >/proc/self/oom_score_adj; exec "$@"`;

/**
 * The command line of a sandbox; see `SandboxHost` for what it shows and hides. An ordinary user's server needs one
 * bubblewrap. Root's needs two: the outer one, still root, mounts what only root may reach; then root is given up for
 * the workspace's own host user, and the inner one adds the user namespace in which that user is `learner`, 1000.
 */
export function sandboxCommand(options: CommandOptions): SandboxCommand {
  const { programs, limits, hostUser } = options;
  const bwrap = programs.bubblewrap;
  const infoDescriptor = 3;
  const descriptors = new DataDescriptors(infoDescriptor + 1);

  const user = new Arguments().add('--unshare-user', '--uid', '1000', '--gid', '1000', '--die-with-parent');
  if (bwrap.disableUserns) user.add('--disable-userns');
  const filter = seccompProgram(process.arch);
  if (filter) user.add('--seccomp', String(descriptors.add(filter)));

  const outer = fileSystem(options);
  outer.add('--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-net', '--unshare-cgroup-try');
  outer.add('--hostname', 'kubedan', '--die-with-parent', '--new-session', '--info-fd', String(infoDescriptor));
  outer.add('--clearenv', '--chdir', hostUser === undefined ? inside.home : '/');
  for (const [name, value] of Object.entries(sandboxEnvironment())) outer.add('--setenv', name, value);

  let command = ['/bin/bash', '--norc', '-c', setLimits(limits), 'bash', ...agentCommand(options)];
  if (hostUser === undefined) {
    outer.add(...user.list);
  } else {
    outer.bind(bwrap.path, inside.bwrap).bind(programs.setpriv as string, inside.setpriv);
    const giveUpRoot = [`--reuid=${hostUser}`, `--regid=${hostUser}`, '--clear-groups', '--inh-caps=-all'];
    giveUpRoot.push('--bounding-set=-all', '--no-new-privs');
    user.add('--dev-bind', '/', '/', '--chdir', inside.home);
    command = [inside.setpriv, ...giveUpRoot, '--', inside.bwrap, ...user.list, '--', ...command];
  }
  outer.add('--remount-ro', '/');

  // By descriptor, so that the sandbox's first process does not show the host's paths as its arguments.
  const args = descriptors.add(outer.list.map((each) => `${each}\0`).join(''));
  return {
    file: '/bin/bash',
    args: ['--norc', '-c', joinGroups, 'bash', ...options.procsFiles, '--'].concat(
      [bwrap.path, '--args', String(args), '--'],
      command,
    ),
    descriptors,
    infoDescriptor,
  };
}

function fileSystem({ system, limits, ...options }: CommandOptions): Arguments {
  const view = new Arguments();
  view.bind('/usr', '/usr');
  for (const path of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) view.system(path);
  view.bind('/nix/store', '/nix/store', { optional: true });
  if (existsSync('/usr/local')) view.add('--tmpfs', '/usr/local', '--remount-ro', '/usr/local');
  view.add('--proc', '/proc', '--dev', '/dev');
  view.add('--perms', '1777', '--size', String(16 * 1024 * 1024), '--tmpfs', '/dev/shm', '--remount-ro', '/dev');
  view.add('--perms', '1777', '--size', String(limits.tmpBytes), '--tmpfs', '/tmp');
  for (const [name, path] of Object.entries(system.etc)) view.bind(path, `/etc/${name}`);
  for (const name of ['alternatives', 'ld.so.cache', 'ssl/certs', 'vim', 'nanorc', 'inputrc', 'terminfo']) {
    view.bind(`/etc/${name}`, `/etc/${name}`, { optional: true });
  }
  view.bind(system.agentDir, inside.agent).bind(system.shellDir, inside.shell);
  for (const [name, path] of Object.entries(system.modules)) view.bind(path, `${inside.modules}/${name}`);
  view.bind(process.execPath, inside.node);
  view.bind(options.tools.kubectl, `${inside.bin}/kubectl`);
  if (options.tools.helm) view.bind(options.tools.helm, `${inside.bin}/helm`);
  view.bind(options.socketDir, inside.socketDir);
  for (const mount of options.mounts) view.bind(mount.host, mount.inside);
  return view.bind(options.workspace, inside.home, { writable: true });
}

function agentCommand({ limits, apiPort }: CommandOptions): string[] {
  const learner = ['/bin/bash', '--norc', '-c', learnerLimits(limits), 'bash'];
  const config = {
    apiSocket: inside.apiSocket,
    apiPort,
    ptyModule: `${inside.modules}/@lydell/node-pty/index.js`,
    shell: [...learner, '/bin/bash', '--rcfile', `${inside.shell}/bashrc`, '-i'],
    runner: learner,
    home: inside.home,
  };
  const flags = ['--max-old-space-size=32', '--max-semi-space-size=1', '--single-threaded'];
  return [inside.node, ...flags, `${inside.agent}/agent.js`, JSON.stringify(config)];
}

/** All the environment that a learner's program sees; nothing of the server's. */
function sandboxEnvironment(): Record<string, string> {
  return {
    HOME: inside.home,
    USER: 'learner',
    LOGNAME: 'learner',
    SHELL: '/bin/bash',
    PATH: `${inside.bin}:/usr/bin:/bin:/usr/sbin:/sbin`,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    KUBECONFIG: `${inside.home}/.kube/config`,
    EDITOR: existsSync('/usr/bin/nano') && !existsSync('/usr/bin/vim') ? 'nano' : 'vim',
    TMPDIR: '/tmp',
  };
}
