import type { CheckVerdict, WrongAnswer } from '@kubedan/contracts';
import { bindLab, formatIssue, unknownNames, type BoundLab, type Lab } from '@kubedan/labs';
import { Recording } from './mutation/recording.js';
import type { Proof, ProofKind } from './proof.js';
import { Rehearsal, type Stage } from './rehearsal.js';

/** One proof still to be done; they do not depend on each other. */
export interface Task {
  lab: Lab;
  seed: string;
  /** What it proves above all; that of the solution proves the start on its way. */
  about: Exclude<ProofKind, 'start'>;
  run: () => Promise<Proof[]>;
}

/**
 * What has to be shown of a lab for one seed: its texts; its start, wrong answers to questions alone and its solution, one
 * after the other in one cluster; and each wrong answer that changes something in a cluster of its own.
 */
export function tasksOf(lab: Lab, seed: string, stage: Stage): Task[] {
  const bound = bindLab(lab, seed);
  const task = (about: Task['about'], run: () => Promise<Proof[]>): Task => ({ lab, seed, about, run });
  const prove = prover(bound, stage);
  return [
    task('texts', async () => [await prove('texts', async () => unknownNames(bound).map(formatIssue))]),
    task('solution', () => proveStartAndSolution(bound, stage, prove)),
    ...bound.document.spec.wrong
      .filter(({ run }) => run !== undefined)
      .map((wrong) =>
        task('wrong', async () => {
          const recording = new Recording(bound, wrong);
          const proof = await prove('wrong', () => proveWrong(recording, stage, wrong), wrong.name);
          if (proof.ok) stage.onRecording?.(recording);
          return [proof];
        }),
      ),
  ];
}

type Prove = (kind: ProofKind, show: () => Promise<readonly string[]>, answer?: string) => Promise<Proof>;

/** A proof is shown when it gives no reason against itself; an error is a reason. */
function prover(bound: BoundLab, stage: Stage): Prove {
  return async (kind, show, answer) => {
    const startedAt = performance.now();
    let reasons: readonly string[];
    try {
      reasons = await show();
    } catch (error) {
      stage.signal.throwIfAborted();
      reasons = [error instanceof Error ? error.message : String(error)];
    }
    return {
      lab: bound.lab.name,
      provider: stage.provider.name,
      seed: bound.seed,
      kind,
      ...(answer === undefined ? {} : { answer }),
      ok: reasons.length === 0,
      reasons,
      seconds: (performance.now() - startedAt) / 1000,
    };
  };
}

async function proveStartAndSolution(bound: BoundLab, stage: Stage, prove: Prove): Promise<Proof[]> {
  let rehearsal: Rehearsal | undefined;
  const recording = new Recording(bound);
  try {
    const start = await prove('start', async () => {
      rehearsal = await Rehearsal.open(stage, bound, recording);
      const verdicts = await rehearsal.settled();
      recording.markStart();
      return againstStart(bound, verdicts);
    });
    const answers: Proof[] = [];
    for (const wrong of bound.document.spec.wrong.filter(({ run }) => run === undefined)) {
      const proof = await prove('wrong', async () => againstAnswers(rehearsal, wrong), wrong.name);
      if (proof.ok) stage.onRecording?.(new Recording(bound, wrong));
      answers.push(proof);
    }
    const solution = await prove('solution', async () => {
      if (rehearsal === undefined) return ['the starting state could not be made'];
      const { solution: scripts } = bound.document.spec;
      for (const script of scripts) await rehearsal.run(script);
      answerRight(bound, rehearsal);
      const late = await rehearsal.untilDone();
      return late === undefined ? [] : late.filter(({ state }) => state !== 'pass').map(describe);
    });
    if (start.ok && solution.ok) stage.onRecording?.(recording);
    return [start, ...answers, solution];
  } finally {
    await rehearsal?.[Symbol.asyncDispose]();
  }
}

/** At the start no rule is broken and nothing else is true, not even for a moment of a `holds`. */
function againstStart(bound: BoundLab, verdicts: readonly CheckVerdict[]): string[] {
  const rules = new Set(
    bound.checks.filter(({ check }) => 'always' in check && check.always).map(({ check }) => check.id),
  );
  return verdicts.flatMap((verdict) => {
    if (verdict.state === 'error') return [describe(verdict)];
    if (rules.has(verdict.checkId))
      return verdict.state === 'pass' ? [] : [`the rule is broken before anybody did anything: ${describe(verdict)}`];
    const isTrue = verdict.state === 'pass' || verdict.holdsUntil !== undefined;
    return isTrue ? [`${verdict.checkId} is true at the start: the set-up breaks nothing for it`] : [];
  });
}

async function proveWrong(recording: Recording, stage: Stage, wrong: WrongAnswer): Promise<string[]> {
  await using rehearsal = await Rehearsal.open(stage, recording.bound, recording);
  if (wrong.run !== undefined) await rehearsal.run(wrong.run);
  for (const [checkId, options] of Object.entries(wrong.answers ?? {})) rehearsal.answer(checkId, options);
  return uncaught(wrong, await rehearsal.settled(wrong.fails));
}

/** Questions are judged at once and can be taken back: they need no cluster of their own. */
function againstAnswers(rehearsal: Rehearsal | undefined, wrong: WrongAnswer): string[] {
  if (rehearsal === undefined) return ['the starting state could not be made'];
  const answers = Object.entries(wrong.answers ?? {});
  const verdicts = answers.map(([checkId, options]) => rehearsal.answer(checkId, options));
  for (const [checkId] of answers) rehearsal.answer(checkId, []);
  return uncaught(wrong, verdicts);
}

function uncaught(wrong: WrongAnswer, verdicts: readonly CheckVerdict[]): string[] {
  return wrong.fails.flatMap((id) => {
    const verdict = verdicts.find(({ checkId }) => checkId === id);
    if (verdict?.state === 'fail') return [];
    return [`${id} does not catch it: it says ${verdict === undefined ? 'nothing' : describe(verdict)}`];
  });
}

function answerRight(bound: BoundLab, rehearsal: Rehearsal): void {
  for (const { check } of bound.checks) {
    if ('ask' in check)
      rehearsal.answer(
        check.id,
        check.ask.options.filter(({ correct }) => correct === true).map(({ id }) => id),
      );
  }
}

function describe({ checkId, state, message, mismatches: [first] }: CheckVerdict): string {
  const seen = first === undefined ? '' : ` (${first.field}: seen ${first.seen}, expected ${first.expected})`;
  return `${checkId} is ${state}${message === undefined ? '' : `: ${message.en}`}${seen}`;
}
