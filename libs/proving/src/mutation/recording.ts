import type { WrongAnswer } from '@kubedan/contracts';
import type { Look } from '@kubedan/grading';
import type { BoundLab } from '@kubedan/labs';

/** What a grader looked at while a solution or a wrong answer was played, by check, in order. */
export class Recording {
  readonly #looks = new Map<string, Look[]>();
  readonly #atStart = new Map<string, number>();

  /** @param wrong absent for the solution, whose recording begins with the start */
  constructor(
    readonly bound: BoundLab,
    readonly wrong?: WrongAnswer,
  ) {}

  add(look: Look): void {
    const looks = this.#looks.get(look.checkId);
    if (looks) looks.push(look);
    else this.#looks.set(look.checkId, [look]);
  }

  /** What was looked at so far was the starting state. */
  markStart(): void {
    for (const [id, looks] of this.#looks) this.#atStart.set(id, looks.length);
  }

  looksOf(checkId: string): readonly Look[] {
    return this.#looks.get(checkId) ?? [];
  }

  /** How many of the looks were at the starting state. */
  startOf(checkId: string): number {
    return this.#atStart.get(checkId) ?? 0;
  }
}
