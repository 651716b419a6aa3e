import type { Bank } from './bank.js';
import { byTrueTier, type Quality, qualityOf, type SimulatedTest, simulateTests } from './simulation.js';
import { mostQuestions } from './self-test.js';

/** What a simulation of the whole test showed, for assertions and for docs/placement.md. */
export interface SimulationReport {
  /** Abilities spread evenly over the scale. */
  flat: { group: string; quality: Quality }[];
  /** Abilities as the prior has them: where the test's own promises must come true. */
  asExpected: Quality;
  /** Share of tests in which the question was asked that was asked most often. */
  highestExposure: number;
  /** Share of tests that stopped before the last question. */
  stoppedEarly: number;
}

/**
 * Lets people whose abilities are known take the test.
 * @param people in each of the two populations
 */
export function simulate(bank: Bank, people: number, seed: string): SimulationReport {
  const flat = simulateTests(bank, people, 'flat', seed);
  const asExpected = simulateTests(bank, people, 'prior', seed);
  const groups: [string, SimulatedTest[]][] = [
    ...[...byTrueTier(flat)].map(([tier, tests]): [string, SimulatedTest[]] => [`truly ${tier}`, tests]),
    ['do not code', flat.filter(({ person }) => person.audience === 'everyone')],
    ['code', flat.filter(({ person }) => person.audience === 'coders')],
    ['mostly guess', flat.filter(({ person }) => person.candour < 0.25)],
    ['mostly admit', flat.filter(({ person }) => person.candour >= 0.75)],
    ['all', flat],
  ];
  const shown = new Map<string, number>();
  for (const { questions } of flat) for (const id of questions) shown.set(id, (shown.get(id) ?? 0) + 1);
  return {
    flat: groups.map(([group, tests]) => ({ group, quality: qualityOf(tests) })),
    asExpected: qualityOf(asExpected),
    highestExposure: Math.max(...shown.values()) / flat.length,
    stoppedEarly: flat.filter(({ questions }) => questions.length < mostQuestions).length / flat.length,
  };
}

const number = (value: number): string => (Math.abs(value) < 0.005 ? 0 : value).toFixed(2);
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** @returns the report as Markdown, as it stands in docs/placement.md */
export function formatReport({ flat, asExpected, highestExposure, stoppedEarly }: SimulationReport): string {
  const all = flat.at(-1)?.quality.people ?? 0;
  return [
    `${all} people, abilities spread evenly (g from -3 to 3):`,
    '',
    ...table(
      [
        'people who',
        'number',
        'questions',
        'bias',
        'RMSE',
        'tier right',
        'or next',
        'skill RMSE',
        'skill right',
        'or next',
      ],
      flat.map(({ group, quality: { people, questions, overall, skill } }) => [
        group,
        String(people),
        questions.toFixed(1),
        number(overall.bias),
        number(overall.rmse),
        percent(overall.right),
        percent(overall.within),
        number(skill.rmse),
        percent(skill.right),
        percent(skill.within),
      ]),
    ),
    '',
    `${percent(stoppedEarly)} stopped before the last question. The question asked most was asked in ${percent(highestExposure)} of the tests.`,
    '',
    `${asExpected.people} people as the prior expects them, to see whether the test is as sure as it says:`,
    '',
    ...table(
      ['', 'standard error given', 'RMSE', 'probability given to the tier', 'tier right'],
      (['overall', 'skill'] as const).map((name) => {
        const { error, rmse, promised, right } = asExpected[name];
        return [
          name === 'overall' ? 'overall' : 'a skill',
          number(error),
          number(rmse),
          percent(promised),
          percent(right),
        ];
      }),
    ),
  ].join('\n');
}

/** A Markdown table as prettier writes it. */
function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}

/** @returns the simulation whose figures stand in docs/placement.md */
export function documentedSimulation(bank: Bank): SimulationReport {
  return simulate(bank, 1500, 'kubedan');
}
