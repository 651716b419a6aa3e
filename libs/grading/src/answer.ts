import type { CheckSpec } from '@kubedan/contracts';
import { AnswerInvalidError } from './errors.js';
import type { Judgement } from './judge.js';
import { messages } from './messages.js';

export type AskCheck = Extract<CheckSpec, { ask: unknown }>;

/** @throws AnswerInvalidError for an option that there is not, one twice, or several where one is asked for */
export function checkAnswer({ id, ask }: AskCheck, options: readonly string[]): void {
  const known = ask.options.map((option) => option.id);
  const unknown = options.find((option) => !known.includes(option));
  if (unknown !== undefined)
    throw new AnswerInvalidError(`${id} has no option ${unknown}; it has ${known.join(', ')}.`);
  if (new Set(options).size !== options.length) throw new AnswerInvalidError('Name each option once.');
  if (ask.choose === 'one' && options.length > 1) throw new AnswerInvalidError(`${id} takes one option.`);
}

/** Says right or wrong, never which option. @returns undefined while there is no answer */
export function judgeAnswer(check: AskCheck, options: readonly string[] | undefined): Judgement | undefined {
  if (options === undefined || options.length === 0) return undefined;
  const correct = check.ask.options.filter((option) => option.correct === true).map((option) => option.id);
  const right = correct.length === options.length && correct.every((id) => options.includes(id));
  if (right) return { state: 'pass', mismatches: [] };
  return { state: 'fail', message: check.otherwise ?? messages.wrongAnswer, mismatches: [] };
}
