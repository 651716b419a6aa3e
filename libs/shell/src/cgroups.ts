import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type CgroupKind = 'cgroup-v1' | 'cgroup-v2';

/** One sandbox's group (v2), or its groups (v1, one a controller). */
export interface Cgroup {
  /** What a process writes its id to, in order to be inside. */
  procsFiles: string[];
  /** Processes and threads now inside. */
  processes(): Promise<number>;
  /** How often the kernel ended a process because memory ran out. */
  memoryKills(): Promise<number>;
  /** Removes the group; its processes must be gone. */
  remove(): Promise<void>;
}

interface Controllers {
  memory: string;
  pids: string;
  cpu?: string;
}

/**
 * The place below which this process may make groups with limits on memory and processes. `detect` finds it and proves
 * it by moving a process there; undefined is returned where there is none, as for most ordinary users.
 */
export class CgroupRoot {
  private constructor(
    readonly kind: CgroupKind,
    private readonly directories: Controllers,
  ) {}

  /** @param name the folder that is made below each parent; unique to the owner, reused after a restart */
  static async detect(name: string): Promise<CgroupRoot | undefined> {
    for (const candidate of [() => detectV2(name), () => detectV1(name)]) {
      const found = await candidate();
      if (!found) continue;
      const root = new CgroupRoot(found.kind, found.directories);
      if (await root.works()) return root;
      await root.remove();
    }
    return undefined;
  }

  /** Makes the group of one sandbox. `memoryBytes` and `processes` are upper limits; its CPU share is a quarter of the usual. */
  async create(id: string, limits: { memoryBytes: number; processes: number }): Promise<Cgroup> {
    const memory = join(this.directories.memory, id);
    const pids = join(this.directories.pids, id);
    const cpu = this.directories.cpu && join(this.directories.cpu, id);
    const directories = [...new Set([memory, pids, ...(cpu ? [cpu] : [])])];
    for (const directory of directories) await mkdir(directory, { recursive: true });
    const v2 = this.kind === 'cgroup-v2';
    await writeFile(join(pids, 'pids.max'), String(limits.processes));
    await writeFile(join(memory, v2 ? 'memory.max' : 'memory.limit_in_bytes'), String(limits.memoryBytes));
    // Without these files there is no swap, or its accounting is off: the limit above then says it all.
    await writeFile(
      join(memory, v2 ? 'memory.swap.max' : 'memory.memsw.limit_in_bytes'),
      v2 ? '0' : String(limits.memoryBytes),
    ).catch(() => {});
    if (cpu) await writeFile(join(cpu, v2 ? 'cpu.weight' : 'cpu.shares'), v2 ? '25' : '256').catch(() => {});
    return {
      procsFiles: directories.map((directory) => join(directory, 'cgroup.procs')),
      processes: async () => Number(await readFile(join(pids, 'pids.current'), 'utf8')),
      memoryKills: async () => {
        const text = await readFile(join(memory, v2 ? 'memory.events' : 'memory.oom_control'), 'utf8');
        return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
      },
      remove: async () => {
        for (const directory of directories) await removeGroup(directory);
      },
    };
  }

  /** Removes groups that an earlier life left empty; those with processes stay. */
  async sweep(): Promise<void> {
    for (const parent of new Set(Object.values(this.directories) as string[])) {
      for (const entry of await readdir(parent, { withFileTypes: true })) {
        if (entry.isDirectory()) await rmdir(join(parent, entry.name)).catch(() => {});
      }
    }
  }

  /** Removes the owner's own folders; possible when no sandbox is left. */
  async remove(): Promise<void> {
    await this.sweep();
    for (const parent of new Set(Object.values(this.directories) as string[])) await rmdir(parent).catch(() => {});
  }

  private async works(): Promise<boolean> {
    try {
      const group = await this.create(`probe-${process.pid}`, { memoryBytes: 64 * 1024 * 1024, processes: 8 });
      const script = 'for f in "$@"; do echo $$ > "$f" || exit 1; done';
      await run('/bin/sh', ['-c', script, 'sh', ...group.procsFiles]);
      await group.remove();
      return true;
    } catch {
      return false;
    }
  }
}

async function removeGroup(directory: string): Promise<void> {
  // A group is busy for a moment after its last process was reaped.
  for (let attempt = 0; ; attempt++) {
    try {
      await rmdir(directory);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      if (attempt === 50) throw error;
      await delay(20);
    }
  }
}

interface Mount {
  root: string;
  point: string;
  type: string;
  options: string[];
}

async function cgroupMounts(): Promise<Mount[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [left, right] = line.split(' - ');
    const [, , , root, point] = (left ?? '').split(' ');
    const [type, , options] = (right ?? '').split(' ');
    return root && point && type?.startsWith('cgroup')
      ? [{ root, point, type, options: (options ?? '').split(',') }]
      : [];
  });
}

/** Controller (v2: the empty string) → the path of this process's own group. */
async function ownGroups(): Promise<Map<string, string>> {
  const text = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  const groups = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, ...path] = line.split(':');
    for (const controller of (controllers ?? '').split(',')) groups.set(controller, path.join(':'));
  }
  return groups;
}

async function detectV1(name: string): Promise<{ kind: CgroupKind; directories: Controllers } | undefined> {
  const mounts = await cgroupMounts();
  const own = await ownGroups();
  const place = async (controller: string): Promise<string | undefined> => {
    const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
    const path = own.get(controller);
    if (!mount || path === undefined) return undefined;
    // Below the own group: what bounds this process bounds its sandboxes too.
    const directory = join(mount.point, relative(mount.root, path), name);
    return mkdir(directory, { recursive: true }).then(
      () => directory,
      () => undefined,
    );
  };
  const [memory, pids, cpu] = [await place('memory'), await place('pids'), await place('cpu')];
  return memory && pids ? { kind: 'cgroup-v1', directories: { memory, pids, ...(cpu && { cpu }) } } : undefined;
}

async function detectV2(name: string): Promise<{ kind: CgroupKind; directories: Controllers } | undefined> {
  const mount = (await cgroupMounts()).find(({ type }) => type === 'cgroup2');
  const path = (await ownGroups()).get('');
  if (!mount || path === undefined) return undefined;
  // A group with processes cannot give controllers to children, so look from the own group's parent upwards.
  const own = join(mount.point, relative(mount.root, path));
  for (let parent = own; parent.startsWith(mount.point); parent = dirname(parent)) {
    const granted = await readFile(join(parent, 'cgroup.subtree_control'), 'utf8').catch(() => '');
    const controllers = granted.trim().split(' ');
    if (!controllers.includes('memory') || !controllers.includes('pids')) continue;
    const directory = join(parent, name);
    try {
      await mkdir(directory, { recursive: true });
      const wanted = ['memory', 'pids', ...(controllers.includes('cpu') ? ['cpu'] : [])];
      await writeFile(join(directory, 'cgroup.subtree_control'), wanted.map((each) => `+${each}`).join(' '));
      return {
        kind: 'cgroup-v2',
        directories: { memory: directory, pids: directory, ...(controllers.includes('cpu') && { cpu: directory }) },
      };
    } catch {
      await rmdir(directory).catch(() => {});
    }
  }
  return undefined;
}
