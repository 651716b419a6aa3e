import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBank } from './bank.js';
import type { Quality } from './simulation.js';
import { documentedSimulation, formatReport, type SimulationReport } from './simulation-report.js';

const docs = path.resolve(import.meta.dirname, '../../../docs/placement.md');

describe('the self-test with our bank, taken by simulated people', () => {
  let report: SimulationReport;
  beforeAll(async () => {
    report = documentedSimulation(await loadBank());
  }, 300_000);
  const group = (name: string): Quality => {
    const found = report.flat.find((one) => one.group === name);
    if (found === undefined) throw new Error(`no group ${name}`);
    return found.quality;
  };

  it('finds the tier, or the one next to it', () => {
    const { overall, skill } = group('all');
    expect(overall.right).toBeGreaterThan(0.7);
    expect(overall.within).toBeGreaterThan(0.99);
    expect(skill.right).toBeGreaterThan(0.62);
    expect(skill.within).toBeGreaterThan(0.98);
  });

  it('serves every tier', () => {
    for (const tier of ['bronze', 'silver', 'gold', 'diamond']) {
      expect(group(`truly ${tier}`).overall.right, tier).toBeGreaterThan(0.62);
      expect(group(`truly ${tier}`).overall.within, tier).toBeGreaterThan(0.98);
    }
  });

  it('is not biased, for whoever takes it and however they answer', () => {
    expect(Math.abs(group('all').overall.bias)).toBeLessThan(0.06);
    for (const name of ['do not code', 'code', 'mostly guess', 'mostly admit']) {
      expect(Math.abs(group(name).overall.bias), name).toBeLessThan(0.12);
      expect(group(name).overall.rmse, name).toBeLessThan(0.72);
    }
  });

  it('is as sure as it says', () => {
    for (const agreement of [report.asExpected.overall, report.asExpected.skill]) {
      expect(Math.abs(agreement.promised - agreement.right)).toBeLessThan(0.03);
      expect(Math.abs(agreement.error / agreement.rmse - 1)).toBeLessThan(0.06);
    }
  });

  it('gives no question away to everybody', () => {
    expect(report.highestExposure).toBeLessThan(0.45);
  });

  it('is what docs/placement.md says; after a change of it: npm run self-test', async () => {
    expect(await readFile(docs, 'utf8')).toContain(formatReport(report));
  });
});
