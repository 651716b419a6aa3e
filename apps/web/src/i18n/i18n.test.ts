import { problemCodes, sessionStates, skills, tiers, verdictStates } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import en from './en.json';
import zh from './zh.json';

const variablesOf = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).sort();

describe('the two languages', () => {
  it('have the same keys', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it('leave no sentence empty', () => {
    const all = [...Object.entries(en), ...Object.entries(zh)];
    expect(all.filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('fill the same values in', () => {
    const chinese: Record<string, string> = zh;
    const uneven = Object.entries(en).filter(
      ([key, text]) => variablesOf(text).join() !== variablesOf(chinese[key]!).join(),
    );
    expect(uneven).toEqual([]);
  });

  it('have a word for every code, state, tier and skill of the contracts', () => {
    const keys = [
      ...problemCodes.map((code) => `problem.${code}`),
      ...sessionStates.map((state) => `session.state.${state}`),
      ...verdictStates.map((state) => `check.${state}`),
      ...tiers.flatMap((tier) => [`tier.${tier}`, `tier.${tier}.text`]),
      ...skills.map((skill) => `skill.${skill}`),
    ];
    expect(keys.filter((key) => !(key in en))).toEqual([]);
  });
});
