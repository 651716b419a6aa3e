// npm start: sets the checkout up and runs Kubedan on its embedded defaults.
import path from 'node:path';
import { say } from './console.mjs';
import { build, houseEnvironment, installPackages, node24, root } from './house.mjs';
import { run } from './run.mjs';
import { requireNode } from './require-node.mjs';

requireNode();
await installPackages();
await build();
say('Starting. Ctrl-C stops everything.');
const command = path.join(root, 'apps/cli/dist/main.js');
const { code } = await run(node24(), [command, 'start', ...process.argv.slice(2)], {
  cwd: root,
  env: houseEnvironment(),
});
process.exitCode = code === 130 ? 0 : code;
