import { findPrograms } from '@kubedan/binaries';
import { writeImageArchive } from '@kubedan/images';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheDir } from '../support/programs.js';

const run = promisify(execFile);
const image = 'registry.example/idle:1';
// Where the tests were given a Docker that somebody else runs, there may be none to start.
const possible = process.getuid?.() === 0 && existsSync('/usr/sbin/dockerd');

describe.runIf(possible)('a Docker daemon of our own', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
    const { workload } = await findPrograms(['workload'], { cacheDir });
    await writeImageArchive({ catalogue: { [image]: {} }, workload, file: path.join(dir, 'image.tar') });
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('takes its containers, processes, mounts, devices, packet filter rules and settings with it', async () => {
    const script = path.join(import.meta.dirname, 'own-docker.mjs');
    const unshared = ['--net', '--mount', process.execPath, script, path.join(dir, 'image.tar'), image];
    const { stdout } = await run('unshare', unshared, {
      env: { ...process.env, XDG_CACHE_HOME: dir },
      timeout: 90_000,
    });
    const { before, during, after, running, left } = JSON.parse(stdout);
    expect(running).toBe(`${image} running`);
    expect(during.processes).toBeGreaterThan(before.processes);
    expect(during.rules.length).toBeGreaterThan(before.rules.length);
    expect(during.interfaces).toContainEqual(expect.stringMatching(/^br-/));
    expect(after).toEqual(before);
    expect(left).toEqual([]);
  });

  it('may be killed and started again while kind makes a cluster: nothing is left of that', async () => {
    const { kind } = await findPrograms(['kind'], { cacheDir });
    const script = path.join(import.meta.dirname, 'docker-dies.mjs');
    const namespaces = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
    const { stdout } = await run(
      'unshare',
      [...namespaces, process.execPath, script, path.join(dir, 'image.tar'), image, kind],
      { env: { ...process.env, XDG_CACHE_HOME: dir }, timeout: 120_000 },
    );
    expect(JSON.parse(stdout)).toEqual({
      error: 'DockerNotRunningError',
      told: 'DockerNotRunningError',
      left: 0,
      files: [],
    });
  });
});
