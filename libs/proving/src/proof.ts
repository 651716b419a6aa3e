/** What is shown of a lab, for one provider and seed. */
export type ProofKind = 'texts' | 'start' | 'solution' | 'wrong';

export interface Proof {
  lab: string;
  provider: string;
  seed: string;
  kind: ProofKind;
  /** The wrong answer's name. */
  answer?: string;
  ok: boolean;
  /** Why it is not shown: one line a reason. */
  reasons: readonly string[];
  seconds: number;
}
