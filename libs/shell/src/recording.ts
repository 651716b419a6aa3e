import { createWriteStream, type WriteStream } from 'node:fs';

/** Waiting bytes beyond which the disk is too slow and the recording ends. */
const maxWaiting = 4 * 1024 * 1024;

/**
 * Writes a terminal's output as an asciicast, version 2 (https://docs.asciinema.org/manual/asciicast/v2/). At `maxBytes`
 * it writes a marker and ends; an error of the disk ends it as well and never the terminal.
 */
export class Recording {
  private readonly stream: WriteStream;
  private readonly start: number;
  private written = 0;
  private over = false;

  constructor(
    path: string,
    size: { cols: number; rows: number },
    private readonly maxBytes: number,
    private readonly now: () => number = Date.now,
  ) {
    this.stream = createWriteStream(path, { mode: 0o600 });
    this.stream.on('error', () => (this.over = true));
    this.start = now();
    this.line({
      version: 2,
      width: size.cols,
      height: size.rows,
      timestamp: Math.floor(this.start / 1000),
      env: { SHELL: '/bin/bash', TERM: 'xterm-256color' },
    });
  }

  output(text: string): void {
    this.event('o', text);
  }

  resize(cols: number, rows: number): void {
    this.event('r', `${cols}x${rows}`);
  }

  close(): void {
    this.over = true;
    this.stream.end();
  }

  private event(code: 'o' | 'r' | 'm', data: string): void {
    if (this.over) return;
    const seconds = Math.round((this.now() - this.start) * 1000) / 1_000_000;
    const line = [seconds, code, data];
    if (
      this.written + Buffer.byteLength(JSON.stringify(line)) > this.maxBytes ||
      this.stream.writableLength > maxWaiting
    ) {
      this.line([seconds, 'm', 'The recording is full and ends here.']);
      this.close();
      return;
    }
    this.line(line);
  }

  private line(value: unknown): void {
    const text = `${JSON.stringify(value)}\n`;
    this.written += Buffer.byteLength(text);
    this.stream.write(text);
  }
}
