import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { sha256Of } from './cache.js';
import { DigestMismatchError, ReleaseUnavailableError } from './errors.js';
import type { ProgramName } from './programs.js';

export interface DownloadOptions {
  program: ProgramName;
  url: string;
  /** URL of the published digest: a bare one, or lines of `<digest>  <file name>`. */
  digestUrl: string;
  /** What has come so far; kept when the download breaks off, so that the next one goes on from there. */
  partFile: string;
  onProgress?: (done: number, total: number | undefined) => void;
  signal?: AbortSignal | undefined;
  /** Milliseconds until a connection stands. Default 3,000: an unreachable page must not hold up the start. */
  connectTimeoutMs?: number;
  /** Milliseconds without a byte after which a connection counts as broken. Default 20,000. */
  stallMs?: number;
}

/** Attempts in a row that may bring nothing at all. */
const maxFruitless = 3;

/**
 * Downloads a file into `partFile`, going on after broken connections, and checks its published digest.
 * @throws DigestMismatchError (the file is removed), ReleaseUnavailableError, or the signal's reason
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { partFile, program, url, signal } = options;
  const agent = new EnvHttpProxyAgent({
    connect: { timeout: options.connectTimeoutMs ?? 3_000 },
    headersTimeout: options.stallMs ?? 20_000,
    bodyTimeout: options.stallMs ?? 20_000,
  });
  try {
    const ask = async (from: string, headers: Record<string, string> = {}) => {
      try {
        return await fetch(from, { dispatcher: agent, headers, ...(signal ? { signal } : {}) });
      } catch (error) {
        signal?.throwIfAborted();
        throw new ReleaseUnavailableError(from, `cannot be reached (${reasonOf(error)}).`, { cause: error });
      }
    };
    const expected = await publishedDigest(await ask(options.digestUrl), options.digestUrl, url);
    for (let fromScratch = (await sizeOf(partFile)) === 0; ; fromScratch = true) {
      await fetchAll(options, ask);
      const got = await sha256Of(partFile, signal);
      if (got === expected) return;
      await rm(partFile, { force: true });
      // The beginning may be of another run, or of a file that was replaced meanwhile.
      if (fromScratch) throw new DigestMismatchError(program, url, expected, got);
    }
  } finally {
    await agent.destroy();
  }
}

async function fetchAll(
  options: DownloadOptions,
  ask: (url: string, headers?: Record<string, string>) => Promise<Response>,
): Promise<void> {
  const { partFile, url, signal } = options;
  for (let fruitless = 0; ;) {
    // Open before anything comes: what is on its way when a connection is cut is written, too.
    await using file = await open(partFile, 'a', 0o600);
    let have = (await file.stat()).size;
    let response: Response;
    try {
      response = await ask(url, have > 0 ? { range: `bytes=${have}-` } : {});
    } catch (error) {
      signal?.throwIfAborted();
      if (++fruitless >= maxFruitless) throw error;
      await delay(300 * fruitless, undefined, { signal });
      continue;
    }
    if (response.status === 416) {
      await response.body?.cancel();
      // All of it is there (the digest will tell), or what is there is no beginning of this file.
      if (response.headers.get('content-range') === `bytes */${have}`) return;
      await rm(partFile, { force: true });
      continue;
    }
    if (response.status !== 206 && response.status !== 200) {
      await response.body?.cancel();
      throw new ReleaseUnavailableError(url, `was answered with status ${response.status}.`);
    }
    // A server that knows no ranges sends everything again.
    if (response.status === 200 && have > 0) {
      await file.truncate();
      have = 0;
    }
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const total = Number.isFinite(length) ? have + length : undefined;
    let done = have;
    options.onProgress?.(done, total);
    try {
      if (!response.body) throw new Error('The answer has no body.');
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        await file.appendFile(chunk);
        done += chunk.length;
        options.onProgress?.(done, total);
      }
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
      fruitless = done > have ? 0 : fruitless + 1;
      if (fruitless >= maxFruitless) {
        throw new ReleaseUnavailableError(url, `broke off again and again (${reasonOf(error)}).`, { cause: error });
      }
      await delay(100, undefined, { signal });
    }
  }
}

async function publishedDigest(response: Response, digestUrl: string, url: string): Promise<string> {
  const text = await response.text();
  if (!response.ok) throw new ReleaseUnavailableError(digestUrl, `was answered with status ${response.status}.`);
  const name = url.slice(url.lastIndexOf('/') + 1);
  for (const line of text.split('\n')) {
    const [digest, file] = line.trim().split(/\s+\*?/);
    if (digest && /^[0-9a-f]{64}$/i.test(digest) && (file === undefined || file === name)) return digest.toLowerCase();
  }
  throw new ReleaseUnavailableError(digestUrl, `holds no SHA-256 of ${name}.`);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return (cause as { code?: string }).code ?? (cause instanceof Error ? cause.message : String(cause));
}
