import type { CheckVerdict } from '@kubedan/contracts';

/** Check id → its last verdict. */
export type KnownVerdicts = Readonly<Record<string, CheckVerdict>>;

/** @returns what is known with the verdict; undefined when it says what is known already */
export function withVerdict(known: KnownVerdicts, verdict: CheckVerdict): KnownVerdicts | undefined {
  const before = known[verdict.checkId];
  if (before !== undefined && sameButTime(before, verdict)) return undefined;
  return { ...known, [verdict.checkId]: verdict };
}

/** Points of the checks that pass. */
export function pointsOf(known: KnownVerdicts): number {
  return Object.values(known).reduce((sum, { state, points }) => (state === 'pass' ? sum + points : sum), 0);
}

function sameButTime(a: CheckVerdict, b: CheckVerdict): boolean {
  return JSON.stringify(ordered({ ...a, at: '' })) === JSON.stringify(ordered({ ...b, at: '' }));
}

/** jsonb gives fields back in an order of its own. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, ordered(field)]),
  );
}
