import { expect, it } from 'vitest';
import { proofLimit, proveLab } from '../support/prove-lab.js';

it(
  'proves a lab whose checks measure latency, errors, versions and money while requests come',
  { timeout: proofLimit },
  async () => {
    const { proofs, mutation } = await proveLab('test/labs/gold/slow-counter', 4);
    expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
    expect(proofs.map(({ kind }) => kind).sort()).toEqual(['solution', 'start', 'texts', 'wrong', 'wrong', 'wrong']);
    // What was measured is judged anew with a mistake in the check, as what was watched is. A bound that is moved a little is often
    // not noticed: what is measured differs from it by more.
    const { survivors, mutants, noticed } = mutation;
    expect({ share: noticed / mutants > 0.4, mutants: mutants > 15 }, JSON.stringify(survivors)).toEqual({
      share: true,
      mutants: true,
    });
  },
);
