import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';

/** One entry of a tar file. Paths are relative, with forward slashes. */
export type TarEntry = { path: string; /** Permission bits. Default 0644, of folders 0755. */ mode?: number } & (
  | { content: string | Uint8Array }
  /** Path on this machine of a file whose content is taken. */
  | { file: string }
  /** Target of a symbolic link. */
  | { link: string }
  | { directory: true }
);

/** Seconds since 1970 of every entry: the same files make the same bytes whenever they are packed. */
const MODIFIED = 1_767_225_600; // 2026-01-01

/**
 * The bytes of a tar file (POSIX ustar, with pax headers for what does not fit), owned by root, in the order given. Folders
 * that entries lie in are added before them.
 */
export async function* tarOf(entries: readonly TarEntry[]): AsyncGenerator<Uint8Array> {
  for (const entry of withFolders(entries)) {
    if ('file' in entry) {
      const { size } = await lstat(entry.file);
      yield headerOf(entry, '0', size);
      let sent = 0;
      for await (const chunk of createReadStream(entry.file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        sent += chunk.length;
        yield chunk;
      }
      if (sent !== size) throw new Error(`${entry.file} changed while it was packed.`);
      yield padding(size);
    } else if ('content' in entry) {
      const bytes = Buffer.from(entry.content as Uint8Array);
      yield headerOf(entry, '0', bytes.length);
      yield bytes;
      yield padding(bytes.length);
    } else yield headerOf(entry, 'link' in entry ? '2' : '5', 0);
  }
  yield new Uint8Array(1024);
}

function* withFolders(entries: readonly TarEntry[]): Generator<TarEntry> {
  const there = new Set<string>();
  for (const entry of entries) {
    const parts = entry.path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const path = parts.slice(0, depth).join('/');
      if (there.has(path)) continue;
      there.add(path);
      yield { path, directory: true };
    }
    if ('directory' in entry) {
      if (there.has(entry.path)) continue;
      there.add(entry.path);
    }
    yield entry;
  }
}

function headerOf(entry: TarEntry, type: '0' | '2' | '5', size: number): Uint8Array {
  const path = type === '5' ? `${entry.path}/` : entry.path;
  const link = 'link' in entry ? entry.link : '';
  const long = {
    ...(Buffer.byteLength(path) > 100 ? { path } : {}),
    ...(Buffer.byteLength(link) > 100 ? { linkpath: link } : {}),
    ...(size >= 8 ** 11 ? { size: String(size) } : {}),
  };
  const header = ustar(path, entry.mode ?? (type === '5' ? 0o755 : 0o644), size, type, link);
  if (Object.keys(long).length === 0) return header;
  const records = Buffer.from(
    Object.entries(long)
      .map(([key, value]) => paxRecord(key, value))
      .join(''),
  );
  return Buffer.concat([ustar('pax', 0o644, records.length, 'x', ''), records, padding(records.length), header]);
}

/** A record names its own length, digits of the length included. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

function ustar(path: string, mode: number, size: number, type: string, link: string): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, width: number) =>
    header.write(`${(value % 8 ** (width - 1)).toString(8).padStart(width - 1, '0')}\0`, at);
  header.write(Buffer.from(path).subarray(0, 100).toString('latin1'), 0, 'latin1');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(MODIFIED, 136, 12);
  header.fill(' ', 148, 156);
  header.write(type, 156);
  header.write(Buffer.from(link).subarray(0, 100).toString('latin1'), 157, 'latin1');
  header.write('ustar\u000000', 257);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function padding(size: number): Uint8Array {
  return new Uint8Array((512 - (size % 512)) % 512);
}
