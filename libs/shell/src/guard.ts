import type { StatsFs } from 'node:fs';
import { readFile, readdir, stat, statfs } from 'node:fs/promises';
import type { EndReason } from './channel.js';
import type { Sandbox } from './sandbox.js';
import { deletedFilesUsage, trimWorkspace, workspaceUsage } from './usage.js';

const tickMs = 200;
/** A look at a workspace happens at least this often, and whenever the disk got fuller by `suspiciousBytes`. */
const diskEveryMs = 5_000;
const suspiciousBytes = 8 * 1024 * 1024;
const suspiciousFiles = 500;
/** As many processes as allowed for this long: a fork bomb, not a burst. */
const processesPatienceMs = 3_000;
const pageBytes = 4096;

interface Watched {
  sandbox: Sandbox;
  dev: number;
  free: number;
  freeFiles: number;
  lookedAt: number;
  bytes: number;
  fullSince: number | undefined;
}

interface ProcessInfo {
  parent: number;
  threads: number;
  residentBytes: number;
}

/**
 * Looks after the limits that the kernel cannot hold here: the size of a workspace (no quota spans a folder on every
 * file system), and without cgroups memory. A sandbox that breaks one ends, with a notice on its terminals.
 */
export class Guard {
  private readonly watched = new Map<Sandbox, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  /** @param reserveBytes of the disk that sandboxes must leave free, whoever fills it */
  constructor(private readonly reserveBytes: number) {}

  async watch(sandbox: Sandbox): Promise<void> {
    const { dev } = await stat(sandbox.workspace);
    this.watched.set(sandbox, {
      sandbox,
      dev,
      free: Infinity,
      freeFiles: Infinity,
      lookedAt: 0,
      bytes: 0,
      fullSince: undefined,
    });
    this.timer ??= setInterval(() => void this.tick(), tickMs).unref();
  }

  forget(sandbox: Sandbox): void {
    this.watched.delete(sandbox);
    if (this.watched.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async tick(): Promise<void> {
    // A slow look delays the next, it does not pile up.
    if (this.looking) return;
    this.looking = true;
    try {
      const needTable = [...this.watched.keys()].some((sandbox) => !sandbox.cgroup);
      const table = needTable ? await processTable() : undefined;
      const disks = new Map<number, StatsFs>();
      for (const watched of this.watched.values()) {
        const { sandbox, dev } = watched;
        if (!sandbox.alive) continue;
        const disk = disks.get(dev) ?? (await statfs(sandbox.workspace).catch(() => undefined));
        if (!disk) continue;
        disks.set(dev, disk);
        await this.look(watched, disk, table).catch(() => {}); // it ended meanwhile
      }
      if ([...disks.values()].some((disk) => this.isLow(disk))) await this.keepReserve();
    } finally {
      this.looking = false;
    }
  }

  private async look(watched: Watched, disk: StatsFs, table: Map<number, ProcessInfo> | undefined): Promise<void> {
    const { sandbox } = watched;
    const members = sandbox.cgroup ? undefined : membersOf(sandbox.initPid, table as Map<number, ProcessInfo>);
    await this.lookAtProcesses(watched, members, table);
    if (!sandbox.alive) return;

    const { bavail, bsize, ffree } = disk;
    const free = bavail * bsize;
    const now = Date.now();
    const suspicious = watched.free - free > suspiciousBytes || watched.freeFiles - ffree > suspiciousFiles;
    if (!suspicious && now - watched.lookedAt < diskEveryMs) return;
    watched.free = free;
    watched.freeFiles = ffree;
    watched.lookedAt = now;
    const { workspaceBytes, workspaceEntries } = sandbox.limits;
    const visible = await workspaceUsage(sandbox.workspace, workspaceEntries);
    const hidden = await deletedFilesUsage(members ?? (await cgroupMembers(sandbox)), watched.dev);
    watched.bytes = visible.bytes + hidden.bytes;
    if (visible.overflow || hidden.overflow || watched.bytes > workspaceBytes) await this.endFull(sandbox);
  }

  private async lookAtProcesses(
    watched: Watched,
    members: Set<number> | undefined,
    table: Map<number, ProcessInfo> | undefined,
  ): Promise<void> {
    const { sandbox } = watched;
    let processes: number;
    if (members && table) {
      let resident = 0;
      processes = 0;
      for (const pid of members) {
        resident += table.get(pid)?.residentBytes ?? 0;
        processes += table.get(pid)?.threads ?? 0;
      }
      if (resident > sandbox.limits.memoryBytes) {
        await this.end(sandbox, 'memory', `more than ${mebibytes(sandbox.limits.memoryBytes)} of memory was in use`);
        return;
      }
    } else {
      processes = (await sandbox.cgroup?.processes()) ?? 0;
    }
    if (processes < sandbox.limits.processes * 0.95) watched.fullSince = undefined;
    else watched.fullSince ??= Date.now();
    if (watched.fullSince !== undefined && Date.now() - watched.fullSince >= processesPatienceMs) {
      await this.end(sandbox, 'processes', `all ${sandbox.limits.processes} processes that may run were running`);
    }
  }

  /** Should the disk get full all the same, the largest workspace's sandbox ends: files without a name go with it. */
  private async keepReserve(): Promise<void> {
    const bySize = [...this.watched.values()].filter(({ sandbox }) => sandbox.alive).sort((a, b) => b.bytes - a.bytes);
    for (const { sandbox } of bySize) {
      const disk = await statfs(sandbox.workspace).catch(() => undefined);
      if (disk && this.isLow(disk)) await this.end(sandbox, 'disk', 'the disk of the host is nearly full');
    }
  }

  private isLow({ bavail, bsize }: StatsFs): boolean {
    return bavail * bsize < this.reserveBytes;
  }

  private async endFull(sandbox: Sandbox): Promise<void> {
    const { workspaceBytes, workspaceEntries } = sandbox.limits;
    await this.end(
      sandbox,
      'disk',
      `the workspace held more than ${mebibytes(workspaceBytes)} or ${workspaceEntries} files; the newest were deleted`,
      () => trimWorkspace(sandbox.workspace, { bytes: workspaceBytes, entries: workspaceEntries }),
    );
  }

  private async end(
    sandbox: Sandbox,
    reason: EndReason,
    message: string,
    cleanUp?: () => Promise<unknown>,
  ): Promise<void> {
    sandbox.notify(`\r\n\x1b[0;1;31mKubedan stopped this terminal: ${message}.\x1b[0m\r\n`);
    await sandbox.end(reason, `This terminal was stopped: ${message}.`, cleanUp);
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

async function cgroupMembers(sandbox: Sandbox): Promise<number[]> {
  const text = await readFile(sandbox.cgroup?.procsFiles[0] as string, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
}

/** Every process of the host that this one may look at. See proc_pid_stat(5). */
async function processTable(): Promise<Map<number, ProcessInfo>> {
  const table = new Map<number, ProcessInfo>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (fields.length < 22) continue;
    table.set(Number(name), {
      parent: Number(fields[1]),
      threads: Number(fields[17]),
      residentBytes: Number(fields[21]) * pageBytes,
    });
  }
  return table;
}

/** A namespace's processes: whatever loses its parent becomes a child of the first one. */
function membersOf(initPid: number, table: Map<number, ProcessInfo>): Set<number> {
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of table) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(pid);
    else children.set(parent, [pid]);
  }
  const members = new Set<number>();
  const todo = [initPid];
  for (let pid = todo.pop(); pid !== undefined; pid = todo.pop()) {
    if (members.has(pid)) continue;
    members.add(pid);
    todo.push(...(children.get(pid) ?? []));
  }
  return members;
}
