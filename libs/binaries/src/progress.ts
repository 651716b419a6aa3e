import type { ProgramName } from './programs.js';

/** How far a program is on its way. `done` and `total` count in `unit`. */
export interface ProgramProgress {
  program: ProgramName;
  phase: 'looking' | 'downloading' | 'building' | 'ready' | 'failed';
  done?: number;
  total?: number;
  unit?: 'bytes' | 'packages';
  /** Estimate from the pace so far, in seconds. */
  secondsLeft?: number;
  /** One sentence for people. */
  message?: string;
}

/**
 * Estimates what is left from the pace since the start.
 * @param clock milliseconds; @returns a function of what is done and the total, that answers in whole seconds, or undefined
 *   while it is too early to tell
 */
export function paceFrom(first: number, clock: () => number): (done: number, total: number) => number | undefined {
  const startedAt = clock();
  return (done, total) => {
    const elapsed = clock() - startedAt;
    if (done <= first || elapsed < 500 || total < done) return undefined;
    return Math.ceil(((total - done) * elapsed) / (done - first) / 1000);
  };
}
