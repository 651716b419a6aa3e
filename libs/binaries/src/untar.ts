import { createReadStream, createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const block = 512;

/**
 * Extracts one file of a .tar.gz (POSIX ustar: a header of 512 bytes a member, its size in octal at 124, its name at 0 and
 * the name's beginning at 345).
 * @returns whether the member was there
 */
export async function extractMember(
  archive: string,
  member: string,
  to: string,
  signal?: AbortSignal,
): Promise<boolean> {
  let found = false;
  let left = 0;
  let padding = 0;
  let wanted = false;
  let header = Buffer.alloc(0);
  const out = createWriteStream(to, { mode: 0o755 });
  const reader = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const parts: Buffer[] = [];
      for (let at = 0; at < chunk.length;) {
        if (left > 0) {
          const part = chunk.subarray(at, at + left);
          if (wanted) parts.push(part);
          left -= part.length;
          at += part.length;
        } else if (padding > 0) {
          const skipped = Math.min(padding, chunk.length - at);
          padding -= skipped;
          at += skipped;
        } else {
          const part = chunk.subarray(at, at + block - header.length);
          header = Buffer.concat([header, part]);
          at += part.length;
          if (header.length < block) continue;
          const text = (start: number, length: number) =>
            header.toString('latin1', start, start + length).replace(/\0.*$/s, '');
          const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
          const name = (prefix ? `${prefix}/` : '') + text(0, 100);
          left = Number.parseInt(text(124, 12).trim() || '0', 8);
          padding = (block - (left % block)) % block;
          wanted = name.replace(/^\.\//, '') === member;
          found ||= wanted;
          header = Buffer.alloc(0);
        }
      }
      if (parts.length === 0 || out.write(Buffer.concat(parts))) done();
      else out.once('drain', done);
    },
    final(done) {
      out.end(done);
    },
    destroy(error, done) {
      out.destroy();
      done(error);
    },
  });
  out.on('error', (error) => reader.destroy(error));
  await pipeline(createReadStream(archive), createGunzip(), reader, { signal });
  return found;
}
