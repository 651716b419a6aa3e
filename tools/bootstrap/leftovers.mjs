// What a test run must not leave behind: processes of its folder, mounts, network namespaces and interfaces, containers.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/**
 * @param {string} folder the run's own folder for temporary files
 * @returns {string[]} one line for each process that works in it or names it; empty where there is no /proc
 */
export function processesIn(folder) {
  const found = [];
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    // A zombie has no command line; it is its parent's to reap.
    const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    if (command === '') continue;
    if (command.includes(folder) || link(`/proc/${pid}/cwd`).startsWith(folder))
      found.push(`process ${pid}: ${command.slice(0, 200)}`);
  }
  return found;
}

/** @returns {Set<string>} mount points, network interfaces and named network namespaces, as they are now */
export function placesHeld() {
  const mounts = read('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' ')[1])
    .filter(Boolean);
  return new Set([
    ...mounts.map((point) => `mount ${point}`),
    ...list('/run/netns').map((name) => `network namespace ${name}`),
    ...list('/sys/class/net').map((name) => `network interface ${name}`),
  ]);
}

/**
 * @param {Record<string, string>} env for the docker command
 * @returns {Set<string>} containers, volumes and networks of that Docker, but for the network that kind keeps for all clusters
 */
export function dockerHolds(env) {
  const ask = (...args) => {
    const { stdout } = spawnSync('docker', args, { env: { ...process.env, ...env }, encoding: 'utf8' });
    return (stdout ?? '').split('\n').filter(Boolean);
  };
  return new Set([
    ...ask('ps', '--all', '--format', '{{.Names}}').map((name) => `container ${name}`),
    ...ask('volume', 'ls', '--format', '{{.Name}}').map((name) => `volume ${name}`),
    ...ask('network', 'ls', '--format', '{{.Name}}')
      .filter((name) => name !== 'kind')
      .map((name) => `network ${name}`),
  ]);
}

function list(directory) {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function link(file) {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
