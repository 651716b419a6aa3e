import { EventEmitter } from 'node:events';

export type EndReason =
  /** The program ended by itself. */
  | 'exited'
  /** `kill()`, or the sandbox was closed by the server. */
  | 'killed'
  /** The workspace was fuller than allowed. */
  | 'disk'
  /** More memory than allowed. */
  | 'memory'
  /** As many processes as allowed, for seconds. */
  | 'processes'
  /** The agent ended, e.g. because the learner killed it. */
  | 'crashed';

export interface ExitEvent {
  /** The program's status; 128 + signal number after a signal, 137 when the sandbox ended. */
  exitCode: number;
  reason: EndReason;
  /** A sentence for the learner, when a limit ended it. */
  message?: string;
}

interface ChannelEvents {
  opened: [];
  exit: [event: ExitEvent];
}

/** One terminal or script inside a sandbox, as the host sees it: bytes out, bytes in, an end. */
export class Channel extends EventEmitter<ChannelEvents> {
  /** Bytes received and not yet acknowledged. */
  unacknowledged = 0;
  ended: ExitEvent | undefined;
  private early: Buffer[] = [];
  private reader: ((data: Buffer) => void) | undefined;

  constructor(
    readonly id: number,
    private readonly link: {
      input(data: Buffer): void;
      resize(cols: number, rows: number): void;
      acknowledge(bytes: number): void;
      hangUp(): Promise<void>;
    },
  ) {
    super();
  }

  /** Hands output to `reader`, first what came before there was one. */
  read(reader: (data: Buffer) => void): void {
    this.reader = reader;
    for (const data of this.early.splice(0)) reader(data);
  }

  /** Takes output of the sandbox. */
  output(data: Buffer): void {
    this.unacknowledged += data.length;
    if (this.reader) this.reader(data);
    else this.early.push(data);
  }

  input(data: Buffer): void {
    if (!this.ended) this.link.input(data);
  }

  resize(cols: number, rows: number): void {
    if (!this.ended) this.link.resize(cols, rows);
  }

  /** Says that `bytes` of output were dealt with, so that as many more may come. */
  acknowledge(bytes: number): void {
    this.unacknowledged -= bytes;
    if (!this.ended) this.link.acknowledge(bytes);
  }

  async hangUp(): Promise<void> {
    if (!this.ended) await this.link.hangUp();
  }

  end(event: ExitEvent): void {
    if (this.ended) return;
    this.ended = event;
    this.emit('exit', event);
  }
}
