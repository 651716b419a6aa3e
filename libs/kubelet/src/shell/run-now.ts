import type { Need } from '../lookups.js';
import { runCommand } from './commands.js';
import { ShellExit, type ShellState } from './interpreter.js';
import { OutOfMemory, UnknownCommand } from './shell-errors.js';
import type { ShellWorld } from './shell-world.js';

/** What a command did that was run at one moment, as a probe or a hook runs it. */
export type Ran =
  | { kind: 'ended'; code: number; stdout: string; stderr: string; tookMs: number }
  /** It would have taken longer than it may. */
  | { kind: 'timed-out' }
  /** The image has no such program. */
  | { kind: 'missing'; program: string }
  /** Run it again when this is known. */
  | { kind: 'waiting'; needs: Need[] };

/** A script that spins is taken for one that takes too long. */
const MAX_STEPS = 20_000;
const MAX_OUTPUT = 10_240;

/** @param limitMs after which it is given up; Infinity for a command that may take its time */
export function runNow(argv: readonly string[], state: ShellState, world: ShellWorld, limitMs: number): Ran {
  const began = state.at;
  const written = { 1: '', 2: '' };
  const ended = (code: number): Ran => ({
    kind: 'ended',
    code,
    stdout: written[1].slice(0, MAX_OUTPUT),
    stderr: written[2].slice(0, MAX_OUTPUT),
    tookMs: state.at - began,
  });
  const running = runCommand([...argv], '', state, world);
  try {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const { done, value } = running.next();
      if (done) return ended(value);
      if ('write' in value) written[value.to] += value.write;
      else if ('wait' in value) state.at += value.wait;
      else if ('need' in value) return { kind: 'waiting', needs: [value.need] };
      if (state.at - began > limitMs || state.at === Infinity) return { kind: 'timed-out' };
    }
    return { kind: 'timed-out' };
  } catch (error) {
    if (error instanceof ShellExit) return ended(error.code);
    if (error instanceof OutOfMemory) return ended(137);
    if (error instanceof UnknownCommand) {
      const program = error.words[0] ?? '';
      if (program === argv[0]) return { kind: 'missing', program };
      written[2] += `sh: ${program}: not found\n`;
      return ended(127);
    }
    written[2] += `sh: ${error instanceof Error ? error.message : String(error)}\n`;
    return ended(2);
  }
}
