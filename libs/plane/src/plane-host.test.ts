import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { etcdVersion, kubernetesVersion } from '@kubedan/binaries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuseAll } from './egress.js';
import { DiskFullError, PlaneDeadlineError, PlaneFailedError } from './errors.js';
import { PlaneHost } from './plane-host.js';
import { preparedKey } from './prepared.js';

describe('PlaneHost, with programs that go wrong', () => {
  let dir: string;
  const program = async (name: string, script: string) => {
    const path = join(dir, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  };
  const hostWith = async (scripts: { etcd?: string; api?: string; manager?: string }, deadlineMs = 20_000) =>
    new PlaneHost({
      dir,
      dial: refuseAll,
      deadlineMs,
      programs: {
        etcd: await program('etcd', scripts.etcd ?? 'touch localhost:1; exec sleep 1000'),
        'kube-apiserver': await program('kube-apiserver', scripts.api ?? 'exec sleep 1000'),
        'kube-controller-manager': await program('kube-controller-manager', scripts.manager ?? 'exec sleep 1000'),
        'kube-scheduler': await program('kube-scheduler', 'exec sleep 1000'),
      },
    });
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kd-'));
    await mkdir(join(dir, 'prepared', preparedKey([kubernetesVersion, etcdVersion], []), 'member'), {
      recursive: true,
    });
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('names the component that ended, with its last words, and leaves nothing', async () => {
    const host = await hostWith({ etcd: 'echo the database is upside down >&2; exit 3' });
    const error = await host.create('one').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PlaneFailedError);
    expect(error).toMatchObject({ planeId: 'one', component: 'etcd', lastWords: 'the database is upside down' });
    expect(await readdir(join(dir, 'planes'))).toEqual([]);
    await host.closeAll();
  });

  it('names the component that it waited for when the deadline comes', async () => {
    const host = await hostWith({ manager: 'echo still thinking; exec sleep 1000' }, 400);
    const error = await host.create('one').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PlaneDeadlineError);
    expect(error).toMatchObject({ component: 'kube-controller-manager', lastWords: 'still thinking' });
    expect((error as Error).message).toContain('not ready after 0.4 s');
    await host.closeAll();
  });

  it('says that the disk is full when a component ends for that', async () => {
    const host = await hostWith({ etcd: 'echo "write wal: no space left on device"; exit 1' });
    await expect(host.create('one')).rejects.toThrow(DiskFullError);
    await host.closeAll();
  });

  it('ends what is being made when it closes', async () => {
    const host = await hostWith({});
    const made = host.create('one').catch((reason: unknown) => reason);
    while ((await host.list())[0]?.state !== 'starting') await new Promise((resolve) => setTimeout(resolve, 5));
    await host.closeAll();
    expect(String(await made)).toContain('closing');
    expect(await readdir(join(dir, 'planes'))).toEqual([]);
  });
});
