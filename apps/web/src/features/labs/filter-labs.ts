import { type LabSummary, tiers } from '@kubedan/contracts';

export interface LabFilter {
  /** Empty: all. */
  tier: string;
  skill: string;
  /** Each word must be in the name, a title or a summary, in either language. */
  words: string;
}

/** @returns the labs that fit, by tier, then the shorter first */
export function filterLabs(labs: readonly LabSummary[], { tier, skill, words }: LabFilter): LabSummary[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return labs
    .filter((lab) => {
      if (tier !== '' && lab.tier !== tier) return false;
      if (skill !== '' && !lab.skills.some((own) => own === skill)) return false;
      const text = [lab.name, lab.title.en, lab.title.zh, lab.summary?.en, lab.summary?.zh].join(' ').toLowerCase();
      return wanted.every((word) => text.includes(word));
    })
    .sort(
      (a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier) || a.minutes - b.minutes || a.name.localeCompare(b.name),
    );
}
