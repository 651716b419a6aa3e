import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where things are inside every sandbox. */
export const inside = {
  home: '/home/learner',
  kubedan: '/run/kubedan',
  bin: '/run/kubedan/bin',
  node: '/run/kubedan/setup/node',
  agent: '/run/kubedan/agent',
  socketDir: '/run/kubedan/api',
  apiSocket: '/run/kubedan/api/api.sock',
  modules: '/run/kubedan/node_modules',
  shell: '/run/kubedan/shell',
  bwrap: '/run/kubedan/setup/bwrap',
  setpriv: '/run/kubedan/setup/setpriv',
} as const;

const passwd = `root:x:0:0:root:/nonexistent:/usr/sbin/nologin
learner:x:1000:1000:Learner:${inside.home}:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;
const group = 'root:x:0:\ntty:x:5:\nlearner:x:1000:\nnogroup:x:65534:\n';

const bashrc = String.raw`# Written by Kubedan. Your own settings: ~/.bashrc, read at the end.
shopt -s checkwinsize histappend
HISTFILE=~/.bash_history HISTSIZE=5000 HISTFILESIZE=5000 HISTCONTROL=ignoreboth
PROMPT_COMMAND='history -a'
PS1='\[\e[1;36m\]\w\[\e[0m\] \[\e[1;32m\]\$\[\e[0m\] '
alias ls='ls --color=auto' ll='ls -l --color=auto' grep='grep --color=auto' k=kubectl
if [ -r /usr/share/bash-completion/bash_completion ]; then
  BASH_COMPLETION_COMPAT_DIR=/nonexistent . /usr/share/bash-completion/bash_completion
fi
declare -F _get_comp_words_by_ref >/dev/null || . ${inside.shell}/completion.bash
if [ -r ${inside.shell}/kubectl.bash ]; then
  . ${inside.shell}/kubectl.bash
  complete -o default -F __start_kubectl k
fi
[ -r ${inside.shell}/helm.bash ] && . ${inside.shell}/helm.bash
[ -r ~/.bashrc ] && . ~/.bashrc
`;

// The three functions of the package bash-completion that kubectl's and helm's scripts call, for hosts without it.
const completionFallback = String.raw`_get_comp_words_by_ref() {
  local exclude= word
  [ "$1" = -n ] && { exclude=$2; shift 2; }
  words=() cword=0
  local index joined=
  for index in "\${!COMP_WORDS[@]}"; do
    word=\${COMP_WORDS[index]}
    if [ "$index" -gt 0 ] && [ -n "$exclude" ] && [ -n "$word" ] && [ -z "\${word//[$exclude]/}" ]; then
      words[\${#words[@]}-1]+=$word joined=1
    elif [ -n "$joined" ]; then
      words[\${#words[@]}-1]+=$word joined=
    else
      words+=("$word")
    fi
    [ "$index" -le "$COMP_CWORD" ] && cword=$(( \${#words[@]} - 1 ))
  done
  cur=\${words[cword]} prev=
  [ "$cword" -gt 0 ] && prev=\${words[cword-1]}
}
__ltrim_colon_completions() {
  [[ $1 == *:* && $COMP_WORDBREAKS == *:* ]] || return 0
  local prefix=\${1%"\${1##*:}"} index
  for index in "\${!COMPREPLY[@]}"; do COMPREPLY[index]=\${COMPREPLY[index]#"$prefix"}; done
}
_filedir() {
  local IFS=$'\n'
  COMPREPLY+=( $(compgen -o filenames \${1:+-d} -f -- "$cur") )
}
`.replaceAll('\\${', '${');

/** Files of ours, the same for every sandbox of a host: written once, bound read-only. */
export interface SystemFiles {
  /** Name below /etc → host path. */
  etc: Record<string, string>;
  agentDir: string;
  shellDir: string;
  /** Path below `inside.modules` → host path. */
  modules: Record<string, string>;
}

/**
 * Writes what every sandbox shows: users, hosts, the shell's start file, completion, and the agent.
 * @param dir an absolute path; made if missing
 * @param tools absolute paths; their completion scripts are generated here
 */
export async function writeSystemFiles(dir: string, tools: { kubectl: string; helm?: string }): Promise<SystemFiles> {
  const etcDir = join(dir, 'etc');
  const agentDir = join(dir, 'agent');
  const shellDir = join(dir, 'shell');
  for (const each of [etcDir, agentDir, shellDir]) await mkdir(each, { recursive: true, mode: 0o755 });
  const etc: Record<string, string> = {};
  for (const [name, text] of Object.entries({
    passwd,
    group,
    hosts: '127.0.0.1 localhost kubedan\n::1 localhost\n',
    hostname: 'kubedan\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
    'resolv.conf': '# There is no network here but the way to your cluster.\n',
  })) {
    etc[name] = join(etcDir, name);
    await writeWhole(etc[name], text);
  }
  await writeWhole(join(shellDir, 'bashrc'), bashrc);
  await writeWhole(join(shellDir, 'completion.bash'), completionFallback);
  for (const [name, path] of Object.entries(tools)) {
    if (!path) continue;
    // The environment of the server stays out of everything that concerns a sandbox.
    const { stdout } = await run(path, ['completion', 'bash'], { env: { HOME: '/nonexistent' } });
    await writeWhole(join(shellDir, `${name}.bash`), stdout);
  }
  for (const name of ['agent', 'frames']) await writeModule(agentDir, name);
  await writeWhole(join(agentDir, 'package.json'), '{"type":"module"}\n');

  const require = createRequire(import.meta.url);
  const pty = dirname(require.resolve('@lydell/node-pty/package.json'));
  const nativeName = `@lydell/node-pty-${process.platform}-${process.arch}`;
  const native = dirname(createRequire(join(pty, 'index.js')).resolve(`${nativeName}/package.json`));
  const modules: Record<string, string> = {};
  for (const [name, path] of Object.entries({ '@lydell/node-pty': pty, [nativeName]: native })) {
    modules[name] = join(dir, 'modules', name);
    await copyReadable(path, modules[name]);
  }
  return { etc, agentDir, shellDir, modules };
}

/** Copies a file or folder so that every user may read it, whatever the umask it was made with. Links are left out. */
export async function copyReadable(from: string, to: string): Promise<void> {
  const stat = await lstat(from);
  if (stat.isDirectory()) {
    await mkdir(to, { recursive: true });
    await chmod(to, 0o755);
    for (const name of await readdir(from)) await copyReadable(join(from, name), join(to, name));
  } else if (stat.isFile()) {
    const fresh = `${to}.${process.pid}.new`;
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, fresh);
    await chmod(fresh, stat.mode & 0o100 ? 0o755 : 0o644);
    await rename(fresh, to);
  }
}

/** Copies a compiled module of this library; from a source checkout, its types are stripped first. */
async function writeModule(dir: string, name: string): Promise<void> {
  const here = dirname(fileURLToPath(import.meta.url));
  const compiled = join(here, `${name}.js`);
  const code = existsSync(compiled)
    ? await readFile(compiled, 'utf8')
    : stripTypeScriptTypes(await readFile(join(here, `${name}.ts`), 'utf8'));
  await writeWhole(join(dir, `${name}.js`), code);
}

/** Never half a file, not even to a sandbox that starts meanwhile. */
async function writeWhole(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  await writeFile(fresh, text);
  await chmod(fresh, 0o644); // whatever the umask: the sandbox's user must read it
  await rename(fresh, path);
}
