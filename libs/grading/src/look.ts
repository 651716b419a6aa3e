import type { Judgement, Observation } from './judge.js';

/** One look that the grader took at what a check looks at. */
export interface Look {
  checkId: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Absent where there was nothing that an expression could judge, as with a file that does not parse. */
  observation?: Observation;
  /** What it said, before time is taken into account. */
  judgement: Judgement;
}
