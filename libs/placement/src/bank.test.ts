import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { skills, tiers } from '@kubedan/contracts';
import { formatIssue } from '@kubedan/labs';
import { afterEach, describe, expect, it } from 'vitest';
import { BankInvalidError, loadBank, ownBank } from './bank.js';

const made: string[] = [];
afterEach(async () => {
  for (const dir of made.splice(0)) await rm(dir, { recursive: true });
});

const question = `- id: a-b
  tier: bronze
  skill: heal
  audience: everyone
  difficulty: -1.5
  discrimination: 1
  question: {en: Which?, zh: 哪个？}
  options:
    - {text: {en: One, zh: 一}, correct: true}
    - {text: {en: Two, zh: 二}}
    - {text: {en: Three, zh: 三}}
  explanation: {en: One., zh: 一。}
`;

/** A copy of our bank whose bronze.yaml is `question` after a change. */
async function bankWith(change: (yaml: string) => string): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'kubedan-bank-'));
  made.push(dir);
  await cp(ownBank, dir, { recursive: true });
  await writeFile(path.join(dir, 'bronze.yaml'), change(question));
  return dir;
}

describe('loadBank', () => {
  it('reads our own bank', async () => {
    const bank = await loadBank();
    expect(bank.find('image-and-container')).toMatchObject({ tier: 'bronze', skill: 'containerize' });
    expect(bank.find('nothing-of-the-kind')).toBeUndefined();
  });

  it('has our own bank hold enough questions of every tier and skill, and for both kinds of people', async () => {
    const { items } = await loadBank();
    for (const tier of tiers)
      for (const skill of skills)
        expect(
          items.filter((item) => item.tier === tier && item.skill === skill).length,
          `${tier} ${skill}`,
        ).toBeGreaterThanOrEqual(4);
    for (const audience of ['everyone', 'coders'])
      expect(items.filter((item) => item.audience === audience).length).toBeGreaterThanOrEqual(40);
  });

  it.each(['en', 'zh'] as const)(
    'lets nobody pass our own bank by choosing the longest option (%s)',
    async (language) => {
      const { items } = await loadBank();
      const longest = items.filter(({ options }) => {
        const [most, second] = options.toSorted((a, b) => b.text[language].length - a.text[language].length);
        return most!.correct && most!.text[language].length > second!.text[language].length;
      });
      // As often as by chance, or less.
      const chance = items.reduce((sum, { options }) => sum + 1 / options.length, 0);
      expect(longest.length).toBeLessThanOrEqual(chance);
    },
  );

  it.each<[string, (yaml: string) => string, string]>([
    ['an unknown field', (y) => y.replace('audience:', 'audeince:'), 'bronze.yaml:4:3: [0].audeince: unknown field'],
    [
      'a question of another tier',
      (y) => y.replace('tier: bronze', 'tier: silver').replace('-1.5', '-0.9'),
      'bronze.yaml:2:9: [0].tier: bronze.yaml holds bronze questions only',
    ],
    [
      'a difficulty out of the band',
      (y) => y.replace('-1.5', '0.9'),
      'bronze.yaml:5:15: [0].difficulty: a bronze question has a difficulty from -2.8 to -0.7, not 0.9',
    ],
    [
      'two right options',
      (y) => y.replace('zh: 二}', 'zh: 二}, correct: true'),
      'bronze.yaml:9:5: [0].options: exactly one option is correct, not 2',
    ],
    [
      'no right option',
      (y) => y.replace(', correct: true', ''),
      'bronze.yaml:9:5: [0].options: exactly one option is correct, not 0',
    ],
    [
      'two options alike',
      (y) => y.replace('zh: 三', 'zh: 二'),
      'bronze.yaml:9:5: [0].options: two options read the same (zh)',
    ],
    ['too few options', (y) => y.replace(/.*Three.*\n/, ''), 'bronze.yaml:9:5: [0].options: '],
    [
      'a language left out',
      (y) => y.replace('{en: Which?, zh: 哪个？}', '{en: Which?}'),
      'bronze.yaml:7:13: [0].question.zh: ',
    ],
    ['an id twice', (y) => y + y, 'bronze.yaml:13:7: [1].id: bronze.yaml:1 has the id a-b already'],
    [
      'an id of another tier',
      (y) => y.replace('a-b', 'deleted-in-a-later-layer'),
      'gold.yaml:1:7: [0].id: bronze.yaml:1 has the id deleted-in-a-later-layer already',
    ],
    ['broken YAML', (y) => y.replace('{en: Which?', '{en: Which?}'), 'bronze.yaml:7:'],
    ['no questions', () => '[]', 'bronze.yaml:1:1: '],
    ['something else', () => 'a: 1', 'bronze.yaml:1:1: '],
  ])('says where there is %s', async (_, change, expected) => {
    const error: unknown = await loadBank(await bankWith(change)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BankInvalidError);
    expect((error as BankInvalidError).issues.map(formatIssue)).toContainEqual(expect.stringContaining(expected));
  });

  it('misses a tier without a file', async () => {
    const dir = await bankWith((yaml) => yaml);
    await rm(path.join(dir, 'gold.yaml'));
    await expect(loadBank(dir)).rejects.toThrow('gold.yaml: this file is missing: each tier has questions');
  });
});
