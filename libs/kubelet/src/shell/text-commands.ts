import { out, linesIn, joined, isNumber, pathIn, escapes, inputOf } from './command-tools.js';
import type { Running, ShellState } from './interpreter.js';
import { patternOf } from './pattern.js';
import type { Builtin } from './shell-world.js';

function* echo(args: string[]): Running {
  let [newline, escaped] = [true, false];
  let words = args;
  while (/^-[neE]+$/.test(words[0] ?? '')) {
    newline &&= !words[0]?.includes('n');
    escaped ||= words[0]?.includes('e') ?? false;
    words = words.slice(1);
  }
  const text = words.join(' ');
  yield out((escaped ? escapes(text) : text) + (newline ? '\n' : ''));
  return 0;
}

function* printf([format = '', ...args]: string[]): Running {
  const values = [...args];
  let text = '';
  do {
    text += escapes(format).replace(/%(-?\d*)([sdi%])/g, (_, width: string, kind: string) => {
      if (kind === '%') return '%';
      const value = values.shift() ?? (kind === 's' ? '' : '0');
      const columns = Math.min(Math.abs(Number(width)) || 0, 1_000);
      return width.startsWith('-') ? value.padEnd(columns) : value.padStart(columns);
    });
  } while (values.length && /%-?\d*[sdi]/.test(format));
  yield out(text);
  return 0;
}

function* part(
  command: string,
  args: string[],
  input: string,
  state: ShellState,
  pick: (lines: string[], count: number) => string[],
): Running {
  let count = 10;
  const paths: string[] = [];
  for (const [index, one] of args.entries()) {
    const match = /^-(?:n|c)?(\d+)$/.exec(one);
    if (match) count = Number(match[1]);
    else if (args[index - 1] === '-n' && isNumber(one)) count = Number(one);
    else if (!one.startsWith('-')) paths.push(one);
  }
  const text = yield* inputOf(command, paths, input, state);
  if (text === undefined) return 1;
  yield out(joined(pick(linesIn(text), count)));
  return 0;
}

/** Commands that write text and filter it. */
export const textCommands: Record<string, Builtin> = {
  echo,
  printf,
  *cat(args, input, state) {
    const text = yield* inputOf(
      'cat',
      args.filter((one) => !one.startsWith('-') || one === '-'),
      input,
      state,
    );
    if (text === undefined) return 1;
    yield out(text);
    return 0;
  },
  *tee(args, input, state) {
    for (const path of args.filter((one) => !one.startsWith('-'))) state.files.set(pathIn(state, path), input);
    yield out(input);
    return 0;
  },
  *grep(args, input, state) {
    const flags = args.filter((one) => one.startsWith('-')).join('');
    const [pattern = '', ...paths] = args.filter((one) => !one.startsWith('-'));
    const text = yield* inputOf('grep', paths, input, state);
    if (text === undefined) return 2;
    const matches = patternOf(pattern, { ignoreCase: flags.includes('i'), literal: flags.includes('F') });
    const found = linesIn(text).filter((line) => matches(line) !== flags.includes('v'));
    if (flags.includes('c')) yield out(`${found.length}\n`);
    else if (!flags.includes('q')) yield out(joined(found));
    return found.length ? 0 : 1;
  },
  *head(args, input, state) {
    return yield* part('head', args, input, state, (lines, count) => lines.slice(0, count));
  },
  *tail(args, input, state) {
    if (args.some((one) => /^-[fF]$/.test(one))) {
      yield { wait: Infinity };
      return 0;
    }
    return yield* part('tail', args, input, state, (lines, count) => (count ? lines.slice(-count) : []));
  },
  *wc(args, input, state) {
    const text = yield* inputOf(
      'wc',
      args.filter((one) => !one.startsWith('-')),
      input,
      state,
    );
    if (text === undefined) return 1;
    const counts = { l: linesIn(text).length, w: text.split(/\s+/).filter(Boolean).length, c: Buffer.byteLength(text) };
    const flag = args.find((one) => one.startsWith('-'))?.[1] as 'l' | 'w' | 'c' | undefined;
    yield out(flag ? `${counts[flag]}\n` : `${counts.l} ${counts.w} ${counts.c}\n`);
    return 0;
  },
  *sort(args, input, state) {
    const text = yield* inputOf(
      'sort',
      args.filter((one) => !one.startsWith('-')),
      input,
      state,
    );
    if (text === undefined) return 1;
    yield out(joined(linesIn(text).sort()));
    return 0;
  },
  *seq(args) {
    const [from, step, to] =
      args.length > 2
        ? args.map(Number)
        : args.length === 2
          ? [Number(args[0]), 1, Number(args[1])]
          : [1, 1, Number(args[0])];
    const values = [];
    for (let value = from ?? 1; value <= (to ?? 0) && values.length < 10_000; value += step || 1)
      values.push(String(value));
    yield out(joined(values));
    return 0;
  },
};
