import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkspaceFileNotFoundError, WorkspaceLimitError, WorkspacePathError } from './errors.js';
import { trimWorkspace, workspaceUsage } from './usage.js';
import { Workspace } from './workspace.js';
import type { WorkspaceChange } from './workspace-watcher.js';

describe.skipIf(process.platform !== 'linux')('a workspace', () => {
  let outside: string;
  let root: string;
  let workspace: Workspace;

  beforeEach(async () => {
    outside = mkdtempSync(join(tmpdir(), 'kd-workspace-'));
    root = join(outside, 'home');
    workspace = new Workspace(root, { maxFileBytes: 1000, maxBytes: 100_000, maxEntries: 50 });
    await workspace.create();
    writeFileSync(join(outside, 'secret'), 'a secret');
  });
  afterEach(() => rmSync(outside, { recursive: true, force: true }));

  it('writes, reads, lists, renames and deletes', async () => {
    await workspace.write('web/deploy.yaml', 'kind: Deployment\n');
    await workspace.write('run.sh', 'true\n', 0o755);
    await workspace.write('run.sh', 'false\n');
    expect(statSync(join(root, 'run.sh')).mode & 0o777).toBe(0o755);
    expect(await workspace.readText('run.sh')).toBe('false\n');
    expect((await workspace.list()).entries.map(({ path, kind, bytes }) => [path, kind, bytes])).toEqual([
      ['run.sh', 'file', 6],
      ['web', 'directory', 0],
      ['web/deploy.yaml', 'file', 17],
    ]);
    await workspace.rename('run.sh', 'web/run.sh');
    await expect(workspace.rename('web/run.sh', 'web/deploy.yaml')).rejects.toThrow(/already/);
    await expect(workspace.delete('web')).rejects.toThrow(/not empty/);
    await workspace.delete('web/run.sh');
    expect(await workspace.exists('web/run.sh')).toBe(false);
  });

  it("leaves out what programs keep for themselves, and shows the learner's own dotfiles", async () => {
    await workspace.write('.kube/config', 'x');
    await workspace.write('.bash_history', 'x');
    await workspace.write('.dockerignore', 'x');
    expect((await workspace.list()).entries.map(({ path }) => path)).toEqual(['.dockerignore']);
  });

  it.each(['/etc/passwd', '../secret', 'a/../../secret', '', '.', 'a\0b', 'x'.repeat(300)])(
    'refuses the path %j',
    async (path) => {
      await expect(workspace.read(path)).rejects.toThrow(WorkspacePathError);
      await expect(workspace.write(path, 'x')).rejects.toThrow(WorkspacePathError);
    },
  );

  it('follows no link, neither at the end of a path nor on its way', async () => {
    symlinkSync('../secret', join(root, 'link'));
    symlinkSync('..', join(root, 'up'));
    for (const path of ['link', 'up/secret']) {
      await expect(workspace.read(path)).rejects.toThrow(/symbolic link/);
      await expect(workspace.write(path, 'changed')).rejects.toThrow(/symbolic link/);
    }
    await expect(workspace.delete('up/secret')).rejects.toThrow(/symbolic link/);
    await workspace.delete('link');
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('a secret');
    expect((await workspace.list()).entries).toMatchObject([{ path: 'up', kind: 'link' }]);
  });

  it('stays inside while a folder is swapped for a link again and again', async () => {
    mkdirSync(join(root, 'a'));
    symlinkSync(outside, join(root, 'trap'));
    writeFileSync(join(root, 'a', 'secret'), 'mine');
    const move = (from: string, to: string): void => {
      // A write may have made the folder anew in the moment when it was missing.
      rmSync(join(root, to), { recursive: true, force: true });
      renameSync(join(root, from), join(root, to));
    };
    const swapper = setInterval(() => {
      move('a', 'b');
      move('trap', 'a');
      setImmediate(() => {
        move('a', 'trap');
        move('b', 'a');
      });
    });
    const seen = new Set<string>();
    try {
      for (let turn = 0; turn < 300; turn++) {
        seen.add(await workspace.readText('a/secret').catch((error: Error) => error.name));
        await workspace.write('a/fresh', 'x').catch(() => {});
      }
    } finally {
      clearInterval(swapper);
      // The last swap is done, too, before the folder goes.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen).toContain('mine');
    expect(seen).not.toContain('a secret');
    expect(() => statSync(join(outside, 'fresh'))).toThrow('ENOENT');
  }, 60_000); // on a busy machine each of the 300 turns takes its time

  it('does not wait for a named pipe, and reads no device', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await expect(workspace.read('pipe')).rejects.toThrow(/not a plain file/);
  });

  it('says what is missing and what is too large', async () => {
    await expect(workspace.read('nothing')).rejects.toThrow(WorkspaceFileNotFoundError);
    await expect(workspace.write('big', 'x'.repeat(1001))).rejects.toThrow(WorkspaceLimitError);
    writeFileSync(join(root, 'big'), 'x'.repeat(1001));
    await expect(workspace.read('big')).rejects.toThrow(/1000 are allowed/);
    writeFileSync(join(root, 'bigger'), 'x'.repeat(200_000));
    await expect(workspace.write('small', 'x')).rejects.toThrow(/the workspace is full/);
  });

  it('tells what changed, once, and survives a flood', async () => {
    await workspace.write('there', 'before');
    const batches: WorkspaceChange[][] = [];
    const off = workspace.watch((changes) => batches.push(changes));
    const told = () => batches.flat().map(({ path, kind }) => `${kind} ${path}`);
    // The first look has happened when a change is told; until then a file that comes counts as having been there.
    await expect
      .poll(
        async () => {
          await workspace.write('beat', String(Math.random()));
          return batches.length;
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0);
    await workspace.write('folder/new', 'x');
    await expect.poll(told, { timeout: 10_000 }).toContain('created folder/new');
    await workspace.write('folder/new', 'xy');
    await expect.poll(told, { timeout: 10_000 }).toContain('changed folder/new');
    await workspace.delete('there');
    await expect.poll(told, { timeout: 10_000 }).toContain('deleted there');
    const before = batches.length;
    for (let turn = 0; turn < 2_000; turn++) writeFileSync(join(root, 'flood'), String(turn));
    await expect.poll(told, { timeout: 10_000 }).toContain('created flood');
    expect(batches.length - before).toBeLessThan(10);
    off();
  });

  it('counts files once however many names they have, and stops counting at the limit', async () => {
    writeFileSync(join(root, 'one'), 'x'.repeat(8192));
    execFileSync('ln', [join(root, 'one'), join(root, 'two')]);
    expect(await workspaceUsage(root, 100)).toEqual({ bytes: 8192, entries: 2, overflow: false });
    for (let index = 0; index < 30; index++) writeFileSync(join(root, `n${index}`), '');
    expect(await workspaceUsage(root, 10)).toMatchObject({ entries: 11, overflow: true });
  });

  it('is trimmed by what changed last, without leaving it by links, however deep', async () => {
    writeFileSync(join(root, 'first'), 'precious');
    await new Promise((resolve) => setTimeout(resolve, 15)); // the clock of files is that coarse
    mkdirSync(join(root, 'later'));
    symlinkSync(outside, join(root, 'later', 'link'));
    for (let index = 0; index < 5; index++) writeFileSync(join(root, 'later', `f${index}`), 'x'.repeat(40_000));
    execFileSync('sh', ['-c', 'i=0; while [ $i -lt 200 ]; do mkdir d; cd d; i=$((i+1)); done'], { cwd: root });
    await trimWorkspace(root, { bytes: 100_000, entries: 50 });
    const usage = await workspaceUsage(root, 1000);
    expect(usage).toMatchObject({ overflow: false });
    expect(usage.bytes).toBeLessThanOrEqual(100_000);
    expect(readFileSync(join(root, 'first'), 'utf8')).toBe('precious');
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('a secret');
  });
});
