import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlaneHost, refuseAll } from '@kubedan/plane';
import { planePrograms } from './programs.js';

/** What a soak must find the same before and after. Linux. */
export interface Traces {
  /** Processes below this one, by name. */
  children: string[];
  /** Open descriptors of this process. */
  descriptors: number;
  /** TCP ports of loopback on which this process or one below it listens. */
  ports: string[];
  /** Planes' directories. */
  directories: string[];
}

export interface SoakResult {
  starts: number;
  atOnce: number;
  failures: string[];
  seconds: number;
  /** Milliseconds from the call of create to a ready plane. */
  create: { p50: number; p99: number; max: number };
  before: Traces;
  after: Traces;
}

/** Starts and ends planes, `atOnce` at a time, `starts` in all. */
export async function soakPlanes(options: { starts: number; atOnce: number }): Promise<SoakResult> {
  const dir = await mkdtemp(join(tmpdir(), 'kd-'));
  const host = new PlaneHost({ dir, programs: await planePrograms(), dial: refuseAll, deadlineMs: 300_000 });
  const failures: string[] = [];
  const took: number[] = [];
  try {
    await host.prepare();
    // The first start opens what this process keeps: its thread pool, its resolver.
    await host.create('first');
    await host.destroy('first');
    const before = await traces(dir);
    const startedAt = performance.now();
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < options.starts; index = next++) {
        const id = `soak-${index}`;
        const from = performance.now();
        try {
          await host.create(id);
          took.push(performance.now() - from);
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error));
        }
        await host.destroy(id);
      }
    };
    await Promise.all(Array.from({ length: options.atOnce }, worker));
    const seconds = (performance.now() - startedAt) / 1000;
    took.sort((a, b) => a - b);
    const at = (share: number) => Math.round(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0);
    return {
      ...options,
      failures,
      seconds: Math.round(seconds),
      create: { p50: at(0.5), p99: at(0.99), max: at(1) },
      before,
      after: await traces(dir),
    };
  } finally {
    await host.closeAll();
    await rm(dir, { recursive: true, force: true });
  }
}

async function traces(dir: string): Promise<Traces> {
  // Sockets of clients that were closed go within the next turns of the loop.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const children = await childrenOf(process.pid);
  const inodes = new Set((await Promise.all([process.pid, ...children.map(({ pid }) => pid)].map(socketsOf))).flat());
  // Ports are told by their owners: on a busy machine another program may take one the moment it is free.
  const table = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n').slice(1);
  const ports = table.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[3] === '0A' && inodes.has(fields[9] ?? '') ? [fields[1] ?? ''] : [];
  });
  return {
    children: children.map(({ name }) => name).sort(),
    descriptors: (await readdir('/proc/self/fd')).length,
    ports,
    directories: await readdir(join(dir, 'planes')),
  };
}

async function childrenOf(parent: number): Promise<{ pid: number; name: string }[]> {
  const found: { pid: number; name: string }[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (ppid === parent) found.push({ pid: Number(entry), name }, ...(await childrenOf(Number(entry))));
  }
  return found;
}

async function socketsOf(pid: number): Promise<string[]> {
  const entries = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(entries.map((entry) => readlink(`/proc/${pid}/fd/${entry}`).catch(() => '')));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}
