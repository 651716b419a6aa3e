import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms } from '@kubedan/binaries';
import { kubeconfigOf } from '@kubedan/kube';
import { PlaneHost, refuseAll, type Plane } from '@kubedan/plane';
import { SandboxHost, sandboxApiPort } from '@kubedan/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { briefPlanes } from '../support/programs.js';
import { TerminalSession } from '../support/terminal-session.js';

const availability = await SandboxHost.probe();

describe.skipIf(!availability.available)('a terminal on a real plane', () => {
  let dir: string;
  let planes: PlaneHost;
  let plane: Plane;
  let host: SandboxHost;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kd-sp-'));
    const cacheDir =
      process.env['KUBEDAN_CACHE_DIR'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubedan');
    const explicitDir = process.env['KUBEDAN_BIN_DIR'];
    const programs = await findPrograms(
      ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
      { cacheDir, ...(explicitDir && { explicitDir }) },
    );
    planes = new PlaneHost({ ...briefPlanes, dir: join(dir, 'p'), programs, dial: refuseAll });
    plane = await planes.create('one');
    host = new SandboxHost({ dir: join(dir, 's'), tools: { kubectl: programs.kubectl } });
  });

  afterAll(async () => {
    await host.close();
    await planes.destroy('one');
    await planes.closeAll();
    await rm(dir, { recursive: true, force: true });
  });

  const request = () => ({
    workspace: join(dir, 'home'),
    apiSocketPath: plane.apiSocketPath,
    kubeconfig: kubeconfigOf(plane.credentials.learner, { server: `https://127.0.0.1:${sandboxApiPort}` }),
  });

  it('lets the learner work as the learner, and follows the plane through suspend and resume', async () => {
    const session = new TerminalSession(await host.openTerminal({ ...request(), cols: 120, rows: 30 }));
    expect(await session.run('kubectl get namespaces')).toContain('kube-system');
    expect(await session.run('kubectl auth whoami')).toContain('kubedan:learner');
    expect(await session.run('k create deployment web --image=web:1 && k get deploy web')).toMatch(/web\s+0\/1/);

    await planes.suspend('one');
    expect(await session.run('kubectl get namespaces --request-timeout=3s')).toMatch(
      /refused|EOF|closed|reset|unable/i,
    );
    plane = await planes.resume('one');
    expect(await session.run('kubectl get deploy web')).toMatch(/web\s+0\/1/);

    session.terminal.write('k get pods -n kube-s\t');
    await session.until(/kube-s.?ystem/);
    session.terminal.write('\x03');
    await session.terminal.kill();
  });
});
