import { expect, it } from 'vitest';
import { FrameReader, encodeFrame, maxPayloadBytes } from './frames.js';

it('cuts a stream into the same frames wherever its chunks end', () => {
  const stream = Buffer.concat([
    encodeFrame(17, 1, Buffer.from('hello')),
    encodeFrame(16, 0),
    encodeFrame(17, 0xffffffff, Buffer.alloc(maxPayloadBytes, 7)),
  ]);
  for (const size of [1, 7, 4096, stream.length]) {
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < stream.length; at += size) frames.push(...reader.push(stream.subarray(at, at + size)));
    expect(frames.map(({ type, channel, payload }) => [type, channel, payload.length])).toEqual([
      [17, 1, 5],
      [16, 0, 0],
      [17, 0xffffffff, maxPayloadBytes],
    ]);
  }
});

it('refuses a frame that is too large before it is there', () => {
  const header = Buffer.from([17, 0, 0, 0, 1, 0x7f, 0xff, 0xff, 0xff]);
  expect(() => new FrameReader().push(header)).toThrow(RangeError);
});
