import { terminalHighWater, terminalLowWater } from '@kubedan/contracts';
import type { ExitEvent, Terminal } from '@kubedan/shell';

/** A page that shows a terminal. */
export interface TerminalViewer {
  data(text: string): void;
  exit(event: ExitEvent): void;
}

interface Viewing {
  viewer: TerminalViewer;
  /** Characters sent and not yet drawn. */
  underway: number;
}

/** A terminal with those who look at it. It waits for the slowest; without a viewer it runs on, and the backlog keeps the end. */
export class OpenTerminal {
  readonly #viewings = new Map<object, Viewing>();
  #isPaused = false;

  constructor(
    readonly sessionId: string,
    readonly terminal: Terminal,
    onEnd: () => void,
  ) {
    terminal.onData((text) => {
      for (const viewing of this.#viewings.values()) {
        viewing.underway += text.length;
        viewing.viewer.data(text);
      }
      this.#adjust();
    });
    terminal.onExit((event) => {
      onEnd();
      for (const { viewer } of this.#viewings.values()) viewer.exit(event);
      this.#viewings.clear();
    });
  }

  /** @param key tells viewers apart @returns what the terminal showed last */
  attach(key: object, viewer: TerminalViewer): string {
    this.#viewings.set(key, { viewer, underway: 0 });
    this.#adjust();
    return this.terminal.backlog();
  }

  detach(key: object): void {
    if (this.#viewings.delete(key)) this.#adjust();
  }

  isShownTo(key: object): boolean {
    return this.#viewings.has(key);
  }

  /** The viewer has drawn so many characters. */
  acknowledge(key: object, characters: number): void {
    const viewing = this.#viewings.get(key);
    if (viewing === undefined) return;
    viewing.underway = Math.max(0, viewing.underway - characters);
    this.#adjust();
  }

  #adjust(): void {
    const most = Math.max(0, ...[...this.#viewings.values()].map(({ underway }) => underway));
    if (!this.#isPaused && most > terminalHighWater) {
      this.#isPaused = true;
      this.terminal.pause();
    } else if (this.#isPaused && most < terminalLowWater) {
      this.#isPaused = false;
      this.terminal.resume();
    }
  }
}
