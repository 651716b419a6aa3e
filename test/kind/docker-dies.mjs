// Runs in namespaces of its own for processes, network and mounts: makes a cluster on a Docker daemon of ours that is killed while kind
// waits for a node, started again a moment later, and prints what came of it. Arguments: an image's archive and its name, kind.
import { Docker } from '@kubedan/docker';
import { Kind } from '@kubedan/kind';
import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { killDaemon, ownHost, startDaemon, stopDaemon } from '../../tools/docker/daemon.mjs';

const [archive, image, binary] = process.argv.slice(2);
const env = { DOCKER_HOST: ownHost };
const docker = new Docker({ env });
const labels = { 'io.x-k8s.kind.cluster': 'dies' };
const dir = path.dirname(archive);

execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
await startDaemon({ owner: process.pid });
try {
  await docker.loadArchive(archive);
  const kind = new Kind({ binary, env });
  const ended = kind
    .create({ name: 'dies', image, kubeconfigPath: path.join(dir, 'kubeconfig'), deadlineMs: 60_000 })
    .then(
      () => undefined,
      (error) => error,
    );
  // The container runs, but says nothing of what kind waits for.
  for await (const { action } of docker.events({ labels, since: new Date(0) })) if (action === 'start') break;
  const watch = docker.events({ labels })[Symbol.asyncIterator]();
  const told = watch.next().catch((error) => error);
  const owner = await killDaemon();
  await told;
  await startDaemon({ owner });
  const error = await ended;
  const left = await docker.listContainers({ labels, all: true });
  const files = (await readdir(dir)).filter((name) => name.startsWith('kubeconfig'));
  const result = { error: error?.name, told: (await told)?.name, left: left.length, files };
  process.stdout.write(JSON.stringify(result));
} finally {
  // What the killed daemon had mounted goes with this namespace.
  await stopDaemon().catch((error) => {
    if (error.code !== 'EBUSY') throw error;
  });
}
