// A Docker daemon of our own for the tests, beside a user's: own folder, own socket, no default bridge.
import { execFile, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { raiseLimits, readHostSettings, restoreHostSettings } from './host-settings.mjs';

const call = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));

/** Where the daemon keeps images between runs, and where it runs. The latter is short, as sockets are in it. */
export const dataRoot = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'kubedan', 'docker');
const runDir = '/run/kubedan-docker';
const socket = path.join(runDir, 'docker.sock');
const stateFile = path.join(runDir, 'state.json');
const logFile = path.join(runDir, 'dockerd.log');

/** DOCKER_HOST of our daemon. */
export const ownHost = `unix://${socket}`;

/**
 * @param {string | undefined} host DOCKER_HOST; undefined is the client's default
 * @returns {Promise<string | undefined>} the version of the daemon that answers there
 */
export async function serverVersion(host) {
  const env = { ...process.env, ...(host === undefined ? {} : { DOCKER_HOST: host }) };
  try {
    const { stdout } = await call('docker', ['version', '--format', '{{.Server.Version}}'], { env, timeout: 5_000 });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** @returns {boolean} whether this host may grant CAP_SYS_RESOURCE (bit 24, capabilities(7)) to a container */
export function grantsSysResource() {
  const mask = /^CapBnd:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return mask === undefined || (BigInt(`0x${mask}`) & (1n << 24n)) !== 0n;
}

/**
 * Starts the daemon and waits until it answers. What it changes on the host is noted beside its socket, for `stopDaemon`.
 * @param {{ owner: number }} options process that will stop it; 0 when it is to stay
 * @throws {Error} when it ends or does not answer within 30 s, with the end of its log
 */
export async function startDaemon({ owner }) {
  await mkdir(runDir, { recursive: true, mode: 0o700 });
  await mkdir(dataRoot, { recursive: true });
  // Of a daemon that was killed, what it found is still to be put back; what it left is not what was there before.
  const before = (await readState())?.before ?? (await readHostSettings());
  await raiseLimits();
  const log = openSync(logFile, 'w');
  const child = spawn(
    'dockerd',
    [
      `--host=${ownHost}`,
      `--data-root=${dataRoot}`,
      `--exec-root=${path.join(runDir, 'exec')}`,
      `--pidfile=${path.join(runDir, 'dockerd.pid')}`,
      '--bridge=none',
      '--storage-driver=overlay2',
      '--log-level=warn',
      // Containers keep their last words, not all of them.
      '--log-driver=json-file',
      '--log-opt=max-size=4m',
      ...(grantsSysResource()
        ? []
        : [`--add-runtime=kubedan=${path.join(here, 'runc-without-sys-resource')}`, '--default-runtime=kubedan']),
    ],
    // In a session of its own: a Ctrl-C for the tests must leave time to take the containers away first.
    { stdio: ['ignore', log, log], detached: true, cwd: '/' },
  );
  let ended = '';
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? `status ${code}`}`));
  child.unref();
  await writeFile(stateFile, JSON.stringify({ pid: child.pid, owner, before }));
  for (let waited = 0; waited < 30_000; waited += 200) {
    if (ended !== '') break;
    if (existsSync(socket) && (await serverVersion(ownHost))) return;
    await delay(200);
  }
  const words = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-8).join('\n');
  if (ended === '') await stopDaemon();
  else await restoreHostSettings(before);
  throw new Error(`dockerd did not come up: ${ended || 'it gave no answer for 30 s'}. Its last words:\n${words}`);
}

/** @returns {Promise<{ pid: number, owner: number } | undefined>} our daemon, where one is noted and alive */
export async function notedDaemon() {
  const state = await readState();
  return state && isDockerd(state.pid) ? { pid: state.pid, owner: state.owner } : undefined;
}

/**
 * Takes over the duty to stop the daemon from a run that ended without doing so.
 * @param {number} owner process number of the new owner
 * @returns {Promise<boolean>} false when another process will stop it, or nobody is meant to
 */
export async function adoptDaemon(owner) {
  const state = await readState();
  if (!state || state.owner === 0 || existsSync(`/proc/${state.owner}`)) return false;
  await writeFile(stateFile, JSON.stringify({ ...state, owner }));
  return true;
}

/**
 * Kills our daemon as a crash would, its containers with it or not; `startDaemon` starts it again with what it had.
 * @returns {Promise<number>} who will stop it, for `startDaemon`
 * @throws {Error} when none runs
 */
export async function killDaemon() {
  const state = await readState();
  if (!state || !isDockerd(state.pid)) throw new Error('No Docker daemon of ours runs.');
  process.kill(state.pid, 'SIGKILL');
  while (isDockerd(state.pid)) await delay(20);
  // Its containerd goes with it. Where nobody collects what has ended, Docker would take both for ones that run.
  for (const file of ['dockerd.pid', 'exec/containerd/containerd.pid'])
    await rm(path.join(runDir, file), { force: true });
  return state.owner;
}

/** Removes every container, volume and network of our daemon, ends it and its containerd, and puts the host's settings back. */
export async function stopDaemon() {
  const state = await readState();
  if (!state) return;
  const env = { ...process.env, DOCKER_HOST: ownHost };
  if (isDockerd(state.pid)) {
    if (await serverVersion(ownHost)) {
      const { stdout } = await call('docker', ['ps', '--all', '--quiet'], { env });
      const containers = stdout.split('\n').filter(Boolean);
      if (containers.length > 0) await call('docker', ['rm', '--force', '--volumes', ...containers], { env });
      await call('docker', ['network', 'prune', '--force'], { env });
      await call('docker', ['volume', 'prune', '--force'], { env });
    }
    // dockerd ends the containerd that it started.
    process.kill(state.pid, 'SIGTERM');
    for (let waited = 0; isDockerd(state.pid) && waited < 30_000; waited += 100) await delay(100);
    if (isDockerd(state.pid)) process.kill(state.pid, 'SIGKILL');
  }
  await restoreHostSettings(state.before);
  await rm(runDir, { recursive: true, force: true });
}

async function readState() {
  return readFile(stateFile, 'utf8').then(JSON.parse, () => undefined);
}

/** Process numbers come again: one counts only while it is a dockerd of this socket. */
function isDockerd(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--host=${ownHost}`);
  } catch {
    return false;
  }
}
