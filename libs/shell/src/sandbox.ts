import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { Duplex, Readable, Writable } from 'node:stream';
import { Channel, type EndReason, type ExitEvent } from './channel.js';
import type { Cgroup } from './cgroups.js';
import type { SandboxCommand } from './command.js';
import { SandboxEndedError, SandboxStartError, TooManyTerminalsError } from './errors.js';
import { FrameReader, FrameType, encodeFrame, encodeJson, maxPayloadBytes, windowBytes, type Frame } from './frames.js';
import type { SandboxLimits } from './limits.js';
import type { Relay } from './relay.js';

/** An agent that sends this much more than the window has been taken over: its sandbox ends. */
const violationBytes = 8 * windowBytes;
/** Input that waits for the sandbox to read it; more is dropped, as a full terminal line drops it. */
const maxWaitingInput = 1024 * 1024;

export interface SandboxParts {
  command: SandboxCommand;
  limits: SandboxLimits;
  relay: Relay;
  cgroup: Cgroup | undefined;
  scratchDir: string;
  workspace: string;
  startTimeoutMs: number;
  /** Called once, when the sandbox begins to end. */
  onEnd(sandbox: Sandbox): void;
}

/** One running sandbox: a namespace of its own with the agent in it, and the channels that lead to it. */
export class Sandbox {
  readonly startedAt = Date.now();
  private readonly channels = new Map<number, Channel>();
  private nextChannel = 1;
  private ending: Promise<void> | undefined;
  private settle!: () => void;
  /** Resolves when the sandbox has ended and nothing of it is left. */
  readonly gone = new Promise<void>((resolve) => (this.settle = resolve));
  private endReason: { reason: EndReason; message?: string } = { reason: 'crashed' };

  private constructor(
    private readonly parts: SandboxParts,
    private readonly child: ChildProcess,
    private readonly stdin: Writable,
    /** The first process of the sandbox's namespace, seen from the host. */
    readonly initPid: number,
  ) {}

  get limits(): SandboxLimits {
    return this.parts.limits;
  }
  get workspace(): string {
    return this.parts.workspace;
  }
  get relay(): Relay {
    return this.parts.relay;
  }
  get cgroup(): Cgroup | undefined {
    return this.parts.cgroup;
  }
  get alive(): boolean {
    return this.ending === undefined;
  }
  get channelCount(): number {
    return this.channels.size;
  }

  /** Starts it and waits for its agent. Throws SandboxStartError with what was said on standard error. */
  static async start(parts: SandboxParts): Promise<Sandbox> {
    const { command } = parts;
    const child = spawn(command.file, command.args, {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', ...command.descriptors.contents.map(() => 'pipe' as const)],
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
      cwd: '/',
      // A session of its own: no controlling terminal of the server's is near, and Ctrl-C there does not reach it.
      detached: true,
    });
    command.descriptors.send(child);
    if (!parts.cgroup && child.pid) setPriority(child.pid, 5); // with a cgroup, its share of the CPU says it
    const said = collect(child.stderr as Readable, 4096);
    const info = collect(child.stdio[command.infoDescriptor] as Duplex, 4096);
    const stdout = child.stdout as Readable;
    const stdin = child.stdin as Writable;
    stdin.on('error', () => {});
    const reader = new FrameReader();

    let sandbox: Sandbox | undefined;
    const hello = new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(said() || `it ended with ${signal ?? `status ${code}`}`)));
      stdout.on('data', (chunk: Buffer) => {
        try {
          for (const frame of reader.push(chunk)) {
            if (frame.type === FrameType.hello) resolve();
            else sandbox?.receive(frame);
          }
        } catch {
          // No frame: whoever writes here is not the agent any more.
          if (sandbox) void sandbox.end('crashed');
          else reject(new Error('its agent spoke no frames'));
        }
      });
      setTimeout(() => reject(new Error(said() || 'its agent said nothing in time')), parts.startTimeoutMs).unref();
    });
    try {
      await hello;
      const initPid = Number((JSON.parse(info()) as { 'child-pid': number })['child-pid']);
      sandbox = new Sandbox(parts, child, stdin, initPid);
    } catch (error) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null && child.pid) await once(child, 'exit');
      await release(parts);
      throw new SandboxStartError((error as Error).message.trim(), { cause: error });
    }
    const started = sandbox;
    child.once('exit', () => void started.end('crashed'));
    if (child.exitCode !== null || child.signalCode !== null) void started.end('crashed');
    return started;
  }

  /** Opens a pseudo-terminal with the learner's shell. Throws TooManyTerminalsError, SandboxEndedError, SandboxStartError. */
  openTerminal(request: { cols: number; rows: number; env: Record<string, string> }): Promise<Channel> {
    if (this.channels.size >= this.limits.terminals) throw new TooManyTerminalsError(this.limits.terminals);
    return this.openChannel(FrameType.open, request);
  }

  /** Starts a command without a terminal; its output is both of its streams as they come. */
  run(command: string[], env: Record<string, string>): Promise<Channel> {
    return this.openChannel(FrameType.run, { command, env });
  }

  /** Writes a notice to every channel, as if the terminal had shown it. */
  notify(text: string): void {
    const data = Buffer.from(text);
    for (const channel of this.channels.values()) channel.output(data);
  }

  /**
   * Ends every process of the sandbox, waits for that, and removes what it had on the host. Idempotent.
   * @param cleanUp runs when no program is left, before the channels hear of the end
   */
  end(reason: EndReason, message?: string, cleanUp?: () => Promise<unknown>): Promise<void> {
    this.ending ??= (async () => {
      await Promise.resolve(); // so that `alive` is false for whoever is called below
      this.endReason = { reason, ...(message && { message }) };
      this.parts.onEnd(this);
      if (this.child.exitCode === null && this.child.signalCode === null) {
        const exit = once(this.child, 'exit');
        // Its namespace ends with its first process; bubblewrap, which waits for it, then ends as well.
        if (!(await killNamespace(this.initPid))) this.child.kill('SIGKILL');
        const late = setTimeout(() => this.child.kill('SIGKILL'), 3_000);
        await exit;
        clearTimeout(late);
      }
      await processGone(this.initPid);
      await cleanUp?.();
      const event: ExitEvent = { exitCode: 137, ...this.endReason };
      for (const channel of this.channels.values()) channel.end(event);
      this.channels.clear();
      this.stdin.destroy();
      this.child.stdout?.destroy();
      await release(this.parts);
      this.settle();
    })();
    return this.ending;
  }

  private async openChannel(type: number, request: unknown): Promise<Channel> {
    if (!this.alive) throw new SandboxEndedError('it was closed');
    const id = this.nextChannel++;
    const channel: Channel = new Channel(id, {
      input: (data) => {
        for (let at = 0; at < data.length; at += maxPayloadBytes) {
          this.send(encodeFrame(FrameType.input, id, data.subarray(at, at + maxPayloadBytes)));
        }
      },
      resize: (cols, rows) => {
        const size = Buffer.alloc(4);
        size.writeUInt16BE(cols, 0);
        size.writeUInt16BE(rows, 2);
        this.send(encodeFrame(FrameType.resize, id, size));
      },
      acknowledge: (bytes) => {
        const count = Buffer.alloc(4);
        count.writeUInt32BE(bytes);
        this.stdin.write(encodeFrame(FrameType.ack, id, count));
        // It goes on writing and never reads: whoever speaks there is not our agent.
        if (this.stdin.writableLength > 4 * maxWaitingInput) void this.end('crashed');
      },
      hangUp: async () => {
        const exit = once(channel, 'exit');
        this.send(encodeFrame(FrameType.hangup, id));
        const late = setTimeout(() => void this.end('killed'), 2_000);
        await exit;
        clearTimeout(late);
      },
    });
    this.channels.set(id, channel);
    this.stdin.write(encodeJson(type, id, request));
    await new Promise<void>((resolve, reject) => {
      // An agent that was stopped, or starved of processes, does not answer: its sandbox is of no use any more.
      const late = setTimeout(() => void this.end('crashed', 'its agent does not answer'), this.parts.startTimeoutMs);
      channel.once('opened', () => (clearTimeout(late), resolve()));
      channel.once('exit', ({ message }) => {
        clearTimeout(late);
        reject(new SandboxEndedError(message ?? 'it ended while a terminal was opened'));
      });
    });
    return channel;
  }

  private send(frame: Buffer): void {
    if (this.stdin.writableLength < maxWaitingInput) this.stdin.write(frame);
  }

  private receive({ type, channel: id, payload }: Frame): void {
    const channel = this.channels.get(id);
    if (!channel) return;
    if (type === FrameType.opened) channel.emit('opened');
    else if (type === FrameType.output) {
      if (channel.unacknowledged + payload.length > violationBytes) void this.end('crashed');
      else if (payload.length > 0) channel.output(Buffer.from(payload));
    } else if (type === FrameType.exit || type === FrameType.failed) {
      this.channels.delete(id);
      const { exitCode, signal, message } = parseObject(payload);
      const status = typeof signal === 'number' && signal > 0 ? 128 + signal : Number(exitCode ?? 1);
      channel.end({
        exitCode: Number.isInteger(status) ? status : 1,
        reason: type === FrameType.exit ? 'exited' : 'crashed',
        ...(typeof message === 'string' && { message: message.slice(0, 500) }),
      });
    }
  }
}

function parseObject(payload: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(payload.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Gathers the first `limit` bytes of a stream and lets the rest pass. */
function collect(stream: Readable, limit: number): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    if (text.length < limit) text += chunk.toString();
  });
  stream.on('error', () => {});
  return () => text.slice(0, limit);
}

/** Ends a namespace by its first process, unless that is gone already or not ours to end. */
async function killNamespace(initPid: number): Promise<boolean> {
  try {
    process.kill(initPid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Waits until a process is gone, or is a mere zombie that the host's init has yet to reap. */
async function processGone(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    if (stat === '' || state === 'Z' || state === 'X') return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function release(parts: SandboxParts): Promise<void> {
  await parts.relay.close();
  await parts.cgroup?.remove();
  await rm(parts.scratchDir, { recursive: true, force: true });
}
