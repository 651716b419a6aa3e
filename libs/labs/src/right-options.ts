import type { AskOption, TaskSpec, VariableSpec } from '@kubedan/contracts';
import type { VariableValues } from './variables.js';

type Correct = AskOption['correct'];
type Variables = Readonly<Record<string, VariableSpec>>;

/** So many combinations of values are looked at to see that a question always has an answer. */
const mostCombinations = 1000;

/** @returns whether an option is right with these values: always, never, or when each variable that it names has one of its values */
export function isRight(correct: Correct, values: VariableValues): boolean {
  if (typeof correct === 'boolean') return correct;
  return Object.entries(correct).every(([name, wanted]) =>
    [wanted].flat().some((value) => String(value) === String(values[name])),
  );
}

/** @returns the same tasks; of each option it is settled whether it is right with these values */
export function settleAnswers(tasks: readonly TaskSpec[], values: VariableValues): TaskSpec[] {
  return tasks.map((task) => ({
    ...task,
    checks: task.checks.map((check) => {
      if (!('ask' in check)) return check;
      const options = check.ask.options.map((option) => ({ ...option, correct: isRight(option.correct, values) }));
      return { ...check, ask: { ...check.ask, options } };
    }),
  }));
}

/** @returns the names of the variables on which it depends whether an option is right */
export function variablesOf(correct: Correct): string[] {
  return typeof correct === 'boolean' ? [] : Object.keys(correct);
}

/** Calls back for each variable, or value of one, that an option names and that no seed draws. */
export function complainOfUnknown(
  correct: Correct,
  variables: Variables,
  complain: (place: (string | number)[], message: string, allowed?: readonly string[]) => void,
): void {
  if (typeof correct === 'boolean') return;
  if (Object.keys(correct).length === 0) complain([], 'name a variable and the values that make this option right');
  for (const [name, wanted] of Object.entries(correct)) {
    const spec = variables[name];
    if (spec === undefined) {
      complain([name], `the variable ${name} is not declared`, Object.keys(variables));
      continue;
    }
    for (const value of [wanted].flat()) {
      if (!isDrawn(spec, value)) complain([name], `${name} is never ${value}`, describeValues(spec));
    }
  }
}

/**
 * Tries every combination of the variables on which the answer depends.
 * @returns why a question cannot be asked with some seed; undefined when each seed has right options, and one where one is to be chosen
 */
export function problemWithOptions(
  options: readonly AskOption[],
  choose: 'one' | 'several',
  variables: Variables,
): string | undefined {
  const names = [...new Set(options.flatMap(({ correct }) => variablesOf(correct)))];
  let combinations: VariableValues[] = [{}];
  for (const name of names) {
    const spec = variables[name];
    if (spec === undefined) return undefined;
    const values = valuesOf(spec);
    if (combinations.length * values.length > mostCombinations)
      return `the right options depend on more than ${mostCombinations} combinations of values; name fewer variables`;
    combinations = combinations.flatMap((known) => values.map((value) => ({ ...known, [name]: value })));
  }
  for (const values of combinations) {
    const right = options.filter(({ correct }) => isRight(correct, values)).length;
    const when = names.length === 0 ? '' : ` when ${names.map((name) => `${name} is ${values[name]}`).join(' and ')}`;
    if (right === 0) return `no option is correct${when}`;
    if (choose === 'one' && right > 1)
      return `choose: one has one correct option${when}; write choose: several for more`;
  }
  return undefined;
}

function isDrawn(spec: VariableSpec, value: string | number): boolean {
  if ('oneOf' in spec) return spec.oneOf.some((one) => String(one) === String(value));
  const number = Number(value);
  return Number.isInteger(number) && number >= spec.int[0] && number <= spec.int[1];
}

/** A range without end is cut: its combinations are too many already. */
function valuesOf(spec: VariableSpec): (string | number)[] {
  if ('oneOf' in spec) return spec.oneOf;
  const [low, high] = spec.int;
  return Array.from({ length: Math.max(0, Math.min(high - low, mostCombinations) + 1) }, (_, index) => low + index);
}

function describeValues(spec: VariableSpec): string[] {
  return 'oneOf' in spec ? spec.oneOf.map(String) : [`${spec.int[0]} to ${spec.int[1]}`];
}
