import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BinaryBrokenError, DigestMismatchError, ProgramsUnavailableError } from './errors.js';
import { findPrograms, type FindProgramsOptions } from './find-programs.js';
import { helmVersion, isAtLeastMinor, kindVersion, kubernetesVersion } from './programs.js';
import type { ProgramProgress } from './progress.js';
import { ReleasePage, sha256, tarGz } from './release-page.fixture.js';

const script = (text: string) => Buffer.from(`#!/bin/sh\necho ${text}\n`);
const arch = process.arch === 'x64' ? 'amd64' : process.arch;
const os = process.platform;
const kubectlPath = `/release/${kubernetesVersion}/bin/${os}/${arch}/kubectl`;

describe('findPrograms', () => {
  let dir: string;
  let page: ReleasePage;
  let progress: ProgramProgress[];
  const find = (more: Partial<FindProgramsOptions> = {}) =>
    findPrograms(['kubectl'], {
      cacheDir: join(dir, 'cache'),
      releaseBases: { kubernetes: page.base, helm: page.base, etcd: page.base },
      build: false,
      onProgress: (one) => progress.push(one),
      ...more,
    });
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kubedan-find-'));
    page = await ReleasePage.start();
    progress = [];
  });
  afterEach(async () => {
    await page[Symbol.asyncDispose]();
    await rm(dir, { recursive: true });
  });

  it('takes programs from an explicit directory and asks nobody', async () => {
    await writeFile(join(dir, 'kubectl'), script('v1'), { mode: 0o755 });
    expect(await find({ explicitDir: dir })).toEqual({ kubectl: join(dir, 'kubectl') });
    expect(page.requests).toEqual([]);
  });

  it('names what is wrong with a program in an explicit directory', async () => {
    await expect(find({ explicitDir: dir })).rejects.toThrow(BinaryBrokenError);
    await expect(find({ explicitDir: dir })).rejects.toThrow('no such file');
    await writeFile(join(dir, 'kubectl'), script('v1'), { mode: 0o644 });
    await chmod(join(dir, 'kubectl'), 0o644);
    await expect(find({ explicitDir: dir })).rejects.toThrow('not executable');
    await writeFile(join(dir, 'kubectl'), Buffer.from('\x7fELF cut short'));
    await chmod(join(dir, 'kubectl'), 0o755);
    await expect(find({ explicitDir: dir })).rejects.toThrow(/kubectl at .* does not work: .*Put a whole kubectl/);
    await writeFile(join(dir, 'kubectl'), '#!/bin/sh\nexit 3\n');
    await expect(find({ explicitDir: dir })).rejects.toThrow('exit code 3');
  });

  it('downloads a release once, and finds it in the cache from then on', async () => {
    page.publish(kubectlPath, script('v1'));
    const { kubectl } = await find();
    expect(await readFile(kubectl)).toEqual(script('v1'));
    expect(progress.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['looking', 'downloading', 'ready']));
    const asked = page.requests.length;
    expect(await find()).toEqual({ kubectl });
    expect(page.requests).toHaveLength(asked);
    expect((await readdir(join(kubectl, '..'))).sort()).toEqual(['kubectl', 'kubectl.json']);
  });

  it('unpacks a release that is an archive', async () => {
    const archive = tarGz({
      [`${os}-${arch}/README.md`]: Buffer.alloc(700, 'x'),
      [`${os}-${arch}/helm`]: script('v4'),
    });
    const file = `/helm-${helmVersion}-${os}-${arch}.tar.gz`;
    page.publish(file, archive, { suffix: '.sha256sum', digest: `${sha256(archive)}  ${file.slice(1)}\n` });
    const { helm } = await findPrograms(['helm'], { cacheDir: dir, releaseBases: { helm: page.base }, build: false });
    expect(await readFile(helm)).toEqual(script('v4'));
  });

  describe('kind', () => {
    const kindPath = `/${kindVersion}/kind-${os}-${arch}`;
    const findKind = (more: Partial<FindProgramsOptions> = {}) =>
      findPrograms(['kind'], {
        cacheDir: join(dir, 'cache'),
        releaseBases: { kind: page.base },
        build: false,
        onProgress: (one) => progress.push(one),
        ...more,
      });
    const publish = () =>
      page.publish(kindPath, script('downloaded'), {
        suffix: '.sha256sum',
        digest: `${sha256(script('downloaded'))}  kind-${os}-${arch}\n`,
      });
    let path: string | undefined;
    beforeEach(async () => {
      path = process.env['PATH'];
      await mkdir(join(dir, 'own'));
      process.env['PATH'] = [join(dir, 'own'), '/usr/bin', '/bin'].join(':');
    });
    afterEach(() => {
      process.env['PATH'] = path;
    });
    const own = (version: string) =>
      writeFile(join(dir, 'own', 'kind'), script(`kind ${version} go1.26 linux/amd64`), { mode: 0o755 });

    it('is the user’s own one when that is new enough', async () => {
      publish();
      await own(kindVersion);
      expect(await findKind()).toEqual({ kind: join(dir, 'own', 'kind') });
      expect(page.requests).toEqual([]);
    });

    it('is downloaded where the user’s own one is too old, and the reason is told', async () => {
      publish();
      await own('v0.20.0');
      const { kind } = await findKind();
      expect(await readFile(kind)).toEqual(script('downloaded'));
      expect(progress.some(({ message }) => message?.includes('v0.20.0') && message.includes(kindVersion))).toBe(true);
    });

    it('is not fetched by who only looks, and then no cache is made', async () => {
      publish();
      await expect(findKind({ fetch: false })).rejects.toThrow(ProgramsUnavailableError);
      expect(page.requests).toEqual([]);
      expect(await readdir(dir)).toEqual(['own']);
      const { kind } = await findKind();
      expect(await findKind({ fetch: false })).toEqual({ kind });
    });

    it('is downloaded where the user’s own one does not run', async () => {
      publish();
      await writeFile(join(dir, 'own', 'kind'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
      expect(await readFile((await findKind()).kind)).toEqual(script('downloaded'));
    });

    it('is the one in the explicit directory before that on the PATH, and that on the PATH before nothing', async () => {
      await own('v0.99.0');
      await mkdir(join(dir, 'explicit'));
      const explicitDir = join(dir, 'explicit');
      expect(await findKind({ explicitDir })).toEqual({ kind: join(dir, 'own', 'kind') });
      await writeFile(join(explicitDir, 'kind'), script('given'), { mode: 0o755 });
      expect(await findKind({ explicitDir })).toEqual({ kind: join(explicitDir, 'kind') });
      await rm(join(explicitDir, 'kind'));
      await rm(join(dir, 'own', 'kind'));
      await expect(findKind({ explicitDir })).rejects.toThrow('no such file');
    });
  });

  it.each([
    ['kind v0.33.0 go1.26.8 linux/amd64', true],
    ['kind v0.33.0-alpha.57+fed268827e21ca go1.26.8 linux/amd64', true],
    ['kind v0.34.2 go1.27.1 linux/amd64', true],
    ['kind v1.0.0 go1.30.0 linux/amd64', true],
    ['kind v0.32.9 go1.99.1 linux/amd64', false],
    ['unknown', false],
  ])('takes %s for v0.33.0 or later: %s', (line, answer) => {
    expect(isAtLeastMinor(line, 'v0.33.0')).toBe(answer);
  });

  it('refuses a wrong digest even where it could build', async () => {
    page.publish(kubectlPath, script('v1'), { digest: sha256('other') });
    await expect(find({ build: true })).rejects.toThrow(DigestMismatchError);
    expect(progress.at(-1)).toMatchObject({ program: 'kubectl', phase: 'failed' });
  });

  it('fetches a cached program anew when it is not what was put there', async () => {
    page.publish(kubectlPath, script('v1'));
    const { kubectl } = await find();
    await truncate(kubectl, 5);
    expect(await find()).toEqual({ kubectl });
    expect(await readFile(kubectl)).toEqual(script('v1'));
    expect(progress.some(({ message }) => message?.includes('content has changed'))).toBe(true);
  });

  it('does not keep a release that does not run', async () => {
    page.publish(kubectlPath, Buffer.from('#!/bin/sh\nexit 1\n'));
    await expect(find()).rejects.toThrow(BinaryBrokenError);
    page.publish(kubectlPath, script('v1'));
    expect(Object.keys(await find())).toEqual(['kubectl']);
  });

  it('says what to do when there is neither a release nor a way to build', async () => {
    const error = await find().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProgramsUnavailableError);
    expect((error as Error).message).toMatch(/status 404.*Do one of these.*KUBEDAN_BIN_DIR/s);
    const path = process.env['PATH'];
    try {
      process.env['PATH'] = dir;
      await expect(find({ build: true })).rejects.toThrow('Go is not installed');
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('asks an unreachable page once', async () => {
    const nobody = await ReleasePage.start();
    const base = nobody.base;
    await nobody[Symbol.asyncDispose]();
    const before = performance.now();
    await expect(find({ releaseBases: { kubernetes: base } })).rejects.toThrow('cannot be reached');
    await expect(find({ releaseBases: { kubernetes: base } })).rejects.toThrow('cannot be reached');
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it('lets one of several that want the same program fetch it', async () => {
    page.publish(kubectlPath, script('v1'));
    const found = await Promise.all([find(), find(), find()]);
    expect(new Set(found.map(({ kubectl }) => kubectl)).size).toBe(1);
    expect(page.requests.filter(({ path }) => path === kubectlPath)).toHaveLength(1);
  });

  it('takes over the lock of a process that is gone', async () => {
    page.publish(kubectlPath, script('v1'));
    await mkdir(join(dir, 'cache'));
    await writeFile(join(dir, 'cache', 'programs.lock'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    expect(Object.keys(await find())).toEqual(['kubectl']);
  });
});
