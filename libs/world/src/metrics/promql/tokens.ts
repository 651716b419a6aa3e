import { PromqlError } from './errors.js';

export interface Token {
  kind: 'name' | 'number' | 'duration' | 'text' | 'sign' | 'end';
  text: string;
  offset: number;
}

const patterns: [Token['kind'] | undefined, RegExp][] = [
  [undefined, /(?:\s|#[^\n]*)+/y],
  ['duration', /(?:\d+(?:ms|[smhdwy]))+(?![A-Za-z0-9_.])/y],
  ['number', /(?:0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_])/y],
  ['name', /[A-Za-z_:][A-Za-z0-9_:]*/y],
  ['text', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y],
  ['sign', /=~|!~|==|!=|<=|>=|[-+*/%^=<>(){}[\],]/y],
];

/** @throws PromqlError for what is no part of the language */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < query.length) {
    let found: string | undefined;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = offset;
      found = pattern.exec(query)?.[0];
      if (found === undefined) continue;
      if (kind !== undefined) tokens.push({ kind, text: found, offset });
      break;
    }
    if (found === undefined)
      throw new PromqlError(`${JSON.stringify(query.slice(offset, offset + 10))} cannot stand here`, offset);
    offset += found.length;
  }
  return [...tokens, { kind: 'end', text: '', offset }];
}

const unitMs: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** @returns milliseconds of a duration such as `5m` or `1h30m`; undefined when it is none */
export function promDurationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+)(ms|[smhdwy])/g))
    total += Number(amount) * (unitMs[unit] ?? 0);
  return total;
}

/** @returns what a text in quotes says */
export function unquoted({ text, offset }: Token): string {
  const inside = text.slice(1, -1);
  if (text.startsWith('`')) return inside;
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };
  return inside.replace(/\\(.)/g, (whole, letter: string) => {
    const meant = escapes[letter];
    if (meant === undefined)
      throw new PromqlError(`${whole} means nothing in a text; write \\\\ for a backslash`, offset);
    return meant;
  });
}
