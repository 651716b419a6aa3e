import type { CommandOutcome } from './command.js';
import { redact } from './redact.js';

/** Characters of stderr that an error keeps: its end, where the reason is. */
const keptCharacters = 8_000;

/**
 * A command failed. Subclasses say by their names what that means. The message tells what happened and then what to do;
 * neither it nor any other field holds a secret that can be told by its form.
 */
export abstract class CommandError extends Error {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Undefined when it was ended by a signal, or never started. */
  readonly exitCode: number | undefined;
  /** What it wrote to stderr, its last 8,000 characters. */
  readonly stderr: string;
  /** The message's first part, without what to do. */
  readonly happened: string;
  /** What the user can do: the message's last sentences. */
  readonly remedy: string;

  constructor(happened: string, remedy: string, outcome: CommandOutcome) {
    super(redact(`${happened} ${remedy}`.trim()), { cause: causeOf(outcome) });
    this.command = outcome.command.map(redact);
    this.exitCode = outcome.exitCode;
    this.stderr = redact(outcome.stderr).slice(-keptCharacters).trim();
    this.happened = redact(happened);
    this.remedy = remedy;
  }
}

function causeOf({ command, startError, endedBy, exitCode, timedOutAfterMs }: CommandOutcome): Error {
  const file = command[0] ?? '';
  if (timedOutAfterMs !== undefined) return new Error(`${file} was ended after ${timedOutAfterMs} ms`);
  if (startError !== undefined)
    return Object.assign(new Error(`${file} could not be started: ${startError}`), { code: startError });
  return new Error(
    endedBy === undefined ? `${file} exited with status ${exitCode}` : `${file} was ended by ${endedBy}`,
  );
}

/** @returns the last line of stderr that says something, without secrets; what a person wants to read first */
export function lastWordOf({ stderr, startError, endedBy, exitCode }: CommandOutcome): string {
  const line = stderr
    .split('\n')
    .map((text) => text.trim())
    .findLast((text) => text !== '');
  if (line !== undefined) return redact(line).slice(0, 400);
  return startError ?? (endedBy === undefined ? `exit status ${exitCode}` : `ended by ${endedBy}`);
}
