/* oxlint-disable require-yield -- commands that write nothing are generators like the others */
import { out, joined, pathIn, directoryThere } from './command-tools.js';
import { ShellExit, type ShellState } from './interpreter.js';
import type { Builtin } from './shell-world.js';

function test(args: string[], state: ShellState): boolean {
  const [first, operator, second] = args;
  if (first === '!') return !test(args.slice(1), state);
  const and = args.indexOf('-a');
  if (and > 0) return test(args.slice(0, and), state) && test(args.slice(and + 1), state);
  const or = args.indexOf('-o');
  if (or > 0) return test(args.slice(0, or), state) || test(args.slice(or + 1), state);
  if (args.length === 1) return first !== '';
  if (args.length === 2) {
    const file = () => state.files.get(pathIn(state, operator ?? ''));
    switch (first) {
      case '-z':
        return operator === '';
      case '-n':
        return operator !== '';
      case '-f':
        return file() !== undefined;
      case '-d':
        return directoryThere(state, operator ?? '');
      case '-e':
      case '-r':
      case '-w':
        return file() !== undefined || directoryThere(state, operator ?? '');
      case '-s':
        return (file() ?? '') !== '';
      default:
        return false;
    }
  }
  const [left, right] = [Number(first), Number(second)];
  switch (operator) {
    case '=':
    case '==':
      return first === second;
    case '!=':
      return first !== second;
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    case '-ge':
      return left >= right;
    default:
      return false;
  }
}

/** Commands on the shell's own state. */
export const variableCommands: Record<string, Builtin> = {
  *true() {
    return 0;
  },
  *':'() {
    return 0;
  },
  *false() {
    return 1;
  },
  *exit([code]) {
    throw new ShellExit(code === undefined ? 0 : Number(code) & 255);
  },
  *env(_args, _input, state) {
    yield out(joined([...state.variables].map(([name, value]) => `${name}=${value}`)));
    return 0;
  },
  *printenv(args, _input, state) {
    if (!args.length) {
      yield out(joined([...state.variables].map(([name, value]) => `${name}=${value}`)));
      return 0;
    }
    let status = 0;
    for (const name of args) {
      const value = state.variables.get(name);
      if (value === undefined) status = 1;
      else yield out(`${value}\n`);
    }
    return status;
  },
  *export(args, _input, state) {
    for (const one of args) {
      const [name = '', ...value] = one.split('=');
      if (value.length) state.variables.set(name, value.join('='));
    }
    return 0;
  },
  *unset(args, _input, state) {
    for (const one of args) state.variables.delete(one);
    return 0;
  },
  *set(args, _input, state) {
    for (const one of args) if (/^[-+][a-z]+$/.test(one) && one.includes('e')) state.errexit = one.startsWith('-');
    return 0;
  },
  *trap(args, _input, state) {
    if (args.slice(1).some((one) => /^(SIG)?(TERM|EXIT)$|^15$|^0$/.test(one))) state.trapsTerm = true;
    return 0;
  },
  *test(args, _input, state) {
    return test(args, state) ? 0 : 1;
  },
  *'['(args, _input, state) {
    return test(args.slice(0, -1), state) ? 0 : 1;
  },
  *'[['(args, _input, state) {
    return test(args.slice(0, -1), state) ? 0 : 1;
  },
  *wait() {
    return 0;
  },
  *kill() {
    return 0;
  },
};
