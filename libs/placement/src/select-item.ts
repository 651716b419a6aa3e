import { type Skill, skills } from '@kubedan/contracts';
import type { BankItem } from './bank-item.js';
import { type Beliefs, knowingCurve } from './beliefs.js';
import { information, type ItemParameters } from './response-model.js';
import type { SeededRandom } from './seeded-random.js';

/** Among how many of the best questions one is drawn. */
const drawnAmong = 4;

/** @returns the question as the response model sees it */
export function parametersOf({ skill, difficulty, discrimination, options }: BankItem): ItemParameters {
  return { skill, difficulty, discrimination, guessing: 1 / options.length };
}

/**
 * Chooses the next question. The skill first, so that the test speaks of all six: of those asked least, the one known least. Then
 * one of its four most informative questions is drawn ("randomesque": G. G. Kingsbury & A. R. Zara, "Procedures for selecting
 * items for computerized adaptive tests", Applied Measurement in Education 2, 1989), so that no two people see the same test and
 * no question is known to all. Informative means Fisher information averaged over what is believed of the ability (W. J. van der
 * Linden, "Bayesian item selection criteria for adaptive testing", Psychometrika 63, 1998): at the start, where the ability could
 * be anything, it does not stake all on one point.
 * @param candidates what may be asked: not asked yet, and fit for this person
 * @param asked the skill of each question asked so far
 * @returns undefined when there is no candidate
 */
export function selectItem(
  candidates: readonly BankItem[],
  asked: readonly Skill[],
  beliefs: Beliefs,
  random: SeededRandom,
): BankItem | undefined {
  const skill = selectSkill(candidates, asked, beliefs, random);
  if (skill === undefined) return undefined;
  const best = candidates
    .filter((item) => item.skill === skill)
    .map((item) => ({ item, information: expectedInformation(parametersOf(item), beliefs) }))
    .sort((a, b) => b.information - a.information || a.item.id.localeCompare(b.item.id, 'en'))
    .slice(0, drawnAmong);
  return random.oneOf(best)?.item;
}

function selectSkill(
  candidates: readonly BankItem[],
  asked: readonly Skill[],
  beliefs: Beliefs,
  random: SeededRandom,
): Skill | undefined {
  const possible = skills
    .filter((skill) => candidates.some((item) => item.skill === skill))
    .map((skill) => ({
      skill,
      asked: asked.filter((other) => other === skill).length,
      error: beliefs.skills[skill].error,
    }));
  const fewest = Math.min(...possible.map((one) => one.asked));
  const least = possible.filter((one) => one.asked === fewest);
  const widest = Math.max(...least.map((one) => one.error));
  // Skills of which nothing was asked yet are known equally little, but for rounding.
  return random.oneOf(least.filter((one) => widest - one.error < 1e-6))?.skill;
}

function expectedInformation(item: ItemParameters, { densities, candour }: Beliefs): number {
  const luck = item.guessing * (1 - candour);
  const known = knowingCurve(item);
  const density = densities[item.skill];
  let sum = 0;
  for (let index = 0; index < density.length; index += 1) {
    sum += density[index]! * information(item.discrimination, known[index]!, luck);
  }
  return sum;
}
