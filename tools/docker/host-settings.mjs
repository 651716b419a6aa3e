// What a Docker daemon changes on the host outside of its folders: kernel settings and packet filter rules. Kept before,
// put back after.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const call = promisify(execFile);

/** Settings that Docker or several clusters side by side need; `atLeast` is set before the start, others only put back. */
const settings = [
  { name: 'net/ipv4/ip_forward' },
  { name: 'net/ipv6/conf/all/forwarding' },
  { name: 'net/ipv6/conf/default/forwarding' },
  { name: 'net/bridge/bridge-nf-call-iptables' },
  { name: 'net/bridge/bridge-nf-call-ip6tables' },
  // systemd, containerd, kubelet and kube-proxy of each node take some forty instances; 128 is the kernel's default.
  { name: 'fs/inotify/max_user_instances', atLeast: 8192 },
  { name: 'fs/inotify/max_user_watches', atLeast: 524_288 },
];
const tables = ['iptables', 'ip6tables'];

/**
 * @typedef {{ settings: Record<string, string>, rules: Record<string, string[]> }} HostSettings values of kernel settings
 *   by their path below /proc/sys, and lines of iptables-save by program
 */

/** @returns {Promise<HostSettings>} what is set now */
export async function readHostSettings() {
  const values = {};
  for (const { name } of settings) {
    const value = await readFile(`/proc/sys/${name}`, 'utf8').catch(() => undefined);
    if (value !== undefined) values[name] = value.trim();
  }
  const rules = {};
  for (const table of tables) rules[table] = await readRules(table);
  return { settings: values, rules };
}

/** Raises the limits that a few clusters side by side need, where they are lower and may be raised. */
export async function raiseLimits() {
  for (const { name, atLeast } of settings) {
    if (atLeast === undefined) continue;
    const value = Number(await readFile(`/proc/sys/${name}`, 'utf8').catch(() => Number.NaN));
    if (value < atLeast) await writeFile(`/proc/sys/${name}`, String(atLeast)).catch(() => {});
  }
}

/**
 * Puts kernel settings back, and takes away the rules and chains of Docker's that were not there before. Rules that others
 * made meanwhile stay.
 * @param {HostSettings} before
 */
export async function restoreHostSettings(before) {
  for (const [name, value] of Object.entries(before.settings))
    await writeFile(`/proc/sys/${name}`, value).catch(() => {});
  for (const table of tables) {
    const undo = undoRules(before.rules[table] ?? [], await readRules(table));
    if (undo !== '') {
      const restore = call(`${table}-restore`, ['--noflush', '--wait', '5']);
      restore.child.stdin.end(undo);
      await restore;
    }
  }
}

/**
 * @param {string[]} before lines of iptables-save
 * @param {string[]} after
 * @returns {string} input for `iptables-restore --noflush` that removes Docker's additions; empty when there are none
 */
export function undoRules(before, after) {
  const old = byTable(before);
  let text = '';
  for (const [table, now] of byTable(after)) {
    const then = old.get(table) ?? { chains: new Map(), rules: [] };
    const left = [...then.rules];
    const added = now.rules.filter((rule) => {
      const index = left.indexOf(rule);
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
    const chains = [...now.chains.keys()].filter((chain) => chain.startsWith('DOCKER') && !then.chains.has(chain));
    const lines = [
      ...added.filter((rule) => isDockers(rule)).map((rule) => rule.replace(/^-A /, '-D ')),
      ...chains.flatMap((chain) => [`-F ${chain}`]),
      ...chains.map((chain) => `-X ${chain}`),
      // Docker closes FORWARD when it is the one that turns forwarding on.
      ...[...then.chains]
        .filter(([chain, policy]) => policy !== '-' && now.chains.get(chain) !== policy)
        .map(([chain, policy]) => `-P ${chain} ${policy}`),
      ...(then.chains.size === 0 && now.chains.get('FORWARD') === 'DROP' ? ['-P FORWARD ACCEPT'] : []),
    ];
    if (lines.length > 0) text += `*${table}\n${lines.join('\n')}\nCOMMIT\n`;
  }
  return text;
}

/** Rules of chains of its own go with their chain; the others name such a chain or one of its bridges. */
function isDockers(rule) {
  if (rule.startsWith('-A DOCKER')) return false;
  return (
    /-j DOCKER|docker0|br-[0-9a-f]{12}/.test(rule) ||
    /^-A POSTROUTING -s \S+ ! -o \S+ -j MASQUERADE$/.test(rule) ||
    isHairpin(rule)
  );
}

/** A published port's masquerade, of a container that talks to itself through it. */
function isHairpin(rule) {
  return /^-A POSTROUTING -s (\S+)\/32 -d \1\/32 -p (tcp|udp) .*-j MASQUERADE$/.test(rule);
}

function byTable(lines) {
  const found = new Map();
  let current;
  for (const line of lines) {
    if (line.startsWith('*')) found.set(line.slice(1), (current = { chains: new Map(), rules: [] }));
    else if (line.startsWith(':')) {
      const [chain, policy] = line.slice(1).split(' ');
      current?.chains.set(chain, policy);
    } else if (line.startsWith('-A ')) current?.rules.push(line);
  }
  return found;
}

async function readRules(table) {
  const { stdout } = await call(`${table}-save`).catch(() => ({ stdout: '' }));
  return stdout
    .split('\n')
    .filter((line) => /^[*:-]/.test(line))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));
}
