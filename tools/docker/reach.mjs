// Docker for the tests: the one that runs, or one of our own, installed and started where that is allowed.
import { install, mayInstall, onPath } from '../bootstrap/apt.mjs';
import { step } from '../bootstrap/console.mjs';
import { adoptDaemon, notedDaemon, ownHost, serverVersion, startDaemon, stopDaemon } from './daemon.mjs';

/** What the daemon needs, and the Debian package that brings it. */
const wanted = [
  { command: 'docker', package: 'docker.io' },
  { command: 'dockerd', package: 'docker.io' },
  { command: 'iptables', package: 'iptables' },
  { command: 'jq', package: 'jq' },
];

/**
 * @typedef {{ env: Record<string, string>, own: boolean, stop: () => Promise<void> }} Reached env: what a client of it needs
 *   in its environment; own: nobody else's containers are in it; stop: ends it if we started it
 */

const keep = async () => {};

/** @returns {Promise<Reached | { reason: string }>} Docker, or why there is none, for a person */
export async function reachDocker() {
  if (onPath('docker')) {
    if (await serverVersion(undefined)) {
      const host = process.env.DOCKER_HOST;
      return { env: host === undefined ? {} : { DOCKER_HOST: host }, own: host === ownHost, stop: keep };
    }
    if (await serverVersion(ownHost)) {
      // What a run left behind that was killed is ours again; what somebody started by hand is not.
      const ours = await adoptDaemon(process.pid);
      return { env: { DOCKER_HOST: ownHost }, own: true, stop: ours ? stopDaemon : keep };
    }
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { reason: 'Docker does not answer, and only root can start it. Start Docker and try again.' };
  const missing = wanted.filter(({ command }) => !onPath(command));
  if (missing.length > 0) {
    if (!mayInstall())
      return {
        reason: `Docker is not installed (${missing.map(({ command }) => command).join(', ')}), and this is no Debian.`,
      };
    const problem = await install([...new Set(missing.map((entry) => entry.package))]);
    if (problem !== undefined) return { reason: `Docker could not be installed: ${problem}` };
  }
  // Left by a run that was killed together with its daemon: rules and settings are still to be put back.
  if (!(await notedDaemon())) await stopDaemon();
  try {
    await step('Starting a Docker daemon of our own', () => startDaemon({ owner: process.pid }));
  } catch (error) {
    return { reason: error.message };
  }
  return { env: { DOCKER_HOST: ownHost }, own: true, stop: stopDaemon };
}
