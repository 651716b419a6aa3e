import { ConfigInvalidError } from '@kubedan/server/config';
import { styleText } from 'node:util';

/** What the person in front of the terminal can mend: one sentence, no stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    message: string,
    /** The process's exit status. */
    readonly status = 1,
  ) {
    super(message);
  }
}

/** Prints an error and sets the exit status. Our own mistakes keep their stack, as it is needed to mend them. */
export function report(error: unknown): void {
  const theirs = error instanceof UserError || error instanceof ConfigInvalidError;
  const text = error instanceof Error ? (theirs ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`kubedan: ${text}\n`);
  process.exitCode = error instanceof UserError ? error.status : 1;
}

/** Prints one line, or several. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a value as JSON for other programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

type Colour = Parameters<typeof styleText>[0];

/** Colours a text where the terminal shows colours; NO_COLOR is respected. */
export function paint(colour: Colour, text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}

/** Lines up the columns of a table; wide characters count twice, as terminals show them. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function widthOf(text: string): number {
  // eslint-disable-next-line no-control-regex -- colour sequences take no place
  const visible = text.replaceAll(/\u001B\[[0-9;]*m/g, '');
  return [...visible].reduce(
    (width, character) =>
      width +
      (/[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/.test(character)
        ? 2
        : 1),
    0,
  );
}
