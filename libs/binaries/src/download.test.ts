import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from './download.js';
import { DigestMismatchError, ReleaseUnavailableError } from './errors.js';
import { ReleasePage, sha256 } from './release-page.fixture.js';

describe('download', () => {
  let page: ReleasePage;
  let dir: string;
  const bytes = randomBytes(300_000);
  const go = (more: Partial<Parameters<typeof download>[0]> = {}) =>
    download({
      program: 'kubectl',
      url: `${page.base}/kubectl`,
      digestUrl: `${page.base}/kubectl.sha256`,
      partFile: join(dir, 'kubectl.part'),
      ...more,
    });
  beforeEach(async () => {
    page = await ReleasePage.start();
    dir = await mkdtemp(join(tmpdir(), 'kubedan-download-'));
  });
  afterEach(async () => {
    await page[Symbol.asyncDispose]();
    await rm(dir, { recursive: true });
  });

  it('fetches a file and tells how far it is', async () => {
    page.publish('/kubectl', bytes);
    const progress: [number, number | undefined][] = [];
    await go({ onProgress: (...values) => progress.push(values) });
    expect(await readFile(join(dir, 'kubectl.part'))).toEqual(bytes);
    expect(progress.at(-1)).toEqual([bytes.length, bytes.length]);
    const told = progress.map(([so]) => so);
    expect(told).toEqual([...new Set(told)].toSorted((a, b) => a - b));
    expect(new Set(progress.map(([, total]) => total))).toEqual(new Set([bytes.length]));
  });

  it('goes on where a connection was cut, again and again, without fetching anything twice', async () => {
    page.publish('/kubectl', bytes, { cutAfter: 50_000, cuts: 4 });
    await go();
    expect(await readFile(join(dir, 'kubectl.part'))).toEqual(bytes);
    const starts = page.requests.filter(({ path }) => path === '/kubectl').map(({ range }) => range);
    expect(starts).toHaveLength(5);
    expect(starts[0]).toBeUndefined();
    // A cut may swallow what was on the way: never back to an earlier place, and not from the beginning every time.
    const places = starts.map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? 'bytes=0-')?.[1]));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places.at(-1)).toBeGreaterThan(0);
    // Each begins where the one before it ended, and none got further than a connection lets through.
    const got = places.slice(1).map((place, index) => place - (places[index] ?? 0));
    expect(got.filter((length) => length > 50_000)).toEqual([]);
  });

  it('goes on where an earlier run stopped', async () => {
    page.publish('/kubectl', bytes);
    await writeFile(join(dir, 'kubectl.part'), bytes.subarray(0, 120_000));
    await go();
    expect(page.requests.at(-1)?.range).toBe('bytes=120000-');
    expect(await readFile(join(dir, 'kubectl.part'))).toEqual(bytes);
  });

  it('takes a file that an earlier run had fetched to its end', async () => {
    page.publish('/kubectl', bytes);
    await writeFile(join(dir, 'kubectl.part'), bytes);
    await go();
    expect(await readFile(join(dir, 'kubectl.part'))).toEqual(bytes);
  });

  it('starts over when what an earlier run left is the beginning of something else', async () => {
    page.publish('/kubectl', bytes);
    await writeFile(join(dir, 'kubectl.part'), randomBytes(120_000));
    await go();
    expect(await readFile(join(dir, 'kubectl.part'))).toEqual(bytes);
  });

  it('starts over at a server that knows no ranges', async () => {
    page.publish('/kubectl', bytes, { ignoresRanges: true, cutAfter: 50_000, cuts: 1 });
    await go();
    expect(await readFile(join(dir, 'kubectl.part'))).toEqual(bytes);
  });

  it('takes a connection that brings nothing more for a cut one', async () => {
    page.publish('/kubectl', bytes, { stallAfter: 70_000 });
    await go({ stallMs: 200 });
    expect(await readFile(join(dir, 'kubectl.part'))).toEqual(bytes);
  });

  it('refuses a file of the wrong digest, names it, and keeps nothing', async () => {
    const promised = sha256('something else');
    page.publish('/kubectl', bytes, { digest: promised });
    const error = await go().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DigestMismatchError);
    expect(error).toMatchObject({
      program: 'kubectl',
      url: `${page.base}/kubectl`,
      expected: promised,
      got: sha256(bytes),
    });
    expect((error as Error).message).toContain(promised);
    await expect(stat(join(dir, 'kubectl.part'))).rejects.toThrow('ENOENT');
  });

  it('reads the digest of its own file out of a list', async () => {
    page.publish('/kubectl', bytes);
    page.files.set('/SHA256SUMS', { bytes: Buffer.from(`${'0'.repeat(64)}  other\n${sha256(bytes)}  kubectl\n`) });
    await go({ digestUrl: `${page.base}/SHA256SUMS` });
    expect(await readFile(join(dir, 'kubectl.part'))).toEqual(bytes);
  });

  it('says so when the page has no such file, and when nobody answers', async () => {
    await expect(go()).rejects.toThrow(ReleaseUnavailableError);
    page.publish('/kubectl', bytes);
    page.files.delete('/kubectl');
    await expect(go()).rejects.toThrow('was answered with status 404');
    await expect(go({ digestUrl: 'http://127.0.0.1:9/kubectl.sha256' })).rejects.toThrow('cannot be reached');
  });

  it('stops at once when cancelled, keeping what has come', async () => {
    page.publish('/kubectl', bytes, { stallAfter: 70_000 });
    const abort = new AbortController();
    const reason = new Error('enough');
    await expect(
      go({ signal: abort.signal, onProgress: (done) => done >= 60_000 && abort.abort(reason) }),
    ).rejects.toBe(reason);
  });
});
