import {
  isMeasured,
  kindOfCheck,
  languages,
  windowOf,
  type CheckSpec,
  type LocalizedText,
  type Mismatch,
} from '@kubedan/contracts';
import {
  compileExpression,
  ExpressionFailedError,
  ExpressionInvalidError,
  ExpressionTooCostlyError,
  FieldMissingError,
  fillTemplate,
  measuredRoots,
  templatesIn,
  toCelValue,
  toMeasuredValue,
  type Expression,
  type ExpressionScope,
} from '@kubedan/labs';
import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from '@kubedan/labs';
import { explain } from './explain.js';
import { show } from './format.js';
import { messages } from './messages.js';
import type { ExecRun } from './sources/exec-inquiry.js';
import type { HttpResponse } from './sources/http-inquiry.js';
import { leastOf, type Measurement } from './sources/measurements.js';
import { isSecret, rootOf, subjectOf } from './subject.js';

/** What one look at the data says, before time is taken into account. */
export interface Judgement {
  /** `pending`: there is too little to say anything yet. */
  state: 'pass' | 'fail' | 'error' | 'pending';
  message?: LocalizedText;
  mismatches: Mismatch[];
}

/** What is seen: JSON data, or that it cannot be read for a reason that is the learner's to mend. */
export interface Observation {
  /** An object, release, file or null; a list for `objects`, `http` and `audit`; a run for `exec`; a Measurement where one measures. */
  seen: unknown;
  /** The same at hand-over. */
  given: unknown;
  now: Date;
  session: { seed: string; startedAt: string };
}

/** A check of the kinds with an expression. */
export type JudgedCheck = Exclude<CheckSpec, { ask: unknown }>;

const hidden = '•••';
/** Converting an object costs more than evaluating; objects from a watch never change. */
const converted = new WeakMap<object, unknown>();

/** Judges one check of the kinds with an expression. Never throws. */
export class Judge {
  readonly #scope: ExpressionScope;
  readonly #expression: Expression | undefined;
  readonly #mistake: string | undefined;
  readonly #templates = new Map<string, Expression>();

  /** @param check bound to the seed, not an `ask` */
  constructor(
    readonly check: JudgedCheck,
    private readonly subject: string = subjectOf(check),
  ) {
    this.#scope = kindOfCheck(check);
    try {
      this.#expression = compileExpression(check.expect, this.#scope);
      for (const language of languages) {
        for (const text of templatesIn(check.otherwise?.[language] ?? '')) {
          this.#templates.set(text, compileExpression(text, this.#scope));
        }
      }
    } catch (error) {
      if (!(error instanceof ExpressionInvalidError)) throw error;
      this.#mistake = error.message;
    }
  }

  /** True when the verdict can change although nothing in the cluster does. */
  get dependsOnTime(): boolean {
    return this.#expression !== undefined && mentions(this.#expression.ast, 'now');
  }

  get dependsOnGiven(): boolean {
    const all = [this.#expression, ...this.#templates.values()];
    return all.some((expression) => expression !== undefined && mentions(expression.ast, 'given'));
  }

  /** Only the state, for who wants no explanation: it costs more than judging. */
  stateOf(observation: Observation): Judgement['state'] {
    try {
      const early = this.#tooLittle(observation);
      if (early) return early.state;
      const decided = this.#decide(this.#variables(observation));
      if (typeof decided === 'string') return decided;
      return 'tooMuch' in decided ? 'fail' : 'error';
    } catch {
      return 'error';
    }
  }

  judge(observation: Observation): Judgement {
    try {
      return this.#judge(observation);
    } catch (error) {
      return this.#labMistake(reasonOf(error));
    }
  }

  #judge(observation: Observation): Judgement {
    const early = this.#tooLittle(observation);
    if (early) return early;
    const variables = this.#variables(observation);
    const decided = this.#decide(variables);
    if (decided === 'pass') return { state: 'pass', mismatches: [] };
    if (decided === 'fail') return this.#fail(observation, variables);
    return 'mistake' in decided ? this.#labMistake(decided.mistake) : this.#tooMuch();
  }

  #decide(variables: Record<string, unknown>): 'pass' | 'fail' | { mistake: string } | { tooMuch: true } {
    if (!this.#expression) return { mistake: this.#mistake ?? 'it has no expression' };
    try {
      const result = this.#expression.evaluate(variables);
      if (typeof result === 'boolean') return result ? 'pass' : 'fail';
      return { mistake: `the expression gives ${show(result)}, not true or false` };
    } catch (error) {
      // What a learner writes into a file, or lets a program answer, can be of any type; that is no mistake of the lab.
      const isAsked = 'http' in this.check || 'exec' in this.check;
      const learners = isAsked || 'file' in this.check || 'helm' in this.check;
      const typeError = error instanceof ExpressionFailedError && /overload|conversion|_type$/.test(error.code);
      if (isAsked && error instanceof ExpressionTooCostlyError) return { tooMuch: true };
      return error instanceof FieldMissingError || (learners && typeError) ? 'fail' : { mistake: reasonOf(error) };
    }
  }

  #fail(observation: Observation, variables: Record<string, unknown>): Judgement {
    const expression = this.#expression;
    if (!expression) return this.#labMistake('it has no expression');
    const context = { scope: this.#scope, variables, subject: this.subject, root: rootOf(this.check) };
    let mismatches = explain(expression, context);
    const silence = silenceIn(this.check, observation.seen);
    // What is missing in no answer is the answer.
    const isSilent = silence !== undefined && mismatches[0]?.seen === 'absent';
    if (isSilent) mismatches = [{ field: this.subject, seen: silence, expected: 'an answer' }];
    if (isSecret(this.check)) mismatches = mismatches.map((one) => hide(this.check, one));
    const message =
      this.#otherwise(observation, variables, isSilent) ?? this.#message(observation, mismatches, isSilent);
    return { state: 'fail', message, mismatches };
  }

  /** A window that is not over yet, or in which next to nothing happened, says nothing; that breaks no rule. */
  #tooLittle({ seen }: Observation): Judgement | undefined {
    const { check, subject } = this;
    if (!isMeasured(check)) return undefined;
    const { full, count } = seen as Measurement;
    const window = windowOf(check);
    if (!full) return { state: 'pending', message: messages.windowOpen(window), mismatches: [] };
    const least = leastOf(check);
    if (count === undefined || count >= least) return undefined;
    return {
      state: check.always ? 'pending' : 'fail',
      message: messages.tooFew(subject, count, least, window),
      mismatches: [{ field: `${subject}: count`, seen: String(count), expected: `≥ ${least}` }],
    };
  }

  #tooMuch(): Judgement {
    const mismatches = [{ field: this.subject, seen: 'too much', expected: 'less' }];
    return { state: 'fail', message: messages.tooMuch(this.subject), mismatches };
  }

  #otherwise(
    observation: Observation,
    variables: Record<string, unknown>,
    isSilent: boolean,
  ): LocalizedText | undefined {
    const { otherwise } = this.check;
    if (!otherwise) return undefined;
    const shown = isSecret(this.check)
      ? this.#variables({
          ...observation,
          seen: redact(this.check, observation.seen),
          given: redact(this.check, observation.given),
        })
      : variables;
    let gaps = false;
    const fill = (text: string, nothing: string) =>
      fillTemplate(text, (part) => {
        try {
          return show(this.#templates.get(part)?.evaluate(shown));
        } catch {
          gaps = true;
          return nothing;
        }
      });
    const message = { en: fill(otherwise.en, '(nothing)'), zh: fill(otherwise.zh, '（无）') };
    // Words about what an object or an answer has make no sense while there is none.
    return gaps && (observation.seen === null || isSilent) ? undefined : message;
  }

  #message({ seen }: Observation, [first]: Mismatch[], isSilent: boolean): LocalizedText {
    if (seen === null) return messages.absent(this.subject);
    if (first && isSilent) return messages['exec' in this.check ? 'notRun' : 'unanswered'](this.subject, first.seen);
    if (!first) return messages.untrue(this.check.expect);
    if (first.seen === 'absent' && first.expected === 'present') return messages.noField(first.field);
    return messages.mismatch(first);
  }

  #variables({ seen, given, now, session }: Observation): Record<string, unknown> {
    const root = rootOf(this.check) ?? 'object';
    const hasGiven = root === 'object' || root === 'objects' || root === 'release';
    if (isMeasured(this.check)) {
      const kind = kindOfCheck(this.check) as keyof typeof measuredRoots;
      const value = toMeasuredValue(measuredRoots[kind], (seen as Measurement).values);
      return { [kind]: value, now, session: toCelValue(session) };
    }
    const responses = root === 'response' ? (convert(seen) as unknown[]) : undefined;
    return {
      ...(responses ? { response: responses[0], responses } : { [root]: convert(seen) }),
      ...(hasGiven ? { given: convert(given ?? (root === 'objects' ? [] : null)) } : {}),
      now,
      session: toCelValue(session),
    };
  }

  #labMistake(reason: string): Judgement {
    return {
      state: 'error',
      message: messages.labMistake(isSecret(this.check) ? 'the expression fails' : reason),
      mismatches: [],
    };
  }
}

function convert(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return toCelValue(value);
  let result = converted.get(value);
  if (result === undefined) {
    result = Array.isArray(value) ? value.map(convert) : toCelValue(value);
    converted.set(value, result);
  }
  return result;
}

/** @returns true when the expression speaks of this variable */
function mentions(node: ASTNode, name: string): boolean {
  return node.op === 'id' ? node.args === name : childrenOf(node).some((child) => mentions(child, name));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @returns why there was no answer, or the first of several that there was not; undefined when there was */
function silenceIn(check: JudgedCheck, seen: unknown): string | undefined {
  if ('http' in check) {
    const silent = (seen as HttpResponse[]).find((one) => !one.reached);
    return silent && !silent.reached ? silent.why : undefined;
  }
  if (!('exec' in check)) return undefined;
  const run = seen as ExecRun;
  return run.ran ? undefined : run.why;
}

/** What may be said of each kind of secret, by the end of a mismatch's field. */
const open = {
  // Annotations are none of them: kubectl apply keeps the whole Secret in one.
  object: /: (metadata\.(name|namespace|uid|generation|labels)|type|kind|apiVersion|immutable)\b/,
  http: /(?:: |\]\.)(status|reached|absent|truncated)$/,
  exec: /: (exitCode|ran|absent|pod|truncated)$/,
};

function kindOfSecret(check: JudgedCheck): keyof typeof open {
  return 'http' in check ? 'http' : 'exec' in check ? 'exec' : 'object';
}

/** Values of what is secret are shown to nobody; that a key is absent may be said. */
function hide(check: JudgedCheck, { field, seen, expected }: Mismatch): Mismatch {
  if (expected === 'an answer') return { field, seen, expected };
  const kind = kindOfSecret(check);
  const isOpen = open[kind].test(field);
  const word = (text: string) => (isOpen || text === 'absent' || text === 'present' ? text : hidden);
  // Below these, the keys themselves are what was answered.
  const shown =
    kind === 'object' ? field : field.replace(/((?:: |\]\.)(?:body|json|headers|stdout|stderr)\b).*$/s, '$1');
  return { field: shown, seen: word(seen), expected: word(expected) };
}

function redact(check: JudgedCheck, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(check, item));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  if (kindOfSecret(check) !== 'object') {
    for (const field of ['body', 'json', 'headers', 'stdout', 'stderr']) if (field in copy) copy[field] = hidden;
    return copy;
  }
  for (const field of ['data', 'stringData']) {
    const data = copy[field];
    if (typeof data === 'object' && data !== null) {
      copy[field] = Object.fromEntries(Object.keys(data).map((key) => [key, hidden]));
    }
  }
  const metadata = copy['metadata'];
  if (typeof metadata === 'object' && metadata !== null) copy['metadata'] = { ...metadata, annotations: {} };
  return copy;
}
