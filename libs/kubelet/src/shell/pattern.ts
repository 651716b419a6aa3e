interface Atom {
  matches: (char: string) => boolean;
  many: '' | '*' | '+' | '?';
}

/**
 * grep's regular expressions, as far as people use them on logs: literals, `.`, `[…]`, `*`, `+`, `?`, `^`, `$`, `|`, `\`.
 * Patterns come from learners: unlike a RegExp, this takes time proportional to line and pattern, whatever they are.
 */
export function patternOf(
  pattern: string,
  options: { ignoreCase?: boolean; literal?: boolean } = {},
): (line: string) => boolean {
  const fold = (text: string) => (options.ignoreCase ? text.toLowerCase() : text);
  if (options.literal) return (line) => fold(line).includes(fold(pattern));
  const branches = fold(pattern)
    .split(/\\?\|/)
    .map((branch) => {
      const start = branch.startsWith('^');
      const end = branch.endsWith('$') && !branch.endsWith('\\$');
      return { atoms: atomsOf(branch.slice(start ? 1 : 0, end ? -1 : undefined)), start, end };
    });
  return (line) => branches.some(({ atoms, start, end }) => found(atoms, fold(line), start, end));
}

function atomsOf(text: string): Atom[] {
  const atoms: Atom[] = [];
  for (let at = 0; at < text.length;) {
    let matches: Atom['matches'];
    const char = text[at] as string;
    const close = text.indexOf(']', at + 2);
    if (char === '[' && close > 0) {
      matches = setOf(text.slice(at + 1, close));
      at = close + 1;
    } else if (char === '\\' && at + 1 < text.length) {
      const literal = text[at + 1];
      matches = (one) => one === literal;
      at += 2;
    } else {
      matches = char === '.' ? () => true : (one) => one === char;
      at += 1;
    }
    const next = text[at] ?? '';
    const many = next === '*' || next === '+' || next === '?' ? next : '';
    if (many) at += 1;
    atoms.push({ matches, many });
  }
  return atoms;
}

function setOf(text: string): Atom['matches'] {
  const negated = text.startsWith('^');
  const chars = new Set<string>();
  const body = negated ? text.slice(1) : text;
  for (let at = 0; at < body.length; at++) {
    if (body[at + 1] === '-' && at + 2 < body.length) {
      const [from, to] = [body.codePointAt(at) ?? 0, body.codePointAt(at + 2) ?? 0];
      for (let code = from; code <= Math.min(to, from + 512); code++) chars.add(String.fromCodePoint(code));
      at += 2;
    } else chars.add(body[at] as string);
  }
  return (one) => chars.has(one) !== negated;
}

/** Thompson's simulation: all places in the pattern that the line up to here can have led to. */
function found(atoms: readonly Atom[], line: string, start: boolean, end: boolean): boolean {
  let places = new Set<number>();
  const enter = (set: Set<number>, from: number) => {
    for (let place = from; ; place++) {
      set.add(place);
      const many = atoms[place]?.many;
      if (many !== '*' && many !== '?') return;
    }
  };
  enter(places, 0);
  for (const char of line) {
    if (!end && places.has(atoms.length)) return true;
    const next = new Set<number>();
    for (const place of places) {
      const atom = atoms[place];
      if (!atom?.matches(char)) continue;
      if (atom.many === '*' || atom.many === '+') enter(next, place);
      enter(next, place + 1);
    }
    if (!start) enter(next, 0);
    places = next;
  }
  return places.has(atoms.length);
}
