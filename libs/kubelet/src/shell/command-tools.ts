import { Interpreter, type Running, type ShellState } from './interpreter.js';

export const out = (write: string) => ({ write, to: 1 as const });
export const err = (write: string) => ({ write, to: 2 as const });
/** @returns how long `10`, `1.5m` or `infinity` is, in seconds; NaN when it is no time */
export const seconds = (text: string | undefined) => {
  if (text === 'infinity' || text === 'inf') return Infinity;
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text ?? '');
  return match ? Number(match[1]) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[match[2] ?? ''] ?? 1) : Number.NaN;
};
export const linesIn = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
export const joined = (lines: string[]) => lines.map((line) => `${line}\n`).join('');
export const isNumber = (text: string | undefined) => text !== undefined && /^-?\d+$/.test(text);

/** @returns the absolute path that a path means in a shell */
export const pathIn = (state: ShellState, path: string) =>
  new Interpreter(state, () => {
    throw new Error('no commands here');
  }).path(path);
export function directoryThere(state: ShellState, path: string): boolean {
  const full = pathIn(state, path);
  if (full === '/' || state.directories.has(full)) return true;
  const inside = `${full}/`;
  return [...state.files.keys(), ...state.directories].some((one) => one.startsWith(inside));
}

export function escapes(text: string): string {
  return text.replace(/\\(n|t|r|\\|0\d{0,3}|e)/g, (_, code: string) =>
    code === 'n'
      ? '\n'
      : code === 't'
        ? '\t'
        : code === 'r'
          ? '\r'
          : code === '\\'
            ? '\\'
            : code === 'e'
              ? '\u001b'
              : String.fromCodePoint(Number.parseInt(code, 8) || 0),
  );
}

/** @returns what a command reads: its input, or the files named; undefined after it said why it cannot */
export function* inputOf(
  command: string,
  paths: string[],
  input: string,
  state: ShellState,
): Running<string | undefined> {
  if (!paths.length || (paths.length === 1 && paths[0] === '-')) return input;
  let text = '';
  for (const path of paths) {
    const full = pathIn(state, path);
    const content = full === '/etc/hostname' ? `${state.variables.get('HOSTNAME') ?? ''}\n` : state.files.get(full);
    if (content === undefined) {
      yield err(
        directoryThere(state, path)
          ? `${command}: read error: Is a directory\n`
          : `${command}: can't open '${path}': No such file or directory\n`,
      );
      return undefined;
    }
    text += content;
  }
  return text;
}
