import { randomBytes } from 'node:crypto';
import { mkdir, realpath, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from './channel.js';
import { CgroupRoot, type Cgroup, type CgroupKind } from './cgroups.js';
import { sandboxCommand, type SandboxCommand } from './command.js';
import { SandboxEndedError, SandboxStartError } from './errors.js';
import { Guard } from './guard.js';
import { ownWorkspace, placeKubeconfig } from './home.js';
import { hostUserOf } from './host-user.js';
import { defaultLimits } from './limits.js';
import { prepareHost, type PreparedHost } from './prepared-host.js';
import { probe, type Availability } from './probe.js';
import { Recording } from './recording.js';
import { Relay } from './relay.js';
import type { SandboxHostOptions, SandboxRequest, ScriptRequest, ScriptResult, TerminalRequest } from './requests.js';
import { Sandbox } from './sandbox.js';
import { copyReadable } from './system-files.js';
import { Terminal, terminalSize } from './terminal.js';

/** The port on the sandbox's own loopback behind which the API server is; a kubeconfig's server is https://127.0.0.1:6443. */
export const sandboxApiPort = 6443;

/**
 * Makes sandboxes for learners' terminals and labs' scripts with bubblewrap.
 *
 * All terminals of one workspace share one sandbox: own user, process, mount, IPC, host name, cgroup and network
 * namespaces. It shows the host's /usr read-only, a synthesised /etc, its own /proc, /dev and /tmp, the workspace as
 * /home/learner, and nothing else of the host; there is no network but a loopback on which a forwarder leads to the API
 * server's socket. A small agent in it opens the pseudo-terminals, so none of the host's terminals is ever near. A
 * seccomp filter refuses what no lab needs (namespaces, ptrace, keyrings, io_uring, other socket families, TIOCSTI …).
 * A server that is root gives each workspace a host user of its own.
 *
 * Limits on processes and memory are held by a cgroup (v1 or v2) where the server may make one, else by rlimits and a
 * guard. No kernel limit spans a folder on every file system, so the size of a workspace is held in three steps: RLIMIT_FSIZE for
 * each file; a guard that looks when the disk gets fuller, counts deleted files that are still open, ends a sandbox
 * that is over and deletes the newest files until the workspace fits; and a reserve of free disk, below which sandboxes
 * end, largest first.
 */
export class SandboxHost implements AsyncDisposable {
  private prepared: Promise<PreparedHost> | undefined;
  private readonly running = new Map<string, Promise<Sandbox>>();
  private readonly all = new Set<Sandbox>();
  private readonly guard: Guard;
  private counter = 0;
  private closed = false;

  constructor(private readonly options: SandboxHostOptions) {
    this.guard = new Guard(options.reserveBytes ?? 512 * 1024 * 1024);
  }

  /** Tries a real, empty sandbox: is this host able to, which tools would it show, and if not, what to do? */
  static async probe(): Promise<Availability> {
    const { programs: _programs, ...availability } = await probe();
    return availability;
  }

  /** What would hold the limits on memory and processes here; found by trying, and nothing is left of that. */
  static async limitsHeldHere(): Promise<CgroupKind | 'rlimits'> {
    const cgroups = await CgroupRoot.detect(`kubedan-probe-${process.pid}`);
    await cgroups?.remove();
    return cgroups?.kind ?? 'rlimits';
  }

  /** What holds the limits on memory and processes here. Throws SandboxUnavailableError. */
  async limitsHeldBy(): Promise<CgroupKind | 'rlimits'> {
    return (await this.prepare()).cgroups?.kind ?? 'rlimits';
  }

  /**
   * Opens a terminal in the workspace's sandbox, which starts if need be (about 0.2 s). Throws SandboxUnavailableError,
   * SandboxStartError, SandboxEndedError, TooManyTerminalsError.
   */
  async openTerminal(request: TerminalRequest): Promise<Terminal> {
    const size = terminalSize(request.cols, request.rows);
    const { sandbox, channel } = await this.openChannel(request, { ...size, env: request.env ?? {} });
    const recording =
      request.record && new Recording(request.record.path, size, request.record.maxBytes ?? 16 * 1024 * 1024);
    const id = `${process.pid}-${++this.counter}`;
    const terminal = new Terminal(id, channel, recording, async () => {
      if (channel.ended) return;
      // The last terminal takes the sandbox along, with all that it left running.
      if (sandbox.channelCount <= 1) await sandbox.end('killed');
      else await channel.hangUp();
    });
    const last = (): void => {
      if (sandbox.alive && sandbox.channelCount === 0) void sandbox.end('exited');
    };
    if (channel.ended) last();
    else channel.on('exit', last);
    return terminal;
  }

  /**
   * Runs a bash script in a sandbox of its own on the workspace and ends that sandbox afterwards, whatever is left in
   * it. Throws as `openTerminal` does, and `signal.reason` when aborted.
   */
  async runScript(request: ScriptRequest): Promise<ScriptResult> {
    request.signal?.throwIfAborted();
    const workspace = await this.claim(request.workspace);
    const shared = this.running.get(workspace);
    // Beside a learner's terminals the home is already prepared, and must not change hands.
    const sandbox = await this.start(workspace, request, request.mounts ?? [], shared !== undefined);
    const maxOutput = request.maxOutput ?? 256 * 1024;
    let output = '';
    let timedOut = false;
    const stop = (): void => void sandbox.end('killed');
    request.signal?.addEventListener('abort', stop);
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, request.timeoutMs);
    try {
      const decoder = new TextDecoder();
      const channel = await sandbox.run(['/bin/bash', request.script, ...(request.args ?? [])], request.env ?? {});
      channel.read((data) => {
        output = (output + decoder.decode(data, { stream: true })).slice(-maxOutput);
        channel.acknowledge(data.length);
      });
      const exit =
        channel.ended ?? (await new Promise<{ exitCode: number }>((resolve) => channel.once('exit', resolve)));
      request.signal?.throwIfAborted();
      return { exitCode: exit.exitCode, output, timedOut };
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', stop);
      await sandbox.end('exited');
    }
  }

  /** Ends all terminals of a workspace and every process in them; returns when they are gone. */
  async closeWorkspace(workspace: string): Promise<void> {
    const path = await realpath(workspace).catch(() => workspace);
    await Promise.all([...this.all].filter((each) => each.workspace === path).map((each) => each.end('killed')));
  }

  /** Ends every sandbox; no new one starts afterwards. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.running.values());
    await Promise.all([...this.all].map((each) => each.end('killed')));
    const prepared = await this.prepared?.catch(() => undefined);
    await prepared?.cgroups?.remove();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** In the sandbox that runs, or, should its agent not be able to (stopped, no process left), in a fresh one. */
  private async openChannel(
    request: SandboxRequest,
    terminal: { cols: number; rows: number; env: Record<string, string> },
  ): Promise<{ sandbox: Sandbox; channel: Channel }> {
    for (let attempt = 1; ; attempt++) {
      const sandbox = await this.sandboxOf(request);
      try {
        return { sandbox, channel: await sandbox.openTerminal(terminal) };
      } catch (error) {
        if (!(error instanceof SandboxEndedError) || attempt === 2 || this.closed) throw error;
        await sandbox.end('crashed');
      }
    }
  }

  private async sandboxOf(request: SandboxRequest): Promise<Sandbox> {
    const workspace = await this.claim(request.workspace);
    const running = this.running.get(workspace);
    if (running) {
      const sandbox = await running.catch(() => undefined);
      if (sandbox?.alive && !(await this.isStuck(sandbox))) {
        // The same learner after a reset: another cluster, the same shell.
        sandbox.relay.target = request.apiSocketPath;
        await placeKubeconfig(workspace, request.kubeconfig);
        if (sandbox.alive) return sandbox;
      }
      await sandbox?.end('processes');
      if (this.running.get(workspace) === running) this.running.delete(workspace);
      return this.sandboxOf(request);
    }
    const starting = this.start(workspace, request, [], false);
    this.running.set(workspace, starting);
    const forget = (): void => {
      if (this.running.get(workspace) === starting) this.running.delete(workspace);
    };
    // Forgotten when all is cleared away, not before: the next sandbox of this workspace waits for that.
    starting.then((sandbox) => sandbox.gone.then(forget), forget);
    return starting;
  }

  /** Full of processes, a sandbox can open no terminal: it makes room for a fresh one. */
  private async isStuck(sandbox: Sandbox): Promise<boolean> {
    const processes = await sandbox.cgroup?.processes().catch(() => 0);
    return processes !== undefined && processes >= sandbox.limits.processes * 0.95;
  }

  private async claim(workspace: string): Promise<string> {
    if (this.closed) throw new SandboxEndedError('the server is stopping');
    await mkdir(workspace, { recursive: true, mode: 0o700 });
    return realpath(workspace);
  }

  private async start(
    workspace: string,
    request: SandboxRequest,
    mounts: { host: string; inside: string }[],
    inUse: boolean,
  ): Promise<Sandbox> {
    const { programs, system, cgroups } = await this.prepare();
    const limits = { ...defaultLimits, ...this.options.limits, ...request.limits };
    const reserve = this.options.reserveBytes ?? 512 * 1024 * 1024;
    const { bavail, bsize } = await statfs(workspace);
    if (bavail * bsize < reserve) {
      throw new SandboxStartError(
        `the disk of ${workspace} has less than ${reserve} bytes free; make room there first`,
      );
    }
    const hostUser = hostUserOf(workspace);
    if (!inUse) await ownWorkspace(workspace, hostUser);
    await placeKubeconfig(workspace, request.kubeconfig);

    const id = `${process.pid}-${++this.counter}-${randomBytes(4).toString('hex')}`;
    const scratchDir = join(this.options.dir, 'run', id);
    const socketDir = join(scratchDir, 'api');
    const relay = await Relay.listen(socketDir, request.apiSocketPath, limits.connections);
    let cgroup: Cgroup | undefined;
    let command: SandboxCommand;
    try {
      cgroup = await cgroups?.create(id, limits);
      // The sandbox's user may not be the one who may read the originals.
      const copies = mounts.map((mount, index) => ({ ...mount, copy: join(scratchDir, `mount-${index}`) }));
      for (const { host, copy } of copies) await copyReadable(host, copy);
      command = sandboxCommand({
        programs,
        hostUser,
        workspace,
        socketDir,
        system,
        tools: this.options.tools,
        mounts: copies.map(({ copy, inside }) => ({ host: copy, inside })),
        limits,
        procsFiles: cgroup?.procsFiles ?? [],
        apiPort: sandboxApiPort,
      });
    } catch (error) {
      await relay.close();
      await cgroup?.remove();
      await rm(scratchDir, { recursive: true, force: true });
      throw new SandboxStartError((error as Error).message, { cause: error });
    }
    const sandbox = await Sandbox.start({
      command,
      limits,
      relay,
      cgroup,
      scratchDir,
      workspace,
      startTimeoutMs: this.options.startTimeoutMs ?? 10_000,
      onEnd: (ended) => {
        this.guard.forget(ended);
        void ended.gone.then(() => this.all.delete(ended));
      },
    });
    this.all.add(sandbox);
    await this.guard.watch(sandbox);
    if (!sandbox.alive || this.closed) {
      this.guard.forget(sandbox);
      await sandbox.end('killed');
      this.all.delete(sandbox);
    }
    return sandbox;
  }

  private prepare(): Promise<PreparedHost> {
    this.prepared ??= prepareHost(this.options);
    // A host that was repaired meanwhile (bubblewrap installed) works without a restart.
    this.prepared.catch(() => (this.prepared = undefined));
    return this.prepared;
  }
}
