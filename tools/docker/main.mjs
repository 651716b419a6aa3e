// node tools/docker/main.mjs up | down | status: our own Docker daemon, for work on what needs one.
import { notedDaemon, ownHost, serverVersion, startDaemon, stopDaemon } from './daemon.mjs';

const command = process.argv[2];
if (command === 'up') {
  if (!(await serverVersion(ownHost))) await startDaemon({ owner: 0 });
  process.stdout.write(`export DOCKER_HOST=${ownHost}\n`);
} else if (command === 'down') {
  await stopDaemon();
} else if (command === 'status') {
  const daemon = await notedDaemon();
  const version = daemon && (await serverVersion(ownHost));
  process.stdout.write(version ? `Docker ${version} at ${ownHost}, process ${daemon.pid}\n` : 'not running\n');
} else {
  process.stderr.write('Say up, down or status.\n');
  process.exitCode = 2;
}
