// The language that host and agent speak over a pair of pipes: u8 type, u32 channel, u32 length, payload (big-endian).
// The agent runs beside hostile code, so the host believes nothing of it: lengths are bounded, channels are looked up.

export const FrameType = {
  // host to agent
  open: 1,
  run: 2,
  input: 3,
  resize: 4,
  ack: 5,
  hangup: 6,
  // agent to host
  hello: 16,
  output: 17,
  exit: 18,
  failed: 19,
  opened: 20,
} as const;

export interface Frame {
  type: number;
  channel: number;
  payload: Buffer;
}

/** Bytes of output that a channel may have under way and not acknowledged; the pseudo-terminal is paused beyond. */
export const windowBytes = 128 * 1024;
/** The largest payload of a frame. */
export const maxPayloadBytes = 64 * 1024;

const headerBytes = 9;

export function encodeFrame(type: number, channel: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(channel, 1);
  header.writeUInt32BE(payload.length, 5);
  return Buffer.concat([header, payload]);
}

export function encodeJson(type: number, channel: number, value: unknown): Buffer {
  return encodeFrame(type, channel, Buffer.from(JSON.stringify(value)));
}

/** Cuts a stream of chunks into frames; holds at most one incomplete frame. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private held = 0;
  private needed = headerBytes;

  /** Returns the frames completed by `chunk`. Throws RangeError for a payload above `maxPayloadBytes`. */
  push(chunk: Buffer): Frame[] {
    this.chunks.push(chunk);
    this.held += chunk.length;
    // Joined only when that completes something: a frame that comes byte by byte is copied twice, not for each byte.
    if (this.held < this.needed) return [];
    let rest = Buffer.concat(this.chunks);
    const frames: Frame[] = [];
    this.needed = headerBytes;
    while (rest.length >= headerBytes) {
      const length = rest.readUInt32BE(5);
      if (length > maxPayloadBytes) throw new RangeError(`a frame of ${length} bytes`);
      if (rest.length < headerBytes + length) {
        this.needed = headerBytes + length;
        break;
      }
      frames.push({
        type: rest.readUInt8(0),
        channel: rest.readUInt32BE(1),
        payload: rest.subarray(headerBytes, headerBytes + length),
      });
      rest = rest.subarray(headerBytes + length);
    }
    this.chunks = rest.length > 0 ? [Buffer.from(rest)] : [];
    this.held = rest.length;
    return frames;
  }
}
