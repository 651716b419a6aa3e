import { describe, expect, it } from 'vitest';
import type { MutationReport } from '../mutation/mutation-report.js';
import type { Proof } from '../proof.js';
import { htmlReport } from './html.js';
import { markdownReport } from './markdown.js';
import type { ProvingReport } from './proving-report.js';
import { scoreOf, summarize } from './summary.js';

function proof(lab: string, seed: string, kind: Proof['kind'], seconds: number, more: Partial<Proof> = {}): Proof {
  return { lab, provider: 'embedded', seed, kind, ok: true, reasons: [], seconds, ...more };
}

const proofs = [
  proof('pods', 'seed-1', 'start', 2),
  proof('pods', 'seed-1', 'solution', 3),
  proof('pods', 'seed-2', 'start', 2.5),
  proof('pods', 'seed-2', 'solution', 4.5),
  proof('charts', 'seed-1', 'wrong', 1, {
    answer: 'by-hand',
    ok: false,
    reasons: ['a check <b>does</b> not | catch it'],
  }),
];
const mutation: MutationReport[] = [
  { lab: 'pods', mutants: 200, noticed: 199, survivors: [{ checkId: 'ready', change: "`a` < 2 → 'b' || c" }] },
];
const report: ProvingReport = {
  provider: 'embedded',
  startedAt: new Date('2030-01-02T03:04:05Z'),
  wallSeconds: 7.4,
  proofs,
  mutation,
  summary: summarize(proofs, mutation, { slowest: 2 }),
};

describe('summarize', () => {
  it('adds up per lab and over all', () => {
    const { labs, total, slowest } = report.summary;
    expect(labs).toEqual([
      {
        lab: 'pods',
        seeds: 2,
        proofs: 4,
        failed: 0,
        seconds: 12,
        secondsPerSeed: 6,
        mutation: { mutants: 200, noticed: 199, percent: 99 },
      },
      { lab: 'charts', seeds: 1, proofs: 1, failed: 1, seconds: 1, secondsPerSeed: 1 },
    ]);
    expect(total).toMatchObject({ seeds: 2, proofs: 5, failed: 1, seconds: 13, mutation: { percent: 99 } });
    expect(slowest.map(({ seconds }) => seconds)).toEqual([4.5, 3]);
  });

  it('says 100 % only when all are noticed', () => {
    expect(scoreOf([{ lab: 'a', mutants: 1000, noticed: 999, survivors: [] }]).percent).toBe(99);
    expect(scoreOf([{ lab: 'a', mutants: 3, noticed: 3, survivors: [] }]).percent).toBe(100);
    expect(scoreOf([]).percent).toBe(100);
  });
});

describe('markdownReport', () => {
  it('has a table of labs, what does not hold and why, and what was slow', () => {
    const text = markdownReport(report);
    expect(text).toContain(
      '1 of 5 proofs do not hold, of 2 labs in 7 s. On embedded clusters, 2030-01-02T03:04:05.000Z.',
    );
    expect(text).toContain('| pods | 2 | 4 | 6.0 | 199 of 200 (99 %) |');
    expect(text).toContain('| charts | 1 | 1, 1 of them do not hold | 1.0 | – |');
    expect(text).toContain(
      '- **charts**, seed-1, wrong answer by-hand\n  - a check &lt;b>does&lt;/b> not \\| catch it',
    );
    expect(text).toContain("| pods | ready | `` `a` < 2 → 'b' \\|\\| c `` |");
    expect(text).toContain('| pods | seed-2 | solution | 4.5 |');
  });
});

describe('htmlReport', () => {
  const html = htmlReport(report);

  it('says the same', () => {
    for (const part of ['199 of 200 (99 %)', '1, 1 of them do not hold', 'wrong answer by-hand', 'slowest'])
      expect(html).toContain(part);
  });

  it('needs nothing from anywhere, and takes texts for texts', () => {
    expect(html).not.toMatch(/<script|<link|<img|src=|href=|url\(|@import|https?:/);
    expect(html).toContain('a check &lt;b&gt;does&lt;/b&gt; not | catch it');
    expect(html).not.toContain('<b>does</b>');
  });
});
