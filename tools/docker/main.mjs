// node tools/docker/main.mjs up | down | status | crash: our own Docker daemon, for work on what needs one. `crash` kills it and
// starts it again, as a test of such a moment needs it.
import { killDaemon, notedDaemon, ownHost, serverVersion, startDaemon, stopDaemon } from './daemon.mjs';

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
} else if (command === 'crash') {
  await startDaemon({ owner: await killDaemon() });
} else {
  process.stderr.write('Say up, down, status or crash.\n');
  process.exitCode = 2;
}
