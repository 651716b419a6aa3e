import {
  applyTiming,
  Judge,
  subjectOf,
  type CheckMemory,
  type JudgedCheck,
  type Judgement,
  type Look,
  type Timed,
} from '@kubedan/grading';

export interface Replay {
  /** What the check said last; undefined when nothing was looked at. */
  last: Timed | undefined;
  /** It passed, be it for a moment. */
  everPassed: boolean;
}

/** Judges recorded looks anew, as the grader would have with this check. */
export function replay(check: JudgedCheck, looks: readonly Look[]): Replay {
  const judge = new Judge(check, subjectOf(check));
  let memory: CheckMemory = {};
  let last: Timed | undefined;
  let everPassed = false;
  let before: { seen: unknown; judgement: Judgement } | undefined;
  for (const { at, observation, judgement: known } of looks) {
    // Objects from a watch never change: the same one is judged once, unless time itself is judged.
    const isKnown = before !== undefined && before.seen === observation?.seen && !judge.dependsOnTime;
    const judgement: Judgement =
      observation === undefined
        ? known
        : isKnown && before
          ? before.judgement
          : { state: judge.stateOf(observation), mismatches: [] };
    if (observation !== undefined) before = { seen: observation.seen, judgement };
    last = applyTiming(check, judgement, memory, at);
    memory = last.memory;
    everPassed ||= last.state === 'pass';
  }
  return { last, everPassed };
}
