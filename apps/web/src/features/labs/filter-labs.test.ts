import type { LabSummary } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { filterLabs } from './filter-labs';

const lab = (name: string, more: Partial<LabSummary>): LabSummary => ({
  name,
  hash: 'h',
  tier: 'bronze',
  skills: ['heal'],
  title: { en: name, zh: name },
  minutes: 10,
  tasks: 1,
  points: 3,
  best: { state: 'none', points: 0 },
  ...more,
});
const labs = [
  lab('drain', { tier: 'gold', skills: ['heal', 'scale'], title: { en: 'Drain a node', zh: '排空节点' } }),
  lab('long-first', { minutes: 30 }),
  lab('first-pod', { minutes: 5, skills: ['containerize'], summary: { en: 'The lunch box', zh: '便当盒' } }),
];
const all = { tier: '', skill: '', words: '' };

describe('filterLabs', () => {
  it('puts lower tiers first, and shorter labs first within one', () => {
    expect(filterLabs(labs, all).map(({ name }) => name)).toEqual(['first-pod', 'long-first', 'drain']);
  });

  it('keeps a tier or a skill', () => {
    expect(filterLabs(labs, { ...all, tier: 'gold' }).map(({ name }) => name)).toEqual(['drain']);
    expect(filterLabs(labs, { ...all, skill: 'containerize' }).map(({ name }) => name)).toEqual(['first-pod']);
  });

  it('finds every word in either language, whatever the case', () => {
    expect(filterLabs(labs, { ...all, words: 'NODE drain' }).map(({ name }) => name)).toEqual(['drain']);
    expect(filterLabs(labs, { ...all, words: '便当' }).map(({ name }) => name)).toEqual(['first-pod']);
    expect(filterLabs(labs, { ...all, words: 'drain lunch' })).toEqual([]);
  });
});
