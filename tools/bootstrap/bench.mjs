// npm run bench: sets the checkout up and measures the figures of test/bench, one JSON line each.
import path from 'node:path';
import { build, houseEnvironment, installPackages, node24, root } from './house.mjs';
import { requireNode } from './require-node.mjs';
import { run } from './run.mjs';

requireNode();
await installPackages();
await build();
const main = path.join(root, '.cache/test/bench/main.js');
const { code } = await run(node24(), [main, ...process.argv.slice(2)], { cwd: root, env: houseEnvironment() });
process.exitCode = code;
