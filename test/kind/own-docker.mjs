// Runs in namespaces of its own for network and mounts: starts our Docker daemon, works with it, stops it, and prints what is
// there before and after. Arguments: an image's archive and its name.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { ownHost, startDaemon, stopDaemon } from '../../tools/docker/daemon.mjs';
import { placesHeld } from '../../tools/bootstrap/leftovers.mjs';

const [archive, image] = process.argv.slice(2);
const env = { ...process.env, DOCKER_HOST: ownHost };
const docker = (...args) => execFileSync('docker', args, { env, encoding: 'utf8' });
const ask = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' });
function namespaceOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return '';
  }
}
/** Processes in this namespace of the network; those of containers have their own, their monitors have not. */
const processes = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => namespaceOf(pid) === namespaceOf('self')).length;
const rules = (program) =>
  ask(`${program}-save`)
    .split('\n')
    .filter((line) => line.startsWith('-A'));
const state = () => ({
  interfaces: ask('ip', '-brief', 'link', 'show')
    .split('\n')
    .map((line) => line.split(' ')[0]),
  rules: [...rules('iptables'), ...rules('ip6tables')],
  forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'),
  policy: /-P FORWARD (\w+)/.exec(ask('iptables', '-S', 'FORWARD'))?.[1],
  processes: processes(),
});

execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const before = state();
const held = placesHeld();
await startDaemon({ owner: process.pid });
docker('load', '--quiet', '--input', archive);
docker('network', 'create', 'net');
docker('run', '--detach', '--network', 'net', '--publish', '127.0.0.1:0:80', image);
const running = docker('ps', '--format', '{{.Image}} {{.State}}').trim();
const during = state();
await stopDaemon();
// /sys shows the interfaces of the namespace in which it was mounted: `state` has those of this one.
const left = [...placesHeld()].filter((place) => !held.has(place) && !place.startsWith('network interface'));
process.stdout.write(JSON.stringify({ before, during, after: state(), running, left }));
