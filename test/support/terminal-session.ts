import { stripVTControlCharacters } from 'node:util';
import type { ExitEvent, Terminal } from '@kubedan/shell';

/** Types into a terminal as a learner does, and reads the answer. */
export class TerminalSession {
  output = '';
  exit: ExitEvent | undefined;
  readonly exited: Promise<ExitEvent>;
  private readonly waiting = new Set<() => void>();
  private counter = 0;

  constructor(readonly terminal: Terminal) {
    terminal.onData((data) => {
      // Only the end is kept: a flood is watched, not stored.
      this.output = (this.output + data).slice(-4 * 1024 * 1024);
      for (const look of this.waiting) look();
    });
    this.exited = new Promise((resolve) => {
      terminal.onExit((event) => {
        this.exit = event;
        for (const look of this.waiting) look();
        resolve(event);
      });
    });
  }

  /** Waits until the output from `from` on matches; fails with the output when the terminal ends before, or after 60 s. */
  until(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void): void => {
        this.waiting.delete(look);
        clearTimeout(late);
        done();
      };
      const look = (): void => {
        const match = pattern.exec(this.output.slice(from));
        if (match) settle(() => resolve(match));
        else if (this.exit) settle(() => reject(new Error(`ended before ${pattern}: ${this.output.slice(-2_000)}`)));
      };
      const late = setTimeout(
        () => settle(() => reject(new Error(`no ${pattern} in 60 s: ${this.output.slice(-2_000)}`))),
        60_000,
      );
      this.waiting.add(look);
      look();
    });
  }

  /** Runs a command line and returns what it printed, without colours, with a line end before it. */
  async run(line: string): Promise<string> {
    const mark = `${++this.counter}`;
    const from = this.output.length;
    // The echo of the command shows $((…)), only its result shows the number: it cannot be taken for the answer.
    this.terminal.write(`${line}\necho "<$((7000+${mark}))>"\n`);
    await this.until(new RegExp(`<${7000 + Number(mark)}>`), from);
    // Bash ends its bracketed paste mode when a command starts: what was before is the echo, perhaps wrapped.
    const raw = this.output.slice(from);
    const start = Math.max(raw.indexOf('\x1b[?2004l'), 0);
    const answer = stripVTControlCharacters(raw.slice(start)).replaceAll('\r', '').replace(/^\n?/, '\n');
    return answer.slice(0, answer.search(/[^\n]*\$ echo "<\$\(\(/));
  }
}
