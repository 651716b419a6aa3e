import { expect, it } from 'vitest';
import { proofLimit, proveLab } from '../support/prove-lab.js';

it(
  'proves a lab whose checks ask over HTTP, run commands and read what the learner asked for',
  { timeout: proofLimit },
  async () => {
    const { proofs, mutation } = await proveLab('test/labs/silver/asked-shop', 3);
    expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
    expect(proofs.map(({ kind }) => kind).sort()).toEqual([
      'solution',
      'start',
      'texts',
      'wrong',
      'wrong',
      'wrong',
      'wrong',
    ]);
    // What was asked and answered is judged anew with a mistake in the check, as what was watched is.
    const { survivors, mutants, noticed } = mutation;
    expect({ share: noticed / mutants > 0.6, mutants: mutants > 30 }, JSON.stringify(survivors)).toEqual({
      share: true,
      mutants: true,
    });
  },
);
