import { StringDecoder } from 'node:string_decoder';
import type { Channel, ExitEvent } from './channel.js';
import type { Recording } from './recording.js';

/** Characters kept for a page that reloads. */
const backlogLength = 256 * 1024;

/** A learner's terminal. Output is held back by `pause()` down to the program that writes it. */
export class Terminal {
  private readonly decoder = new StringDecoder('utf8');
  private readonly dataListeners = new Set<(data: string) => void>();
  private readonly exitListeners = new Set<(event: ExitEvent) => void>();
  private kept: string[] = [];
  private keptLength = 0;
  private waiting: Buffer[] = [];
  private paused = false;
  private exit: ExitEvent | undefined;

  /** @param killAll ends this terminal, and its sandbox if it is the last one there */
  constructor(
    /** Unique on this host, for the life of the process. */
    readonly id: string,
    private readonly channel: Channel,
    private readonly recording: Recording | undefined,
    private readonly killAll: () => Promise<void>,
  ) {
    channel.read((data) => {
      if (!this.paused) {
        this.deliver(data);
        return;
      }
      // A million frames of one byte must not cost more than a megabyte.
      if (this.waiting.length >= 1024) this.waiting = [Buffer.concat(this.waiting)];
      this.waiting.push(data);
    });
    const ended = (event: ExitEvent): void => {
      this.exit = event;
      if (!this.paused) this.announceExit();
    };
    if (channel.ended) ended(channel.ended);
    else channel.on('exit', ended);
  }

  /** Types into the terminal. Input that the program does not read is dropped beyond 1 MiB. */
  write(data: string): void {
    this.channel.input(Buffer.from(data));
  }

  /** Both from 1 to 1000; values beyond are moved into the range. */
  resize(cols: number, rows: number): void {
    const size = terminalSize(cols, rows);
    this.channel.resize(size.cols, size.rows);
    this.recording?.resize(size.cols, size.rows);
  }

  /** Returns a function that takes the listener away. */
  onData(listener: (data: string) => void): () => void {
    this.dataListeners.add(listener);
    return () => this.dataListeners.delete(listener);
  }

  /** Called once, after all output; at once (in a microtask) when the terminal has ended already. */
  onExit(listener: (event: ExitEvent) => void): () => void {
    if (this.exit && !this.paused) queueMicrotask(() => listener(this.exit as ExitEvent));
    else this.exitListeners.add(listener);
    return () => this.exitListeners.delete(listener);
  }

  /**
   * Holds output back, and the exit after it. At most 1 MiB waits here, and long before that the pseudo-terminal and the
   * program in it wait.
   */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    while (!this.paused && this.waiting.length > 0) this.deliver(this.waiting.shift() as Buffer);
    if (!this.paused && this.exit) this.announceExit();
  }

  /** The last 256 Ki characters of output, so that a reloaded page can show them again. */
  backlog(): string {
    return this.kept.join('').slice(-backlogLength);
  }

  /** Ends the terminal and its session; the last one of a workspace ends every process of the sandbox. */
  kill(): Promise<void> {
    return this.killAll();
  }

  private deliver(data: Buffer): void {
    const text = this.decoder.write(data);
    if (text !== '') {
      this.keep(text);
      this.recording?.output(text);
      for (const listener of this.dataListeners) listener(text);
    }
    this.channel.acknowledge(data.length);
  }

  private keep(text: string): void {
    this.kept.push(text);
    this.keptLength += text.length;
    while (this.kept.length > 1 && this.keptLength - (this.kept[0] as string).length >= backlogLength) {
      this.keptLength -= (this.kept.shift() as string).length;
    }
    // Many small pieces cost more than their text.
    if (this.kept.length > 512) this.kept = [this.kept.join('')];
  }

  private announceExit(): void {
    const listeners = [...this.exitListeners];
    this.exitListeners.clear();
    for (const listener of listeners) listener(this.exit as ExitEvent);
    this.recording?.close();
  }
}

export function terminalSize(cols: number, rows: number): { cols: number; rows: number } {
  return { cols: clampSize(cols, 80), rows: clampSize(rows, 24) };
}

function clampSize(value: number, fallback: number): number {
  return Number.isFinite(value) ? Math.min(1000, Math.max(1, Math.floor(value))) : fallback;
}
