import { Docker } from '@kubedan/docker';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from './finding.js';
import { realClusters } from './real-clusters.js';

type Config = Parameters<typeof realClusters>[0];

describe('what doctor says of real clusters', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kubedan-doctor-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  /** A docker command that does this. */
  const examine = async (shell: string, clusters = {}): Promise<Record<string, Finding>> => {
    const binary = path.join(dir, 'docker');
    await writeFile(binary, `#!/bin/sh\n${shell}\n`);
    await chmod(binary, 0o755);
    await writeFile(path.join(dir, 'kind'), '#!/bin/sh\necho kind v0.33.0 go1.26.8 linux/amd64\n', { mode: 0o755 });
    const storage = { KUBEDAN_CACHE_DIR: path.join(dir, 'cache'), KUBEDAN_BIN_DIR: dir };
    const findings = await realClusters({ storage, clusters } as Config, new Docker({ binary }));
    return Object.fromEntries(findings.map((finding) => [finding.what, finding]));
  };
  const info = (more: object) =>
    JSON.stringify({
      ServerVersion: '29.1.0',
      ClientInfo: { Version: '29.1.0' },
      CgroupVersion: '2',
      Driver: 'overlay2',
      NCPU: 4,
      MemTotal: 16e9,
      ...more,
    });

  it('says why Docker is not used and what to do, and that clusters are played then', async () => {
    const findings = await examine(
      'echo "Cannot connect to the Docker daemon at unix:///x. Is it running?" >&2; exit 1',
    );
    expect(Object.keys(findings)).toEqual(['Docker']);
    expect(findings['Docker']).toMatchObject({
      state: 'limited',
      found: expect.stringMatching(/^Docker is not running: .*played instead/),
      remedy: expect.stringMatching(/never installs or starts Docker/),
    });
  });

  it('finds all good where all is there', async () => {
    const findings = await examine(`case $1 in info) echo '${info({})}' ;; image) echo kubedan/node:v1 ;; esac`);
    expect(findings['Docker']).toEqual({
      what: 'Docker',
      state: 'good',
      found: '29.1.0, overlay2, 16.0 GB and 4 processors: about 26 real nodes',
    });
    expect(findings['kind']).toMatchObject({ state: 'good', found: path.join(dir, 'kind') });
    expect(findings['node image']).toMatchObject({ state: 'good', found: 'kubedan/node:latest' });
    expect(findings['control groups']).toBeUndefined();
  });

  it('tells what takes a part of it away, each with what to do', async () => {
    const old = info({ ServerVersion: '20.10.24', CgroupVersion: '1', MemTotal: 0.3e9 });
    const findings = await examine(
      `case "$1 $2" in info*) echo '${old}' ;; "image ls") : ;; *) echo "Error: No such image: x" >&2; exit 1 ;; esac`,
    );
    for (const what of ['Docker', 'control groups', 'node image']) {
      expect(findings[what]).toMatchObject({ state: 'limited', remedy: expect.stringMatching(/\w/) });
    }
    expect(findings['Docker']?.found).toContain('20.10.24, client 29.1.0');
    expect(findings['node image']?.remedy).toMatch(/^docker pull kindest\/node:v1/);
  });

  it('names the node image that the operator chose where that one is missing', async () => {
    const missing = 'echo "Error: No such image: x" >&2; exit 1';
    const findings = await examine(`case $1 in info) echo '${info({})}' ;; *) ${missing} ;; esac`, {
      KUBEDAN_NODE_IMAGE: 'registry.example/node:1',
    });
    expect(findings['node image']).toMatchObject({
      state: 'limited',
      found: expect.stringMatching(/^registry.example\/node:1 is not here/),
      remedy: expect.stringMatching(/^docker pull registry.example\/node:1,/),
    });
  });
});
