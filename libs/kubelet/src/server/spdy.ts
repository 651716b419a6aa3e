import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { spdyDictionary } from './spdy-dictionary.js';

const VERSION = 3;
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const FIN = 1;
/** Frames of more than this are none that an API server sends. */
const MAX_FRAME = 1_048_576;

/** One stream of a connection. */
export class SpdyStream extends EventEmitter<{ data: [Buffer]; end: [] }> {
  #ended = false;
  constructor(
    readonly id: number,
    readonly headers: ReadonlyMap<string, string>,
    private readonly send: (id: number, data: Buffer, last: boolean) => boolean,
  ) {
    super();
  }

  /** @returns false when the other side should be given time to read */
  write(data: Buffer | string): boolean {
    return this.#ended || this.send(this.id, Buffer.from(data), false);
  }

  end(): void {
    if (!this.#ended) this.send(this.id, Buffer.alloc(0), true);
    this.#ended = true;
  }
}

/**
 * The server's side of SPDY/3.1 as Kubernetes uses it for exec: the client opens streams, each with headers, and data flows on
 * them (draft-mbelshe-httpbis-spdy-00, 2). Flow control windows are left out, as moby/spdystream leaves them out.
 */
export class SpdyConnection extends EventEmitter<{ stream: [SpdyStream]; close: [] }> {
  readonly #streams = new Map<number, SpdyStream>();
  readonly #inflate: Inflate = createInflate({ dictionary: spdyDictionary, finishFlush: constants.Z_SYNC_FLUSH });
  readonly #deflate: Deflate = createDeflate({ dictionary: spdyDictionary });
  #pending: Buffer = Buffer.alloc(0);
  /** Headers share one compression state a direction: frames are taken one after the other. */
  #work = Promise.resolve();

  constructor(private readonly socket: Duplex) {
    super();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('close', () => this.#closed());
    socket.on('error', () => socket.destroy());
    for (const codec of [this.#inflate, this.#deflate]) codec.on('error', () => socket.destroy());
  }

  get closed(): boolean {
    return this.socket.destroyed;
  }

  /** Resolves when the other side has read what was written. */
  async drained(): Promise<void> {
    if (!this.socket.writableNeedDrain || this.socket.destroyed) return;
    await new Promise<void>((resolve) => this.socket.once('drain', resolve).once('close', resolve));
  }

  close(): void {
    if (this.socket.destroyed) return;
    this.#control(GOAWAY, 0, Buffer.alloc(8));
    this.socket.end();
  }

  #closed(): void {
    this.#inflate.close();
    this.#deflate.close();
    for (const stream of this.#streams.values()) stream.emit('end');
    this.#streams.clear();
    this.emit('close');
  }

  #take(chunk: Buffer): void {
    this.#pending = this.#pending.length ? Buffer.concat([this.#pending, chunk]) : chunk;
    while (this.#pending.length >= 8) {
      const length = this.#pending.readUIntBE(5, 3);
      if (length > MAX_FRAME) {
        this.socket.destroy();
        return;
      }
      if (this.#pending.length < 8 + length) return;
      const frame = this.#pending.subarray(0, 8 + length);
      this.#pending = this.#pending.subarray(8 + length);
      this.#work = this.#work.then(() => this.#frame(frame)).catch(() => void this.socket.destroy());
    }
  }

  async #frame(frame: Buffer): Promise<void> {
    const flags = frame.readUInt8(4);
    const body = frame.subarray(8);
    if ((frame.readUInt8(0) & 0x80) === 0) {
      const stream = this.#streams.get(frame.readUInt32BE(0));
      if (body.length) stream?.emit('data', Buffer.from(body));
      if (flags & FIN) stream?.emit('end');
      return;
    }
    switch (frame.readUInt16BE(2)) {
      case SYN_STREAM: {
        const id = body.readUInt32BE(0) & 0x7fffffff;
        const headers = headersIn(await this.#run(this.#inflate, body.subarray(10)));
        const stream = new SpdyStream(id, headers, (of, data, last) => this.#data(of, data, last));
        this.#streams.set(id, stream);
        const block = await this.#run(this.#deflate, Buffer.alloc(4));
        const reply = Buffer.alloc(4);
        reply.writeUInt32BE(id);
        this.#control(SYN_REPLY, 0, Buffer.concat([reply, block]));
        this.emit('stream', stream);
        if (flags & FIN) stream.emit('end');
        return;
      }
      case RST_STREAM: {
        const id = body.readUInt32BE(0) & 0x7fffffff;
        this.#streams.get(id)?.emit('end');
        this.#streams.delete(id);
        return;
      }
      case PING:
        this.#control(PING, 0, Buffer.from(body));
        return;
      default:
    }
  }

  async #run(codec: Inflate | Deflate, input: Buffer): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer) => chunks.push(chunk);
    codec.on('data', take);
    try {
      await new Promise<void>((resolve, reject) => codec.write(input, (error) => (error ? reject(error) : resolve())));
      await new Promise<void>((resolve) => codec.flush(constants.Z_SYNC_FLUSH, () => resolve()));
    } finally {
      codec.off('data', take);
    }
    return Buffer.concat(chunks);
  }

  #data(id: number, data: Buffer, last: boolean): boolean {
    if (this.socket.destroyed || this.socket.writableEnded) return true;
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id & 0x7fffffff);
    head.writeUInt8(last ? FIN : 0, 4);
    head.writeUIntBE(data.length, 5, 3);
    // What the other side still sends on a stream that is over here goes nowhere.
    if (last) this.#streams.delete(id);
    return this.socket.write(Buffer.concat([head, data]));
  }

  #control(type: number, flags: number, body: Buffer): void {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x8000 | VERSION);
    head.writeUInt16BE(type, 2);
    head.writeUInt8(flags, 4);
    head.writeUIntBE(body.length, 5, 3);
    if (!this.socket.destroyed && !this.socket.writableEnded) this.socket.write(Buffer.concat([head, body]));
  }
}

function headersIn(block: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 4;
  const text = () => {
    const length = block.readUInt32BE(at);
    const value = block.toString('utf8', at + 4, at + 4 + length);
    at += 4 + length;
    return value;
  };
  for (let left = block.readUInt32BE(0); left > 0; left--) headers.set(text().toLowerCase(), text());
  return headers;
}
