import type { Need } from '../lookups.js';
import { TERMINATION_LOG } from './container-files.js';
import { literally, pathsMatching } from './glob.js';
import type { Command, List, Pipeline, Redirect, Word } from './syntax.js';

/**
 * What a script does next: writes, lets time pass, is about to ask the world (which must not happen ahead of time), cannot
 * go on before something is known, or has done a little (`turn`: whoever runs it may stop here for a while).
 */
export type Step = { write: string; to: 1 | 2 } | { wait: number } | { asks: true } | { need: Need } | { turn: true };
export type Running<T = number> = Generator<Step, T, void>;

/** One running shell. Files are texts by absolute path. */
export interface ShellState {
  variables: Map<string, string>;
  files: Map<string, string>;
  directories: Set<string>;
  cwd: string;
  status: number;
  /** Milliseconds since the script began. */
  at: number;
  trapsTerm: boolean;
  errexit: boolean;
}
/** How a command is run: its words, its input; what it writes it yields. @returns its exit code */
export type Runner = (words: string[], input: string, state: ShellState) => Running;

/** The script is over. */
export class ShellExit {
  constructor(readonly code: number) {}
}
class LoopJump {
  constructor(readonly kind: 'break' | 'continue') {}
}

const isDevice = (path: string) => path.startsWith('/dev/') && path !== TERMINATION_LOG;

/** Learners write scripts: nothing in them may grow without end. */
const MAX_TEXT = 16_384;
const MAX_WORDS = 4_096;
const MAX_ARGUMENTS = 262_144;

export class Interpreter {
  constructor(
    readonly state: ShellState,
    private readonly runCommand: Runner,
  ) {}

  *list(list: List, input = ''): Running {
    let status = 0;
    for (const [index, { join, pipeline }] of list.entries()) {
      if ((join === '&&' && status !== 0) || (join === '||' && status === 0)) continue;
      status = yield* this.pipeline(pipeline, input);
      this.state.status = status;
      const tested = list[index + 1]?.join === '&&' || list[index + 1]?.join === '||' || pipeline.negated;
      if (status !== 0 && this.state.errexit && !tested) throw new ShellExit(status);
    }
    return status;
  }

  *pipeline({ commands, negated }: Pipeline, input: string): Running {
    let text = input;
    let status = 0;
    for (const [index, command] of commands.entries()) {
      const last = index === commands.length - 1;
      if (last) status = yield* this.command(command, text);
      else text = (yield* this.#captured(this.command(command, text))).text;
    }
    return negated ? Number(status === 0) : status;
  }

  /** Runs something and keeps what it writes to standard output. */
  *#captured(running: Running): Running<{ text: string; status: number }> {
    let text = '';
    for (;;) {
      const { done, value } = running.next();
      if (done) return { text, status: value };
      if ('write' in value && value.to === 1) text = (text + value.write).slice(0, MAX_TEXT);
      else yield value;
    }
  }

  *command(command: Command, input: string): Running {
    const redirects = [];
    for (const redirect of command.redirects) redirects.push({ ...redirect, path: yield* this.#text(redirect.to) });
    const from = redirects.find((one) => one.mode === '<');
    let text = input;
    if (from) {
      const known = this.state.files.get(this.path(from.path));
      if (known === undefined && from.path !== '/dev/null') {
        yield { write: `sh: can't open ${from.path}: no such file\n`, to: 2 };
        return 1;
      }
      text = known ?? '';
    }
    const running = this.#run(command, text);
    return redirects.length ? yield* this.#redirected(running, redirects) : yield* running;
  }

  *#redirected(running: Running, redirects: (Redirect & { path: string })[]): Running {
    const target: Record<number, string | 1 | 2> = { 1: 1, 2: 2 };
    for (const { from, mode, path } of redirects) {
      if (mode === '>&') target[from] = target[Number(path)] ?? 1;
      else if (mode !== '<') {
        const full = this.path(path);
        target[from] = full;
        if (!isDevice(full) && (mode === '>' || !this.state.files.has(full))) this.state.files.set(full, '');
      }
    }
    for (;;) {
      const { done, value } = running.next();
      if (done) return value;
      if (!('write' in value)) yield value;
      else {
        const to = target[value.to] ?? value.to;
        if (to === 1 || to === 2) yield { write: value.write, to };
        else if (to === '/dev/stdout' || to === '/proc/1/fd/1') yield { write: value.write, to: 1 };
        else if (to === '/dev/stderr' || to === '/proc/1/fd/2') yield { write: value.write, to: 2 };
        else if (!isDevice(to))
          this.state.files.set(to, ((this.state.files.get(to) ?? '') + value.write).slice(-MAX_TEXT));
      }
    }
  }

  *#run(command: Command, input: string): Running {
    switch (command.kind) {
      case 'group':
        return yield* this.list(command.body, input);
      case 'if': {
        for (const branch of command.branches) {
          if ((yield* this.#tested(branch.condition)) === 0) return yield* this.list(branch.body, input);
        }
        return command.otherwise ? yield* this.list(command.otherwise, input) : 0;
      }
      case 'loop': {
        let status = 0;
        for (;;) {
          // Each turn takes a moment, so that a loop without a pause lets time pass too.
          yield { wait: 1 };
          const holds = (yield* this.#tested(command.condition)) === 0;
          if (holds === command.until) return status;
          const jump = yield* this.#turn(command.body, input);
          if (jump === 'break') return 0;
          if (typeof jump === 'number') status = jump;
        }
      }
      case 'for': {
        let status = 0;
        const values: string[] = [];
        for (const word of command.words) values.push(...(yield* this.expand(word)));
        for (const value of values) {
          this.state.variables.set(command.name, value);
          const jump = yield* this.#turn(command.body, input);
          if (jump === 'break') return 0;
          if (typeof jump === 'number') status = jump;
        }
        return status;
      }
      case 'simple': {
        yield { turn: true };
        const words: string[] = [];
        for (const word of command.words) words.push(...(yield* this.expand(word)));
        if (words.reduce((sum, word) => sum + word.length, 0) > MAX_ARGUMENTS)
          throw new Error('Argument list too long');
        const saved = new Map<string, string | undefined>();
        for (const { name, value } of command.assigns) {
          if (words.length) saved.set(name, this.state.variables.get(name));
          this.state.variables.set(name, yield* this.#text(value));
        }
        if (!words.length) return 0;
        if (words[0] === 'break' || words[0] === 'continue') throw new LoopJump(words[0]);
        const status = yield* this.runCommand(words, input, this.state);
        for (const [name, value] of saved) {
          if (value === undefined) this.state.variables.delete(name);
          else this.state.variables.set(name, value);
        }
        return status;
      }
    }
  }

  *#tested(list: List): Running {
    const { errexit } = this.state;
    this.state.errexit = false;
    const status = yield* this.list(list);
    this.state.errexit = errexit;
    return status;
  }

  *#turn(body: List, input: string): Running<number | 'break' | 'continue'> {
    try {
      return yield* this.list(body, input);
    } catch (jump) {
      if (jump instanceof LoopJump) return jump.kind;
      throw jump;
    }
  }

  /** @returns the path in full */
  path(path: string): string {
    const parts: string[] = [];
    for (const part of (path.startsWith('/') ? path : `${this.state.cwd}/${path}`).split('/')) {
      if (part === '..') parts.pop();
      else if (part && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}`;
  }

  *#text(word: Word): Running<string> {
    return (yield* this.expand(word, false)).join(' ');
  }

  /** Expands variables, commands and sums; splits what was not quoted into words, and expands patterns of paths in them. */
  *expand(word: Word, split = true): Running<string[]> {
    const words: string[] = [];
    let current: string | undefined;
    let pattern = '';
    const take = (text: string, isQuoted: boolean) => {
      current = (current ?? '') + text;
      pattern += isQuoted ? literally(text) : text;
    };
    const finish = () => {
      if (current === undefined) return;
      const paths = split ? pathsMatching(pattern, this.state, (path) => this.path(path)) : undefined;
      words.push(...(paths ?? [current]));
      current = undefined;
      pattern = '';
    };
    for (const part of word) {
      if (words.length > MAX_WORDS || (current?.length ?? 0) > MAX_TEXT) break;
      let text: string;
      let splits = false;
      const isQuoted = part.kind !== 'arithmetic' && part.quoted;
      if (part.kind === 'text') ({ text } = part);
      else if (part.kind === 'arithmetic') text = String(sum(part.text, this.state.variables));
      else if (part.kind === 'variable') {
        const known = this.#variable(part.name);
        text = known ?? '';
        if (!known && part.otherwise) {
          text = yield* this.#text(part.otherwise.word);
          if (part.otherwise.assign) this.state.variables.set(part.name, text);
        }
        splits = !part.quoted;
      } else {
        const { text: output, status } = yield* this.#captured(this.list(part.list));
        this.state.status = status;
        text = output.replace(/\n+$/, '');
        splits = !part.quoted;
      }
      if (!splits || !split) {
        take(text, isQuoted);
        continue;
      }
      const pieces = text.split(/\s+/);
      for (const [index, piece] of pieces.entries()) {
        if (index > 0) finish();
        if (piece) take(piece, isQuoted);
      }
    }
    finish();
    return words.slice(0, MAX_WORDS).map((one) => one.slice(0, MAX_TEXT));
  }

  #variable(name: string): string | undefined {
    if (name === '?') return String(this.state.status);
    if (name === '$') return '1';
    if (name === '#') return '0';
    if (name === '@' || name === '*' || name === '!') return '';
    if (name === 'RANDOM') return String((Math.floor(this.state.at) * 7919) % 32768);
    if (name === 'SECONDS') return String(Math.floor(this.state.at / 1000));
    return this.state.variables.get(name);
  }
}

/** Sums of integers with + - * / % and parentheses. */
function sum(text: string, variables: ReadonlyMap<string, string>): number {
  const tokens = text.match(/\d+|[A-Za-z_$]\w*|[-+*/%()]/g) ?? [];
  let at = 0;
  const atom = (): number => {
    const token = tokens[at++];
    if (token === '(') {
      const value = additive();
      at += 1;
      return value;
    }
    if (token === '-') return -atom();
    if (token === undefined) return 0;
    if (/^\d/.test(token)) return Number(token);
    return Number(variables.get(token.replace('$', '')) ?? 0) || 0;
  };
  const multiplicative = (): number => {
    let value = atom();
    while (['*', '/', '%'].includes(tokens[at] ?? '')) {
      const operator = tokens[at++];
      const right = atom();
      if (operator === '*') value *= right;
      else value = right === 0 ? 0 : operator === '/' ? Math.trunc(value / right) : value % right;
    }
    return value;
  };
  const additive = (): number => {
    let value = multiplicative();
    while (tokens[at] === '+' || tokens[at] === '-')
      value += tokens[at++] === '+' ? multiplicative() : -multiplicative();
    return value;
  };
  return additive();
}
