// npm run node-image: sets the checkout up and builds the image of a kind node; --official pulls kind's own where it can.
import path from 'node:path';
import { ownHost, serverVersion } from '../docker/daemon.mjs';
import { giveUp } from './console.mjs';
import { build, houseEnvironment, installPackages, node24, root } from './house.mjs';
import { requireNode } from './require-node.mjs';
import { run } from './run.mjs';

requireNode();
const env = houseEnvironment();
if (!(await serverVersion(undefined))) {
  if (!(await serverVersion(ownHost)))
    giveUp('Docker does not answer. Start it and try again; `node tools/docker/main.mjs up` starts one of our own.');
  env.DOCKER_HOST = ownHost;
}
await installPackages();
await build();
const main = path.join(root, 'tools/node-image/main.mjs');
const { code } = await run(node24(), [main, ...process.argv.slice(2)], { cwd: root, env });
process.exitCode = code;
