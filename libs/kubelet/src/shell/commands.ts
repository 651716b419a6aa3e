import { err, pathIn, seconds } from './command-tools.js';
import { fileCommands } from './file-commands.js';
import { Interpreter, ShellExit, type Running, type ShellState } from './interpreter.js';
import { networkCommands } from './network-commands.js';
import { UnknownCommand } from './shell-errors.js';
import type { Builtin, ShellWorld } from './shell-world.js';
import { parseShell, ShellSyntaxError } from './syntax.js';
import { systemCommands } from './system-commands.js';
import { textCommands } from './text-commands.js';
import { variableCommands } from './variable-commands.js';

const base = (command: string) => command.replace(/^(\/usr)?(\/local)?\/s?bin\//, '');

function* shell(args: string[], input: string, state: ShellState, world: ShellWorld): Running {
  const flags = args.filter((one) => one.startsWith('-'));
  const words = args.filter((one) => !one.startsWith('-'));
  const errexit = flags.some((flag) => !flag.startsWith('--') && flag.includes('e'));
  if (!words.length && !input) return 0;
  let text = words[0] ?? input;
  if (words[0] !== undefined && !flags.some((flag) => flag.includes('c'))) {
    const file = state.files.get(pathIn(state, words[0]));
    if (file === undefined) {
      yield err(`sh: can't open '${words[0]}': No such file or directory\n`);
      return 2;
    }
    text = file;
  }
  let list;
  try {
    list = parseShell(text);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    yield err(`sh: syntax error: ${error.message}\n`);
    return 2;
  }
  state.errexit ||= errexit;
  try {
    return yield* new Interpreter(state, (inner, text, own) => runCommand(inner, text, own, world)).list(list, input);
  } catch (exit) {
    if (exit instanceof ShellExit) return exit.code;
    throw exit;
  }
}

const builtins: Record<string, Builtin> = {
  ...variableCommands,
  ...textCommands,
  ...fileCommands,
  ...networkCommands,
  ...systemCommands,
  sh: shell,
  bash: shell,
  ash: shell,
  dash: shell,
  *timeout(args, input, state, world) {
    const [limit, ...words] = args.filter((one, index) => index > 0 || !one.startsWith('-'));
    const end = state.at + seconds(limit) * 1000;
    const running = runCommand(words, input, state, world);
    for (;;) {
      const { done, value } = running.next();
      if (done) return value;
      if ('wait' in value && state.at + value.wait > end) {
        yield { wait: Math.max(0, end - state.at) };
        return 143;
      }
      yield value;
    }
  },
  *exec(args, input, state, world) {
    throw new ShellExit(yield* runCommand(args, input, state, world));
  },
  *eval(args, input, state, world) {
    return yield* shell(['-c', args.join(' ')], input, state, world);
  },
  *tini(args, input, state, world) {
    return yield* runCommand(
      args.filter((one) => !one.startsWith('-')),
      input,
      state,
      world,
    );
  },
  *busybox(args, input, state, world) {
    return yield* runCommand(args, input, state, world);
  },
};

/** @returns whether the world can play this command */
export const isKnownCommand = (command: string) => Object.hasOwn(builtins, base(command));

/** Runs one command. @throws UnknownCommand, ShellExit, OutOfMemory */
export function* runCommand(words: string[], input: string, state: ShellState, world: ShellWorld): Running {
  const [command = '', ...args] = words;
  const name = base(command);
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (!builtin) {
    const script = state.files.get(pathIn(state, command));
    if (command.includes('/') && script !== undefined) return yield* shell(['-c', script], input, state, world);
    throw new UnknownCommand(words);
  }
  return yield* builtin(args, input, state, world);
}
