import { isMeasured, type CheckSpec, type CheckVerdict, type MeasuredCheck } from '@kubedan/contracts';
import { systemClock, type AuditSource, type Clock, type KubeClient, type KubeObject } from '@kubedan/kube';
import type { BoundLab } from '@kubedan/labs';
import { checkAnswer, judgeAnswer, type AskCheck } from './answer.js';
import { AnswerInvalidError, GraderStoppedError } from './errors.js';
import type { Judgement, Observation } from './judge.js';
import type { Look } from './look.js';
import { messages } from './messages.js';
import { makeRunner, sameVerdict, verdictOf, type Runner } from './runner.js';
import { normalPath, readFileView, type FileView } from './sources/files.js';
import { Inquirer } from './sources/inquirer.js';
import { inquiryOf } from './sources/inquiries.js';
import type { Answer, Inquiry } from './sources/inquiry.js';
import { measure, untilNextSecond, type WorldFigures } from './sources/measurements.js';
import { keyOf, observe, queryOf, readItems } from './sources/queries.js';
import { Requests } from './sources/requests.js';
import { Watches } from './sources/watches.js';
import type { GivenSnapshot, GraderState, WorkspaceReader } from './state.js';
import { applyTiming, type Timed } from './timing.js';

export interface GraderOptions {
  /** Of the grader's user. */
  client: KubeClient;
  bound: BoundLab;
  given: GivenSnapshot;
  /** Without it every file is absent. */
  files?: WorkspaceReader | undefined;
  /** Without it nothing can be said of what the learner asked for. */
  audit?: AuditSource | undefined;
  /** Without it nothing can be said of traffic and money. */
  world?: WorldFigures | undefined;
  /** Answers given before, beside those in `state`. */
  answers?: Readonly<Record<string, readonly string[]>> | undefined;
  /** What the last grader of this session remembered. */
  state?: GraderState | undefined;
  /** Verdicts known already: they stay, and are not announced again, until they change. */
  verdicts?: readonly CheckVerdict[] | undefined;
  /** Each change of a verdict, in order. Store `state()` with it. */
  onVerdict: (verdict: CheckVerdict) => void;
  /** Once, when all checks pass together and a direct read says so too. */
  onDone?: (() => void) | undefined;
  /** Each look at what a check looks at, in order; questions are not looked at. */
  onLook?: ((look: Look) => void) | undefined;
  clock?: Clock | undefined;
  /** From 0 to 1. */
  random?: (() => number) | undefined;
  /** How long the API may be silent before undecided checks say so, ms. Default 10 s. */
  graceMs?: number | undefined;
}

/** After a watch is open again, what was missed comes at once; a `holds` that ran out meanwhile waits for it. */
const settleMs = 250;
/** A check that takes longer is judged less often, so that one session with ten thousand objects does not slow the others. */
const slowMs = 20;
const manyObjects = 200;
/** Requests come in crowds, and each would be another explanation. */
const requestsMs = 250;
const tickMs = 1_000;
const retryDoneMs = 1_000;
/** Milliseconds after a (re)start in which an answer that has yet to come for the first time breaks no rule. */
const wakingMs = 15_000;
/** Milliseconds between two announcements of what was merely asked again and changes no state: at first, and at last. */
const firstQuietMs = 10_000;
const longestQuietMs = 300_000;

/** Watches a session's cluster and says what each check of its lab is worth. Verdicts are in the order of the lab. */
export class Grader {
  readonly #options: GraderOptions;
  readonly #clock: Clock;
  readonly #runners: Runner[];
  readonly #byKey = new Map<string, Runner[]>();
  readonly #files = new Map<Runner, FileView>();
  readonly #readings = new Map<Runner, number>();
  readonly #answers = new Map<string, string[]>();
  readonly #watches: Watches;
  readonly #inquiries = new Map<Runner, Inquiry>();
  /** Checks whose other side has answered since the start. */
  readonly #awake = new Set<Runner>();
  #begunAt = 0;
  readonly #requests: Requests;
  /** Of the world's clock: where it was when we came, as figures from before may be lost, and when it would have been at 0. */
  #world: { sinceMs: number; zeroAt: number } | undefined;
  #measuredSecond = -1;
  readonly #timers = new Set<() => void>();
  /** Checks to look at in this turn of the event loop, and in this microtask. */
  readonly #soon = new Set<Runner>();
  readonly #atOnce = new Set<Runner>();
  readonly #later = new Set<Runner>();
  readonly #stopped = new AbortController();
  #client: KubeClient;
  #phase: 'new' | 'running' | 'paused' | 'stopped' = 'new';
  #pausedAt: number | undefined;
  #done = false;
  #finishing = false;

  constructor(options: GraderOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#clock = options.clock ?? systemClock;
    const { bound, state, answers, verdicts } = options;
    const { namespace } = bound.document.spec;
    const at = this.#at();
    this.#runners = bound.checks.map(({ task, check }) => {
      const runner = makeRunner(task, check, { ...state?.checks[check.id] }, namespace, at);
      runner.verdict = verdicts?.find(({ checkId }) => checkId === check.id) ?? runner.verdict;
      return runner;
    });
    for (const [id, chosen] of Object.entries({ ...state?.answers, ...answers })) this.#answers.set(id, [...chosen]);
    this.#watches = new Watches(
      this.#client,
      this.#clock,
      (key) => this.#changed(key),
      (key) => this.#connection(key),
    );
    const filters = this.#runners.flatMap(({ check }) => ('audit' in check ? [check.audit] : []));
    this.#requests = new Requests(filters, (filter) => {
      for (const runner of this.#runners) {
        if (!('audit' in runner.check) || runner.check.audit !== filter) continue;
        // At once, as the lists are bounded: what breaks a rule must be seen before it is pushed out.
        this.#judge(runner, true);
        // What only looks different, with all that follows it.
        this.#judgeLater(runner, requestsMs);
      }
    });
    for (const runner of this.#runners) {
      const inquiry = inquiryOf(runner.check, namespace);
      if (inquiry) {
        this.#inquiries.set(runner, inquiry);
        const triggers = inquiry.triggers.map((query) => this.#watches.add(query));
        for (const { key } of triggers) this.#touches(key, runner);
        runner.inquirer = new Inquirer({
          inquiry,
          triggers,
          clock: this.#clock,
          random: options.random ?? Math.random,
          onAnswer: (answer, isNews) => this.#answered(runner, answer, isNews),
          pace: () => paceOf(runner),
        });
      }
      const query = queryOf(runner.check, namespace);
      if (!query) continue;
      runner.watched = this.#watches.add(query);
      this.#touches(runner.watched.key, runner);
    }
  }

  #touches(key: string, runner: Runner): void {
    this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), runner]);
  }

  /** Begins to watch. A second call does nothing. */
  start(): void {
    if (this.#phase !== 'new') return;
    this.#phase = 'running';
    this.#begin();
  }

  /** The verdicts as they are, in the order of the lab. */
  verdicts(): CheckVerdict[] {
    return this.#runners.map(({ verdict }) => verdict);
  }

  /** What a later grader of this session has to know. */
  state(): GraderState {
    const remembered = this.#runners.filter(({ memory }) => Object.keys(memory).length > 0);
    return {
      version: 1,
      checks: Object.fromEntries(remembered.map(({ check, memory }) => [check.id, { ...memory }])),
      answers: Object.fromEntries([...this.#answers].map(([id, options]) => [id, [...options]])),
    };
  }

  /**
   * Takes the answer to an `ask` check; a later one replaces it. No options take it back.
   * @returns the verdict, which was announced, too
   * @throws AnswerInvalidError for an unknown question or option, or too many options; GraderStoppedError
   */
  answer(checkId: string, options: readonly string[]): CheckVerdict {
    if (this.#phase === 'stopped') throw new GraderStoppedError('The grader was stopped.');
    const runner = this.#runners.find(({ check }) => check.id === checkId);
    if (!runner || !isAsk(runner.check)) throw new AnswerInvalidError(`There is no question ${checkId} in this lab.`);
    checkAnswer(runner.check, options);
    this.#answers.set(checkId, [...options]);
    this.#judge(runner);
    return runner.verdict;
  }

  /** Reads a file again. @param path relative to the workspace; anything that no check reads is ignored */
  fileChanged(path: string): void {
    const changed = normalPath(path);
    for (const runner of this.#runners) {
      if ('file' in runner.check && normalPath(runner.check.file.path) === changed) void this.#readFile(runner);
    }
  }

  /**
   * Reads everything once more, directly, past all watches.
   * @returns a verdict of each check; done means that all are `pass`
   * @throws GraderStoppedError
   */
  async recheck(): Promise<CheckVerdict[]> {
    if (this.#phase === 'stopped') throw new GraderStoppedError('The grader was stopped.');
    const reads = new Map<string, Promise<KubeObject[]>>();
    const { namespace } = this.#options.bound.document.spec;
    return Promise.all(
      this.#runners.map(async (runner) => {
        const { check } = runner;
        const query = queryOf(check, namespace);
        if (query) {
          const key = keyOf(query);
          if (!reads.has(key)) reads.set(key, readItems(this.#client, query));
        }
        let judgement: Judgement | undefined;
        try {
          const inquiry = this.#inquiries.get(runner);
          if ('audit' in check) {
            await this.#requests.sync();
            judgement = this.#judgeSeen(runner, this.#requests.of(check.audit));
          } else if (inquiry && paceOf(runner) !== 'ended') {
            judgement = this.#judgeAnswer(runner, await inquiry.ask(this.#client, this.#stopped.signal));
          } else if (isMeasured(check)) judgement = this.#measured(runner, check);
          else if (query) judgement = this.#judgeSeen(runner, observe(check, (await reads.get(keyOf(query))) ?? []));
          else if ('file' in check) {
            judgement = this.#judgeFile(
              runner,
              await readFileView(this.#options.files, check.file.path, check.file.format),
            );
          } else if (isAsk(check)) judgement = judgeAnswer(check, this.#answers.get(check.id));
        } catch (error) {
          judgement = unreachable(error);
        }
        if (!judgement) return { ...runner.verdict, at: this.#at() };
        const timed = applyTiming(check, judgement, runner.memory, this.#nowOf(check));
        const verdict = verdictOf(runner, timed, this.#at());
        // What was seen once stays seen: a broken rule, and what is latched. All else is left to the watch.
        const isFinal =
          timed.memory.broken !== runner.memory.broken || timed.memory.latchedAt !== runner.memory.latchedAt;
        if (isFinal) this.#apply(runner, timed);
        return verdict;
      }),
    );
  }

  /** For a session that is suspended: ends all watches; verdicts and what is remembered stay. */
  async pause(): Promise<void> {
    if (this.#phase !== 'running') return;
    this.#phase = 'paused';
    this.#pausedAt = this.#clock.now();
    await this.#halt();
  }

  /** @param client when the API server is found elsewhere after the pause */
  resume(client?: KubeClient): void {
    if (this.#phase !== 'paused') return;
    if (client) this.#client = client;
    const away = this.#clock.now() - (this.#pausedAt ?? this.#clock.now());
    for (const { memory } of this.#runners) {
      // The cluster stood still: that time does not count as held.
      if (memory.heldSince) memory.heldSince = new Date(Date.parse(memory.heldSince) + away).toISOString();
    }
    if (this.#world) this.#world.zeroAt += away;
    this.#phase = 'running';
    this.#begin();
  }

  /** Ends all watches and timers; nothing is announced after this resolves. */
  async stop(): Promise<void> {
    this.#phase = 'stopped';
    this.#stopped.abort();
    await this.#halt();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #begin(): void {
    this.#watches.start(this.#client);
    this.#begunAt = this.#clock.now();
    this.#awake.clear();
    this.#requests.start(this.#options.audit, Date.parse(this.#options.given.takenAt));
    for (const runner of this.#runners) {
      if (runner.inquirer && paceOf(runner) !== 'ended') runner.inquirer.start(this.#client);
      if ('file' in runner.check) void this.#readFile(runner);
      else if (isAsk(runner.check)) this.#judge(runner);
    }
    this.#beginToMeasure();
    this.#after(this.#options.graceMs ?? 10_000, () => this.#undecided());
    if (this.#runners.some(({ judge }) => judge?.dependsOnTime)) this.#tick();
  }

  async #halt(): Promise<void> {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#later.clear();
    for (const runner of this.#runners) runner.cancelWake = undefined;
    await Promise.all([
      this.#watches.stop(),
      this.#requests.stop(),
      ...this.#runners.map(({ inquirer }) => inquirer?.stop()),
    ]);
  }

  /** Expressions that speak of `now` change by themselves; nothing could be watched for that. */
  #tick(): void {
    this.#after(tickMs, () => {
      for (const runner of this.#runners) if (runner.judge?.dependsOnTime) this.#judge(runner, true);
      this.#tick();
    });
  }

  /** Once a second of the world, right after its end; where there is no world, that is said at once. */
  #beginToMeasure(): void {
    const runners = this.#runners.filter(({ check }) => isMeasured(check));
    const { world } = this.#options;
    if (runners.length === 0) return;
    if (!world) {
      for (const runner of runners) this.#apply(runner, applyTiming(runner.check, notPlayed(), runner.memory, 0));
      return;
    }
    this.#world ??= { sinceMs: world.nowMs, zeroAt: this.#clock.now() - world.nowMs };
    this.#measureOn(world, runners);
  }

  #measureOn(world: WorldFigures, runners: readonly Runner[]): void {
    const second = Math.floor(world.nowMs / 1_000);
    if (second > this.#measuredSecond) {
      this.#measuredSecond = second;
      for (const runner of runners) if (paceOf(runner) !== 'ended') this.#judgeMeasured(runner);
    }
    if (runners.every((runner) => paceOf(runner) === 'ended')) return;
    this.#after(untilNextSecond(world.nowMs), () => this.#measureOn(world, runners));
  }

  #measured(runner: Runner, check: MeasuredCheck): Judgement | undefined {
    const { world, bound } = this.#options;
    if (!world || !this.#world) return notPlayed();
    const seen = measure(check, world, this.#world.sinceMs, bound.document.spec.namespace);
    return this.#judgeSeen(runner, seen, this.#nowOf(check));
  }

  /** `holds` counts the world's seconds: the same figures give the same verdicts, however late we come to look. */
  #judgeMeasured(runner: Runner): void {
    if (!isMeasured(runner.check)) return;
    const judgement = this.#measured(runner, runner.check);
    if (!judgement) return;
    const { verdict: before, quiet } = runner;
    const timed = applyTiming(runner.check, judgement, runner.memory, this.#nowOf(runner.check));
    const isSame = timed.state === before.state && timed.holdsUntil === before.holdsUntil;
    // Figures move all the time; that is news ever more rarely.
    if (isSame && this.#clock.now() < quiet.until) return;
    this.#apply(runner, timed);
    if (runner.verdict === before) return;
    const length = isSame ? Math.min(longestQuietMs, quiet.for * 2) : firstQuietMs;
    runner.quiet = { until: this.#clock.now() + length, for: length };
  }

  /** Milliseconds since 1970; for a check that measures, of the last full second of the world. */
  #nowOf(check: CheckSpec): number {
    const { world } = this.#options;
    if (!isMeasured(check) || !world || !this.#world) return this.#clock.now();
    return this.#world.zeroAt + Math.floor(world.nowMs / 1_000) * 1_000;
  }

  #changed(key: string): void {
    for (const runner of this.#byKey.get(key) ?? []) {
      if (runner.inquirer) {
        runner.inquirer.changed();
        continue;
      }
      if (runner.cost > slowMs) {
        this.#judgeLater(runner);
        continue;
      }
      const set = runner.timed ? this.#atOnce : this.#soon;
      if (set.size === 0) {
        // A microtask runs between two events of a watch: a rule that is broken for a moment is seen.
        if (runner.timed) queueMicrotask(() => this.#flush(this.#atOnce));
        else setImmediate(() => this.#flush(this.#soon));
      }
      set.add(runner);
    }
  }

  #judgeLater(runner: Runner, least = 0): void {
    if (this.#later.has(runner)) return;
    this.#later.add(runner);
    this.#after(Math.min(1_000, Math.max(least, runner.cost * 5)), () => {
      this.#later.delete(runner);
      this.#judge(runner);
    });
  }

  #flush(set: Set<Runner>): void {
    const runners = [...set];
    set.clear();
    for (const runner of runners) this.#judge(runner);
  }

  #connection(key: string): void {
    const watched = this.#watches.get(key);
    if (!watched?.connected) return;
    const overdue = (this.#byKey.get(key) ?? []).filter((runner) => runner.overdue);
    if (overdue.length === 0) return;
    this.#after(settleMs, () => {
      for (const runner of overdue) {
        if (!runner.overdue || !watched.connected) continue;
        runner.overdue = false;
        this.#judge(runner);
      }
    });
  }

  /** Checks that nothing is known of say so, in the end; what was decided before stays. */
  #undecided(): void {
    for (const runner of this.#runners) {
      const { check, watched, inquirer } = runner;
      if (isMeasured(check)) continue;
      const isKnown =
        'audit' in check
          ? this.#requests.synced
          : watched
            ? watched.synced
            : inquirer === undefined || inquirer.answer !== undefined;
      if (isKnown || runner.verdict.state !== 'pending') continue;
      const error = 'audit' in check ? this.#requests.error : (watched?.error ?? inquirer?.error);
      this.#apply(runner, { ...unreachable(error), memory: runner.memory });
    }
  }

  #answered(runner: Runner, answer: Answer, isNews: boolean): void {
    if ('reached' in answer && answer.reached) this.#awake.add(runner);
    const before = runner.verdict;
    const isQuiet = !isNews && this.#clock.now() < runner.quiet.until;
    this.#judge(runner, isQuiet);
    if (runner.verdict === before) return;
    const isSame = runner.verdict.state === before.state;
    if (!isSame) runner.inquirer?.moved();
    const length = isSame && !isNews ? Math.min(longestQuietMs, runner.quiet.for * 2) : firstQuietMs;
    runner.quiet = { until: this.#clock.now() + length, for: length };
  }

  /** @returns undefined for an answer that says nothing yet: pods that come back with their cluster break no rule */
  #judgeAnswer(runner: Runner, answer: Answer): Judgement | undefined {
    if ('mistake' in answer) {
      return this.#looked(runner, { state: 'error', message: messages.labMistake(answer.mistake), mismatches: [] });
    }
    const isWaking = !this.#awake.has(runner) && this.#clock.now() < this.#begunAt + wakingMs;
    const isRule = 'always' in runner.check && runner.check.always === true;
    return isRule && isWaking && !answer.reached ? undefined : this.#judgeSeen(runner, answer.seen);
  }

  async #readFile(runner: Runner): Promise<void> {
    if (!('file' in runner.check)) return;
    const reading = (this.#readings.get(runner) ?? 0) + 1;
    this.#readings.set(runner, reading);
    const { path, format } = runner.check.file;
    const view = await readFileView(this.#options.files, path, format);
    // A later change is being read already.
    if (this.#readings.get(runner) !== reading) return;
    this.#files.set(runner, view);
    this.#judge(runner);
  }

  /**
   * Judges with what is known, and announces what is new.
   * @param tick what is seen is no news by itself, as when only time has passed; a change of state is
   */
  #judge(runner: Runner, tick = false): void {
    const { check, watched } = runner;
    if (this.#phase === 'stopped' || (this.#phase === 'paused' && !isAsk(check))) return;
    let judgement: Judgement | undefined;
    if (watched) {
      const start = performance.now();
      const seen = watched.synced ? observe(check, watched.items()) : undefined;
      if (watched.synced) judgement = this.#judgeSeen(runner, seen);
      // Few objects are never slow by themselves: it was the host that had no time.
      const isLarge = Array.isArray(seen) && seen.length > manyObjects;
      runner.cost = isLarge ? (runner.cost + performance.now() - start) / 2 : 0;
    } else if ('audit' in check) {
      // A part of what is past says nothing about now; but what was done once was done.
      const isOfOnce = check.always === true || check.latched === true;
      if (this.#requests.synced || isOfOnce) judgement = this.#judgeSeen(runner, this.#requests.of(check.audit));
    } else if (runner.inquirer) {
      if (runner.inquirer.answer) judgement = this.#judgeAnswer(runner, runner.inquirer.answer);
    } else if ('file' in check) {
      const view = this.#files.get(runner);
      if (view) judgement = this.#judgeFile(runner, view);
    } else if (isAsk(check)) {
      judgement = judgeAnswer(check, this.#answers.get(check.id));
      if (!judgement) this.#apply(runner, { state: 'pending', mismatches: [], memory: runner.memory });
    }
    if (!judgement) return;
    const timed = applyTiming(check, judgement, runner.memory, this.#clock.now());
    // Nobody saw the end of a `holds` that ran out while the watch was away: it waits until all that was missed is here.
    if (runner.overdue && timed.state === 'pass') return;
    if (tick && timed.state === runner.verdict.state) return;
    this.#apply(runner, timed);
  }

  #wake(runner: Runner): void {
    // It was true when it was asked last; whether it still is has to be asked.
    if (runner.inquirer) runner.inquirer.now();
    else if (runner.watched?.connected === false) runner.overdue = true;
    else this.#judge(runner);
  }

  #judgeSeen(runner: Runner, seen: unknown, at = this.#clock.now()): Judgement | undefined {
    const { bound, given } = this.#options;
    const session = { seed: bound.seed, startedAt: given.takenAt };
    const now = new Date(at);
    const observation = { seen, given: given.checks[runner.check.id], now, session };
    return this.#looked(runner, runner.judge?.judge(observation), observation);
  }

  #judgeFile(runner: Runner, view: FileView): Judgement | undefined {
    if ('seen' in view) return this.#judgeSeen(runner, view.seen);
    const path = 'file' in runner.check ? runner.check.file.path : '';
    if ('failed' in view) return { state: 'error', message: messages.labMistake(view.failed.message), mismatches: [] };
    return this.#looked(runner, {
      state: 'fail',
      message: messages.unreadable(path, view.unreadable),
      mismatches: [{ field: path, seen: view.unreadable, expected: 'readable' }],
    });
  }

  #looked(runner: Runner, judgement: Judgement | undefined, observation?: Observation): Judgement | undefined {
    const { onLook } = this.#options;
    if (onLook && judgement) {
      const at = observation?.now.getTime() ?? this.#clock.now();
      onLook({ checkId: runner.check.id, at, ...(observation ? { observation } : {}), judgement });
    }
    return judgement;
  }

  #apply(runner: Runner, timed: Timed): void {
    if (this.#phase === 'stopped') return;
    runner.memory = timed.memory;
    runner.overdue = false;
    if (runner.cancelWake) {
      runner.cancelWake();
      this.#timers.delete(runner.cancelWake);
      runner.cancelWake = undefined;
    }
    // The next second of the world comes by itself.
    if (timed.wakeIn !== undefined && !isMeasured(runner.check))
      runner.cancelWake = this.#after(timed.wakeIn, () => this.#wake(runner));
    const verdict = verdictOf(runner, timed, this.#at());
    if (sameVerdict(verdict, runner.verdict)) return;
    runner.verdict = verdict;
    guarded(() => this.#options.onVerdict(verdict));
    if (verdict.state === 'pass') void this.#finish();
  }

  async #finish(): Promise<void> {
    const allPass = () => this.#runners.every(({ verdict }) => verdict.state === 'pass');
    if (!this.#options.onDone || this.#done || this.#finishing || !allPass()) return;
    this.#finishing = true;
    try {
      const verdicts = await this.recheck();
      if (this.#phase !== 'running' || this.#done) return;
      if (verdicts.every(({ state }) => state === 'pass') && allPass()) {
        this.#done = true;
        guarded(this.#options.onDone);
      } else this.#after(retryDoneMs, () => void this.#finish());
    } catch (error) {
      if (!(error instanceof GraderStoppedError)) throw error;
    } finally {
      this.#finishing = false;
    }
  }

  #after(milliseconds: number, call: () => void): () => void {
    const cancel = this.#clock.after(milliseconds, () => {
      this.#timers.delete(cancel);
      if (this.#phase === 'running') call();
    });
    this.#timers.add(cancel);
    return cancel;
  }

  #at(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

/** Of a check that has passed for good, or failed for good, nothing more has to be known. */
function paceOf({ check, memory, verdict }: Runner): 'ended' | 'holding' | 'open' {
  if ('ask' in check) return 'ended';
  const isFinal = check.latched ? memory.latchedAt !== undefined : check.always && memory.broken !== undefined;
  if (isFinal) return 'ended';
  return verdict.state === 'pending' && verdict.holdsUntil !== undefined ? 'holding' : 'open';
}

function isAsk(check: CheckSpec): check is AskCheck {
  return 'ask' in check;
}

function notPlayed(): Judgement {
  return { state: 'error', message: messages.notPlayed, mismatches: [] };
}

function unreachable(error: unknown): Judgement {
  const reason = error instanceof Error ? error.message : undefined;
  return { state: 'error', message: messages.unreachable(reason), mismatches: [] };
}

/** A handler that throws must not end the grading of others; the process is told. */
function guarded(call: () => void): void {
  try {
    call();
  } catch (cause) {
    process.emitWarning(cause instanceof Error ? cause : new Error(String(cause)));
  }
}
