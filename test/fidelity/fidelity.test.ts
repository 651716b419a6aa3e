import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindMachine } from '../support/kind.js';
import { root } from '../support/root.js';
import {
  admissionCases,
  configurationCases,
  crashCases,
  endingCases,
  imageCases,
  initCases,
  nodeCases,
  probeCases,
  schedulingCases,
  workloadCases,
} from './cases/index.js';
import { judge, listedIn, type Difference, type Listed } from './differences.js';
import { startEmbedded } from './embedded-side.js';
import { startKind } from './kind-side.js';
import { compareLasting, eachOf, prepare, startRegistry, type Outcome } from './suite.js';

// The quick and the slow ones mixed, the slowest first: so they end together.
const sideBySide = [
  ...crashCases,
  ...workloadCases,
  ...probeCases,
  ...initCases,
  ...endingCases,
  ...configurationCases,
  ...imageCases,
  ...admissionCases,
];
const outcomes = new Map<string, Outcome>();
let listed: Listed[] = [];
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  listed = listedIn(await readFile(path.join(root, 'docs/fidelity.md'), 'utf8'));
  const { docker, binary, image } = await kindMachine();
  // Each is ended although the other may not have begun.
  const [embedded, kind] = await Promise.all([
    startEmbedded().then((side) => stack.use(side)),
    startKind({ docker, binary, image }).then((side) => stack.use(side)),
  ]);
  const [, registry] = await Promise.all([prepare(embedded), prepare(kind).then(() => startRegistry(kind))]);
  stack.defer(() => registry.close());
  const isListed = (difference: Difference): boolean => judge([difference], listed).unlisted.length === 0;
  const run = async (one: (typeof sideBySide)[number]) => {
    outcomes.set(one.name, await compareLasting(one, embedded, kind, isListed));
  };
  // What the scheduler says names the taints of all nodes, which later cases change.
  await eachOf(schedulingCases, run);
  await Promise.all([eachOf(sideBySide, run), eachOf(nodeCases, run, 1)]);
}, 900_000);
afterAll(async () => {
  await stack.disposeAsync();
  const differences = [...outcomes.values()].flatMap((one) => one.differences);
  const { listedCount, unlisted } = judge(differences, listed);
  for (const { name, chance = [] } of outcomes.values())
    for (const difference of chance) process.stdout.write(`By chance in ${name}: ${sentence(difference)}\n`);
  process.stdout.write(
    `${JSON.stringify({ what: 'fidelity', cases: outcomes.size, differences: differences.length, listed: listedCount, unlisted: unlisted.length })}\n`,
  );
}, 120_000);

describe('a played node shows what a real one shows', () => {
  it.each([...schedulingCases, ...sideBySide, ...nodeCases].map(({ name }) => name))('in the case %s', (name) => {
    const outcome = outcomes.get(name);
    expect(outcome?.failure).toBeUndefined();
    expect(judge(outcome?.differences ?? [], listed).unlisted.map(sentence)).toEqual([]);
  });
});

describe('docs/fidelity.md', () => {
  it('lists no difference that is none', () => {
    const differences = [...outcomes.values()].flatMap((one) => one.differences);
    expect(judge(differences, listed).outdated.map(({ row }) => row)).toEqual([]);
  });
});

const sentence = ({ where, embedded, kind }: Difference) => `${where}: played ${embedded}, real ${kind}`;
