import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

export interface ServedFile {
  bytes: Buffer;
  /** Cut the connection after so many bytes of the answer, this often. */
  cutAfter?: number;
  cuts?: number;
  /** Stop sending, without closing, after so many bytes, once. */
  stallAfter?: number;
  ignoresRanges?: boolean;
}

/** Plays a release page on a port of loopback, with ranges, and cut or stalled connections when told. */
export class ReleasePage implements AsyncDisposable {
  readonly files = new Map<string, ServedFile>();
  readonly requests: { path: string; range: string | undefined }[] = [];
  readonly #server = createServer((request, response) => {
    const path = request.url ?? '';
    this.requests.push({ path, range: request.headers.range });
    const file = this.files.get(path);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const from = file.ignoresRanges ? 0 : rangeStart(request);
    if (from >= file.bytes.length && from > 0) {
      response.writeHead(416, { 'content-range': `bytes */${file.bytes.length}` }).end();
      return;
    }
    const body = file.bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length });
    if (file.cutAfter !== undefined && (file.cuts ?? 1) > 0) {
      file.cuts = (file.cuts ?? 1) - 1;
      response.write(body.subarray(0, file.cutAfter), () => setImmediate(() => response.destroy()));
    } else if (file.stallAfter !== undefined) {
      response.write(body.subarray(0, file.stallAfter));
      delete file.stallAfter;
    } else {
      response.end(body);
    }
  });

  static async start(): Promise<ReleasePage> {
    const page = new ReleasePage();
    await new Promise<void>((resolve) => page.#server.listen(0, '127.0.0.1', resolve));
    return page;
  }

  get base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Serves a file with its digest beside it. */
  publish(
    path: string,
    bytes: Buffer,
    options: Omit<ServedFile, 'bytes'> & { digest?: string; suffix?: string } = {},
  ): void {
    this.files.set(path, { bytes, ...options });
    this.files.set(`${path}${options.suffix ?? '.sha256'}`, { bytes: Buffer.from(options.digest ?? sha256(bytes)) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function rangeStart(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

/** @returns a .tar.gz with these files */
export function tarGz(files: Record<string, Buffer>): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, bytes] of Object.entries(files)) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000755\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('0ustar\0', 156);
    blocks.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
