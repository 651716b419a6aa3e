import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindLab } from './bind.js';
import { loadCatalogue } from './load.js';

const { labs, invalid } = await loadCatalogue(path.resolve(import.meta.dirname, '../../../labs'));
const seeds = Array.from({ length: 20 }, (_, index) => `seed-${index + 1}`);

describe('the labs that come with Kubedan', () => {
  it('are valid', () => {
    expect(invalid.map(({ error }) => error.message)).toEqual([]);
    expect(labs.length).toBeGreaterThan(0);
  });

  it.each(labs.map((lab) => [lab.name, lab] as const))(
    '%s has hints, a solution, three wrong answers and a debrief',
    (_, lab) => {
      const { tasks, solution, wrong } = lab.spec.spec;
      expect(tasks.filter(({ hints }) => hints.length === 0).map(({ id }) => id)).toEqual([]);
      expect(solution.length).toBeGreaterThan(0);
      expect(wrong.length).toBeGreaterThanOrEqual(3);
      expect(lab.debrief).toBeDefined();
    },
  );

  it.each(labs.map((lab) => [lab.name, lab] as const))('%s differs from seed to seed', (_, lab) => {
    expect(new Set(seeds.map((seed) => JSON.stringify(bindLab(lab, seed).variables))).size).toBeGreaterThan(5);
  });
});
