import { type Audience, type Skill, skills } from '@kubedan/contracts';
import type { Bank } from './bank.js';
import type { BankItem } from './bank-item.js';
import { type Beliefs, believe, type Level } from './beliefs.js';
import type { ItemResponse } from './response-model.js';
import { SeededRandom } from './seeded-random.js';
import { selectItem } from './select-item.js';

/** Questions that a test asks at most. */
export const mostQuestions = 15;
/** Before each skill was asked twice, a tier per skill would be little more than the general level. */
export const fewestQuestions = 2 * skills.length;
/** The standard error of the overall ability, in logits, that is small enough to stop. */
export const enoughError = 0.55;

/** An answered question: what the estimate needs of it, and which it was. */
export interface Answered extends ItemResponse {
  id: string;
}

/** A person's level overall, the average over the skills, and in each skill. */
export interface Placement {
  overall: Level;
  skills: Readonly<Record<Skill, Level>>;
}

/** @returns the questions that can be asked of an audience */
export function itemsFor(bank: Bank, audience: Audience): BankItem[] {
  return bank.items.filter((item) => audience === 'coders' || item.audience === 'everyone');
}

/**
 * @param answered in the order in which it was asked
 * @param seed of this test; the same seed and answers lead to the same question
 * @returns the next question; undefined when the test is over: 15 are asked, or the error is small enough, or none is left
 */
export function nextItem(
  bank: Bank,
  audience: Audience,
  answered: readonly Answered[],
  seed: string,
): BankItem | undefined {
  if (answered.length >= mostQuestions) return undefined;
  const beliefs = believe(answered);
  if (isEnough(answered, beliefs)) return undefined;
  const asked = new Set(answered.map(({ id }) => id));
  return selectItem(
    itemsFor(bank, audience).filter(({ id }) => !asked.has(id)),
    answered.map(({ skill }) => skill),
    beliefs,
    new SeededRandom(`${seed}\0${answered.length}`),
  );
}

/** @returns the order in which a test shows a question's options: places in the bank, from 0 */
export function optionOrder(item: Pick<BankItem, 'id' | 'options'>, seed: string): number[] {
  return new SeededRandom(`${seed}\0${item.id}`).shuffled([...item.options.keys()]);
}

/** @returns what the answers say of the person */
export function place(answered: readonly ItemResponse[]): Placement {
  const { overall, skills } = believe(answered);
  return { overall, skills };
}

function isEnough(answered: readonly Answered[], { overall }: Beliefs): boolean {
  return answered.length >= fewestQuestions && overall.error <= enoughError;
}
