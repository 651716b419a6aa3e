/** The part of the POSIX shell's grammar that people write into manifests. */
export type Part =
  | { kind: 'text'; text: string; quoted: boolean }
  | { kind: 'variable'; name: string; quoted: boolean; otherwise?: { assign: boolean; word: Part[] } }
  | { kind: 'command'; list: List; quoted: boolean }
  | { kind: 'arithmetic'; text: string };
export type Word = Part[];
export interface Redirect {
  /** 1 standard output, 2 standard error, 0 standard input. */
  from: number;
  mode: '>' | '>>' | '<' | '>&';
  to: Word;
}
export type Command =
  | { kind: 'simple'; assigns: { name: string; value: Word }[]; words: Word[]; redirects: Redirect[] }
  | { kind: 'loop'; until: boolean; condition: List; body: List; redirects: Redirect[] }
  | { kind: 'for'; name: string; words: Word[]; body: List; redirects: Redirect[] }
  | { kind: 'if'; branches: { condition: List; body: List }[]; otherwise?: List; redirects: Redirect[] }
  | { kind: 'group'; body: List; redirects: Redirect[] };
export interface Pipeline {
  negated: boolean;
  commands: Command[];
}
/** Pipelines with what joins each to the one before. */
export type List = { join: ';' | '&&' | '||' | '&'; pipeline: Pipeline }[];

/** The text is no shell script, or uses what is not understood here. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
}

const reserved = new Set(['then', 'do', 'done', 'fi', 'else', 'elif', '}', 'esac']);
const MAX_SCRIPT = 65_536;
const unsupported = new Set(['case', 'function', 'select', 'until=']);

/** @throws ShellSyntaxError */
export function parseShell(text: string): List {
  if (text.length > MAX_SCRIPT)
    throw new ShellSyntaxError(`scripts of more than ${MAX_SCRIPT} characters are not understood here`);
  const parser = new Parser(text);
  const list = parser.list();
  parser.end();
  return list;
}

class Parser {
  #at = 0;
  constructor(private readonly text: string) {}

  list(): List {
    const list: List = [];
    let join: List[number]['join'] = ';';
    for (;;) {
      this.#blank(true);
      if (this.#done() || this.#peek(')') || reserved.has(this.#bareWord())) break;
      list.push({ join, pipeline: this.#pipeline() });
      this.#blank(false);
      if (this.#take('&&')) join = '&&';
      else if (this.#take('||')) join = '||';
      else if (this.#take(';;')) throw new ShellSyntaxError('`case` is not understood here');
      else if (this.#take(';') || this.#take('\n')) join = ';';
      else if (this.#take('&')) {
        (list.at(-1) as List[number]).join = list.at(-1)?.join ?? ';';
        join = ';';
      } else break;
    }
    return list;
  }

  end(): void {
    this.#blank(true);
    if (!this.#done())
      throw new ShellSyntaxError(`unexpected ${JSON.stringify(this.text.slice(this.#at, this.#at + 10))}`);
  }

  #pipeline(): Pipeline {
    let negated = false;
    while (this.#bareWord() === '!') {
      this.#at += 1;
      this.#blank(false);
      negated = !negated;
    }
    const commands = [this.#command()];
    for (;;) {
      this.#blank(false);
      if (this.#peek('||') || !this.#take('|')) return { negated, commands };
      this.#blank(true);
      commands.push(this.#command());
    }
  }

  #command(): Command {
    const word = this.#bareWord();
    if (unsupported.has(word)) throw new ShellSyntaxError(`\`${word}\` is not understood here`);
    if (word === 'while' || word === 'until') {
      this.#word(word);
      const condition = this.list();
      this.#word('do');
      const body = this.list();
      this.#word('done');
      return { kind: 'loop', until: word === 'until', condition, body, redirects: this.#redirects() };
    }
    if (word === 'for') {
      this.#word('for');
      this.#blank(false);
      const name = this.#bareWord();
      this.#at += name.length;
      const words: Word[] = [];
      this.#blank(true);
      if (this.#bareWord() === 'in') {
        this.#word('in');
        for (this.#blank(false); !this.#done() && !this.#peek(';') && !this.#peek('\n'); this.#blank(false))
          words.push(this.#readWord());
        this.#at += 1;
      }
      this.#blank(true);
      this.#take(';');
      this.#word('do');
      const body = this.list();
      this.#word('done');
      return { kind: 'for', name, words, body, redirects: this.#redirects() };
    }
    if (word === 'if') {
      const branches: { condition: List; body: List }[] = [];
      this.#word('if');
      let otherwise: List | undefined;
      for (;;) {
        const condition = this.list();
        this.#word('then');
        branches.push({ condition, body: this.list() });
        const next = this.#bareWord();
        if (next === 'elif') this.#word('elif');
        else {
          if (next === 'else') {
            this.#word('else');
            otherwise = this.list();
          }
          this.#word('fi');
          return { kind: 'if', branches, ...(otherwise ? { otherwise } : {}), redirects: this.#redirects() };
        }
      }
    }
    if (word === '{') {
      this.#word('{');
      const body = this.list();
      this.#word('}');
      return { kind: 'group', body, redirects: this.#redirects() };
    }
    if (this.#take('(')) {
      const body = this.list();
      if (!this.#take(')')) throw new ShellSyntaxError('a `)` is missing');
      return { kind: 'group', body, redirects: this.#redirects() };
    }
    return this.#simple();
  }

  #simple(): Command {
    const assigns: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      this.#blank(false);
      if (this.#done() || /[;&|\n()]/.test(this.text[this.#at] ?? '')) {
        if (!this.#peek('&>')) break;
      }
      const redirect = this.#redirect();
      if (redirect) {
        redirects.push(...redirect);
        continue;
      }
      const assign = words.length ? null : /^([A-Za-z_]\w*)=/.exec(this.text.slice(this.#at, this.#at + 200));
      if (assign) {
        this.#at += assign[0].length;
        const name = assign[1] as string;
        assigns.push({ name, value: /[\s;&|)]/.test(this.text[this.#at] ?? ' ') ? [] : this.#readWord() });
      } else words.push(this.#readWord());
    }
    if (!assigns.length && !words.length && !redirects.length) {
      throw new ShellSyntaxError(`unexpected ${JSON.stringify(this.text.slice(this.#at, this.#at + 10))}`);
    }
    return { kind: 'simple', assigns, words, redirects };
  }

  #redirects(): Redirect[] {
    const all: Redirect[] = [];
    for (;;) {
      this.#blank(false);
      const one = this.#redirect();
      if (!one) return all;
      all.push(...one);
    }
  }

  #redirect(): Redirect[] | undefined {
    const match = /^(\d|&)?(>>|>&|>|<<|<)/.exec(this.text.slice(this.#at, this.#at + 4));
    if (!match) return undefined;
    if (match[2] === '<<') throw new ShellSyntaxError('here-documents are not understood here');
    this.#at += match[0].length;
    this.#blank(false);
    const mode = match[2] as Redirect['mode'];
    const to = this.#readWord();
    if (match[1] === '&')
      return [
        { from: 1, mode: '>', to },
        { from: 2, mode: '>', to },
      ];
    return [{ from: match[1] ? Number(match[1]) : mode === '<' ? 0 : 1, mode, to }];
  }

  #readWord(): Word {
    const parts: Word = [];
    for (;;) {
      const char = this.text[this.#at];
      if (char === undefined || /[\s;&|()<>]/.test(char)) break;
      if (char === "'") {
        const end = this.text.indexOf("'", this.#at + 1);
        if (end < 0) throw new ShellSyntaxError("a ' is missing");
        parts.push({ kind: 'text', text: this.text.slice(this.#at + 1, end), quoted: true });
        this.#at = end + 1;
      } else if (char === '"') {
        this.#at += 1;
        const before = parts.length;
        while (!this.#peek('"')) {
          if (this.#done()) throw new ShellSyntaxError('a " is missing');
          parts.push(this.#part(true));
        }
        this.#at += 1;
        if (parts.length === before) parts.push({ kind: 'text', text: '', quoted: true });
      } else parts.push(this.#part(false));
    }
    if (!parts.length)
      throw new ShellSyntaxError(`unexpected ${JSON.stringify(this.text.slice(this.#at, this.#at + 10))}`);
    return parts;
  }

  #part(quoted: boolean): Part {
    const char = this.text[this.#at];
    if (char === '\\') {
      this.#at += 2;
      const text = this.text[this.#at - 1] ?? '';
      return {
        kind: 'text',
        text: quoted && !'$`"\\\n'.includes(text) ? `\\${text}` : text === '\n' ? '' : text,
        quoted: true,
      };
    }
    if (char === '`') {
      const end = this.text.indexOf('`', this.#at + 1);
      if (end < 0) throw new ShellSyntaxError('a ` is missing');
      const list = parseShell(this.text.slice(this.#at + 1, end));
      this.#at = end + 1;
      return { kind: 'command', list, quoted };
    }
    if (char === '$') return this.#dollar(quoted);
    const stop = quoted ? /[$`"\\]/ : /[\s;&|()<>$`"'\\]/;
    const rest = this.text.slice(this.#at);
    const length = Math.max(1, rest.search(stop) < 0 ? rest.length : rest.search(stop));
    this.#at += length;
    return { kind: 'text', text: rest.slice(0, length), quoted };
  }

  #dollar(quoted: boolean): Part {
    if (this.#take('$((')) {
      const end = this.text.indexOf('))', this.#at);
      if (end < 0) throw new ShellSyntaxError('a `))` is missing');
      const text = this.text.slice(this.#at, end);
      this.#at = end + 2;
      return { kind: 'arithmetic', text };
    }
    if (this.#take('$(')) {
      const list = this.list();
      if (!this.#take(')')) throw new ShellSyntaxError('a `)` is missing');
      return { kind: 'command', list, quoted };
    }
    const rest = this.text.slice(this.#at);
    const braced = /^\$\{(\w+|[?$#@*])(?:(:?[-=])([^}]*))?\}/.exec(rest);
    if (braced) {
      this.#at += braced[0].length;
      const name = braced[1] as string;
      if (braced[2] === undefined) return { kind: 'variable', name, quoted };
      const word: Part[] = [{ kind: 'text', text: braced[3] ?? '', quoted: true }];
      return { kind: 'variable', name, quoted, otherwise: { assign: braced[2].endsWith('='), word } };
    }
    if (rest.startsWith('${')) throw new ShellSyntaxError('this ${…} is not understood here');
    const plain = /^\$([A-Za-z_]\w*|[0-9?$#@*!])/.exec(rest);
    this.#at += plain ? plain[0].length : 1;
    return plain ? { kind: 'variable', name: plain[1] as string, quoted } : { kind: 'text', text: '$', quoted: true };
  }

  #bareWord(): string {
    return /^[^\s;&|()<>'"$`\\]+/.exec(this.text.slice(this.#at, this.#at + 64))?.[0] ?? '';
  }

  #word(word: string): void {
    this.#blank(true);
    if (this.#bareWord() !== word) throw new ShellSyntaxError(`\`${word}\` is missing`);
    this.#at += word.length;
  }

  #blank(lines: boolean): void {
    for (;;) {
      const rest = this.text.slice(this.#at, this.#at + 2);
      if (rest.startsWith('\\\n')) this.#at += 2;
      else if (rest[0] === ' ' || rest[0] === '\t' || rest[0] === '\r' || (lines && rest[0] === '\n')) this.#at += 1;
      else if (rest[0] === '#') {
        const end = this.text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.text.length : end;
      } else return;
    }
  }

  #done(): boolean {
    return this.#at >= this.text.length;
  }
  #peek(text: string): boolean {
    return this.text.startsWith(text, this.#at);
  }
  #take(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }
}
