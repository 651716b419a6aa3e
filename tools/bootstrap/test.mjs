// npm test: sets the checkout up and runs everything that must pass, ending with one line of counts.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { say } from './console.mjs';
import { build, houseEnvironment, installPackages, node24, root } from './house.mjs';
import { reachDocker } from '../docker/reach.mjs';
import { dockerHolds, placesHeld, processesIn } from './leftovers.mjs';
import { installSystemPackages } from './packages.mjs';
import { requireNode } from './require-node.mjs';
import { run } from './run.mjs';

requireNode();
const startedAt = performance.now();
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

await installPackages();
await installSystemPackages();
await build();
const held = placesHeld();
// All temporary files of the run are in here, so that what is left of it can be told. Short, as sockets are in it.
const scratch = await mkdtemp(path.join(tmpdir(), 'kd'));
const env = { ...houseEnvironment(), TMPDIR: scratch };
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

await check('the linter', bin('oxlint'), ['--deny-warnings']);
await check('the boundaries between parts', bin('depcruise'), [
  '--config',
  '.dependency-cruiser.mjs',
  '--no-progress',
  'apps',
  'libs',
]);
await check('the formatting', bin('prettier'), ['--check', '--log-level', 'warn', '.']);
await check('the programs of a plane', node24(), ['apps/cli/dist/main.js', 'programs']);
await vitest('unit tests', ['unit', 'web']);
await vitest('integration tests', ['integration']);
await vitest('tests in a browser', ['e2e']);
await proofs();
await onRealNodes();
leftovers();
await rm(scratch, { recursive: true, force: true });

say(`Took ${Math.round((performance.now() - startedAt) / 1000)} s.`);
for (const failure of failures) say(`FAILED: ${failure}`);
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;

function count(title, ok) {
  if (ok) totals.passed += 1;
  else {
    totals.failed += 1;
    failures.push(title);
  }
}

async function check(title, command, args) {
  say(`Checking ${title} …`);
  count(title, (await run(command, args, { cwd: root, env })).code === 0);
}

/** Runs projects of vitest.config.ts and adds up what its JSON report says. */
async function vitest(title, projects, more = {}) {
  say(`Running the ${title} …`);
  const report = path.join(root, '.cache', `${projects.join('-')}.json`);
  await mkdir(path.dirname(report), { recursive: true });
  await rm(report, { force: true });
  const args = [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const { code } = await run(node24(), [path.join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    env: { ...env, ...more },
  });
  const result = JSON.parse(await readFile(report, 'utf8').catch(() => 'null'));
  if (result === null) return count(`${title}: no report was written`, false);
  totals.passed += result.numPassedTests;
  totals.failed += result.numFailedTests;
  totals.skipped += result.numPendingTests + result.numTodoTests;
  for (const file of result.testResults) {
    for (const test of file.assertionResults)
      if (test.status === 'failed') failures.push(`${path.relative(root, file.name)}: ${test.fullName}`);
    if (file.status === 'failed' && file.assertionResults.length === 0)
      count(`${path.relative(root, file.name)}: ${file.message}`, false);
  }
  // An error outside of any test, or a run in which nothing ran, must not look green.
  if (code !== 0 && result.numFailedTests === 0 && failures.length === 0)
    count(`${title}: ended with status ${code}`, false);
  if (result.numTotalTests === 0) count(`${title}: none ran`, false);
}

/** Proves every lab for three seeds; each proof counts as a test. */
async function proofs() {
  say('Proving the labs, three seeds each …');
  const args = ['apps/cli/dist/main.js', 'lab', 'prove', '--all', '--seeds', '3'];
  count('the labs are proved for three seeds', (await run(node24(), args, { cwd: root, env })).code === 0);
}

/** What needs Docker: runs where there is one or one can be started, else counts as skipped. */
async function onRealNodes() {
  // Fidelity compares moments of two clusters for minutes: `npm run fidelity`, until it is as quick and as steady as the rest.
  const projects = ['kind'];
  const docker = await reachDocker();
  if (docker.reason !== undefined) return skip(projects, docker.reason);
  try {
    const before = dockerHolds(docker.env);
    const more = docker.env;
    const image = path.join(root, 'tools/node-image/main.mjs');
    const { code } = await run(node24(), [image, '--official'], { cwd: root, env: { ...env, ...more } });
    // Where everything is there to build one, not having one is a failure.
    if (code !== 0)
      return docker.own ? count('a node image can be had', false) : await skip(projects, 'There is no node image.');
    await vitest('tests on real nodes', projects, more);
    const left = [...dockerHolds(more)].filter(
      (one) => !before.has(one) && (docker.own || /kubedan|kind|kd-/.test(one)),
    );
    for (const line of left) say(`Left behind: ${line}`);
    count('nothing is left behind in Docker', left.length === 0);
  } finally {
    await docker.stop();
  }
}

/** Counts the tests of projects that cannot run here. */
async function skip(projects, reason) {
  const list = ['list', '--json', ...projects.flatMap((project) => ['--project', project])];
  const { output } = await run(node24(), [path.join(root, 'node_modules/vitest/vitest.mjs'), ...list], {
    cwd: root,
    env,
    quiet: true,
  });
  const tests = JSON.parse(/^\[.*\]$/ms.exec(output)?.[0] ?? '[]');
  say(`Skipping ${tests.length} tests on real nodes: ${reason}`);
  totals.skipped += tests.length;
}

function leftovers() {
  const left = [...processesIn(scratch), ...[...placesHeld()].filter((place) => !held.has(place))];
  for (const line of left) say(`Left behind: ${line}`);
  count('nothing is left behind', left.length === 0);
}
