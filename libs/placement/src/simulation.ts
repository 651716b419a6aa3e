import { type Audience, audiences, type Skill, skills, type Tier, tiers } from '@kubedan/contracts';
import type { Bank } from './bank.js';
import type { Level } from './beliefs.js';
import { knowing, type ItemParameters, type Outcome } from './response-model.js';
import { prior, tierAt } from './scale.js';
import { SeededRandom } from './seeded-random.js';
import { parametersOf } from './select-item.js';
import { type Answered, nextItem, place, type Placement } from './self-test.js';

/** Somebody whose abilities are known, since we made them up. */
export interface SimulatedPerson {
  audience: Audience;
  abilities: Readonly<Record<Skill, number>>;
  /** The probability of "I do not know" rather than a guess when not knowing. */
  candour: number;
}

export interface SimulatedTest {
  person: SimulatedPerson;
  questions: readonly string[];
  placement: Placement;
}

/**
 * How well tests of a group went. `within` counts a neighbouring tier as good, too. Skills are counted one by one: six a person.
 */
export interface Quality {
  people: number;
  questions: number;
  overall: Agreement;
  skill: Agreement;
}
interface Agreement {
  /** Mean of estimate minus truth, logits. */
  bias: number;
  /** Root of the mean squared difference, logits. */
  rmse: number;
  /** Mean of what the test gave as its standard error, logits. */
  error: number;
  right: number;
  within: number;
  /** Mean probability that the test gave to the tier that it named: its own promise of `right`. */
  promised: number;
}

/**
 * Draws a person.
 * @param general the distribution of g: `flat` from -3 to 3, so that each level is there often, or `prior`, as the test assumes
 */
export function drawPerson(random: SeededRandom, general: 'flat' | 'prior'): SimulatedPerson {
  const g = general === 'flat' ? -3 + 6 * random.next() : prior.mean + prior.general * random.normal();
  return {
    audience: random.oneOf(audiences) ?? 'everyone',
    abilities: Object.fromEntries(skills.map((skill) => [skill, g + prior.specific * random.normal()])) as Record<
      Skill,
      number
    >,
    candour: random.next(),
  };
}

/** Lets a person take the test. */
export function simulateTest(bank: Bank, person: SimulatedPerson, seed: string): SimulatedTest {
  const random = new SeededRandom(`${seed}\0answers`);
  const answered: Answered[] = [];
  for (;;) {
    const item = nextItem(bank, person.audience, answered, seed);
    if (item === undefined) break;
    const parameters = parametersOf(item);
    answered.push({ ...parameters, id: item.id, outcome: drawOutcome(parameters, person, random) });
  }
  return { person, questions: answered.map(({ id }) => id), placement: place(answered) };
}

function drawOutcome(item: ItemParameters, person: SimulatedPerson, random: SeededRandom): Outcome {
  if (random.next() < knowing(item, person.abilities[item.skill])) return 'right';
  if (random.next() < person.candour) return 'unknown';
  return random.next() < item.guessing ? 'right' : 'wrong';
}

export function simulateTests(bank: Bank, people: number, general: 'flat' | 'prior', seed: string): SimulatedTest[] {
  const random = new SeededRandom(`${seed}\0people`);
  return Array.from({ length: people }, (_, number) =>
    simulateTest(bank, drawPerson(random, general), `${seed}\0${number}`),
  );
}

/** @returns the true ability overall: the average over the skills */
export function overallAbility({ abilities }: SimulatedPerson): number {
  return skills.reduce((sum, skill) => sum + abilities[skill], 0) / skills.length;
}

export function qualityOf(tests: readonly SimulatedTest[]): Quality {
  return {
    people: tests.length,
    questions: mean(tests.map((test) => test.questions.length)),
    overall: agreement(tests.map(({ person, placement }) => [overallAbility(person), placement.overall])),
    skill: agreement(
      tests.flatMap(({ person, placement }) =>
        skills.map((skill): [number, Level] => [person.abilities[skill], placement.skills[skill]]),
      ),
    ),
  };
}

function agreement(pairs: readonly (readonly [truth: number, level: Level])[]): Agreement {
  const distances = pairs.map(([truth, { tier }]) => Math.abs(tiers.indexOf(tier) - tiers.indexOf(tierAt(truth))));
  return {
    bias: mean(pairs.map(([truth, { ability }]) => ability - truth)),
    rmse: Math.sqrt(mean(pairs.map(([truth, { ability }]) => (ability - truth) ** 2))),
    error: mean(pairs.map(([, level]) => level.error)),
    right: mean(distances.map((distance) => Number(distance === 0))),
    within: mean(distances.map((distance) => Number(distance <= 1))),
    promised: mean(pairs.map(([, { tier, probabilities }]) => probabilities[tier])),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @returns the tests by the true tier of the person overall */
export function byTrueTier(tests: readonly SimulatedTest[]): Map<Tier, SimulatedTest[]> {
  return new Map(
    tiers.map((tier) => [tier, tests.filter(({ person }) => tierAt(overallAbility(person)) === tier)] as const),
  );
}
