import { skills, tiers } from '@kubedan/contracts';
import { Bank } from './bank.js';
import type { BankItem } from './bank-item.js';
import { SeededRandom } from './seeded-random.js';

const bands = { bronze: [-2.5, -1], silver: [-1, 0.3], gold: [0.3, 1.6], diamond: [1.6, 3] } as const;
const both = (text: string) => ({ en: text, zh: text });

/** @returns a bank of four questions for each tier and skill, the first three for everyone */
export function drawnBank(): Bank {
  const random = new SeededRandom('a drawn bank');
  return new Bank(
    tiers.flatMap((tier) =>
      skills.flatMap((skill) =>
        [1, 2, 3, 4].map((number): BankItem => {
          const [from, to] = bands[tier];
          return {
            id: `${tier}-${skill}-${number}`,
            tier,
            skill,
            audience: number === 4 ? 'coders' : 'everyone',
            difficulty: from + (to - from) * random.next(),
            discrimination: 0.9 + 0.6 * random.next(),
            question: both('?'),
            options: ['a', 'b', 'c', 'd'].map((text) => ({ text: both(text), correct: text === 'a' })),
            explanation: both('!'),
          };
        }),
      ),
    ),
  );
}
