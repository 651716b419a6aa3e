// Runs inside the sandbox as the learner's own user: opens pseudo-terminals, runs scripts, and forwards the sandbox's
// loopback port to the API server's socket. Killing it ends the sandbox and nothing else.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket, connect, createServer } from 'node:net';
import { FrameReader, FrameType, encodeFrame, encodeJson, maxPayloadBytes, windowBytes } from './frames.js';

interface AgentConfig {
  apiSocket: string;
  apiPort: number;
  ptyModule: string;
  /** The command of a terminal, and what is put before a script. */
  shell: string[];
  runner: string[];
  home: string;
}

interface Pty {
  pid: number;
  write(data: Buffer): void;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
  onData(listener: (data: Buffer) => void): void;
  onExit(listener: (event: { exitCode: number; signal?: number }) => void): void;
}

interface Channel {
  pid: number;
  unacked: number;
  paused: boolean;
  write(data: Buffer): void;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
}

const config = JSON.parse(process.argv[2] ?? '{}') as AgentConfig;
const fromHost = new Socket({ fd: 0, readable: true, writable: false });
const toHost = new Socket({ fd: 1, readable: false, writable: true });
const channels = new Map<number, Channel>();

function send(channel: number, state: Channel, data: Buffer): void {
  for (let at = 0; at < data.length; at += maxPayloadBytes) {
    toHost.write(encodeFrame(FrameType.output, channel, data.subarray(at, at + maxPayloadBytes)));
  }
  state.unacked += data.length;
  if (!state.paused && state.unacked >= windowBytes / 2) {
    state.paused = true;
    state.pause();
  }
}

function acknowledge(state: Channel, bytes: number): void {
  state.unacked -= bytes;
  if (state.paused && state.unacked < windowBytes / 4) {
    state.paused = false;
    state.resume();
  }
}

function openTerminal(id: number, request: { cols: number; rows: number; env: Record<string, string> }): void {
  const { spawn: spawnPty } = createRequire(import.meta.url)(config.ptyModule) as {
    spawn(file: string, args: string[], options: object): Pty;
  };
  const [file = '', ...args] = config.shell;
  const pty = spawnPty(file, args, {
    name: 'xterm-256color',
    cols: request.cols,
    rows: request.rows,
    cwd: config.home,
    env: { ...process.env, ...request.env },
    encoding: null,
  });
  const state: Channel = {
    pid: pty.pid,
    unacked: 0,
    paused: false,
    write: (data) => pty.write(data),
    resize: (cols, rows) => pty.resize(cols, rows),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
  };
  channels.set(id, state);
  toHost.write(encodeFrame(FrameType.opened, id));
  pty.onData((data) => send(id, state, data));
  pty.onExit(({ exitCode, signal }) => {
    channels.delete(id);
    toHost.write(encodeJson(FrameType.exit, id, { exitCode, signal }));
  });
}

function runScript(id: number, request: { command: string[]; env: Record<string, string> }): void {
  const [file = '', ...args] = [...config.runner, ...request.command];
  const child = spawn(file, args, {
    cwd: config.home,
    env: { ...process.env, ...request.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const state: Channel = {
    pid: child.pid ?? 0,
    unacked: 0,
    paused: false,
    write: () => {},
    resize: () => {},
    pause: () => void (child.stdout.pause(), child.stderr.pause()),
    resume: () => void (child.stdout.resume(), child.stderr.resume()),
  };
  channels.set(id, state);
  child.on('spawn', () => toHost.write(encodeFrame(FrameType.opened, id)));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => send(id, state, data));
  child.on('error', (error) => toHost.write(encodeJson(FrameType.failed, id, { message: error.message })));
  let lastOutput = 0;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', () => (lastOutput = Date.now()));
  const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
    if (!channels.delete(id)) return;
    toHost.write(encodeJson(FrameType.exit, id, { exitCode: code ?? 128, signal }));
  };
  child.on('close', finish);
  // A background process that keeps the streams open must not keep the script unfinished: after its exit, silence ends it.
  child.on('exit', (code, signal) => {
    lastOutput = Date.now();
    const waiting = setInterval(() => {
      if (channels.has(id) && (state.paused || Date.now() - lastOutput < 200)) return;
      clearInterval(waiting);
      finish(code, signal);
    }, 50);
  });
}

/** Ends all processes of the session that the terminal leads; those that left it live until the sandbox ends. */
function hangUp(state: Channel): void {
  for (const signal of ['SIGHUP', 'SIGCONT'] as const) {
    for (const pid of sessionMembers(state.pid)) trySignal(pid, signal);
  }
  setTimeout(() => sessionMembers(state.pid).forEach((pid) => trySignal(pid, 'SIGKILL')), 300);
}

function sessionMembers(session: number): number[] {
  const members: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      // pid (comm) state ppid pgrp session …; comm may hold anything, so read from its last parenthesis.
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === session) members.push(Number(name));
    } catch {
      // It ended in between.
    }
  }
  return members;
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}

const reader = new FrameReader();
fromHost.on('data', (chunk: Buffer) => {
  for (const { type, channel, payload } of reader.push(chunk)) {
    const state = channels.get(channel);
    try {
      if (type === FrameType.open) openTerminal(channel, JSON.parse(payload.toString()));
      else if (type === FrameType.run) runScript(channel, JSON.parse(payload.toString()));
      else if (!state) continue;
      else if (type === FrameType.input) state.write(payload);
      else if (type === FrameType.resize) state.resize(payload.readUInt16BE(0), payload.readUInt16BE(2));
      else if (type === FrameType.ack) acknowledge(state, payload.readUInt32BE(0));
      else if (type === FrameType.hangup) hangUp(state);
    } catch (error) {
      if (type === FrameType.open || type === FrameType.run) {
        toHost.write(encodeJson(FrameType.failed, channel, { message: String((error as Error).message) }));
      }
    }
  }
});
fromHost.on('close', () => process.exit(0));
toHost.on('error', () => process.exit(0));

// Should memory run out, the learner's programs are to go before this one: they start with a higher score.
try {
  writeFileSync('/proc/self/oom_score_adj', '300');
} catch {
  // Already higher: fine.
}

const forwarder = createServer({ allowHalfOpen: true }, (inside) => {
  const outside = connect({ path: config.apiSocket, allowHalfOpen: true });
  inside.pipe(outside).pipe(inside);
  const drop = (): void => void (inside.destroy(), outside.destroy());
  inside.on('error', drop);
  outside.on('error', drop);
});
// EMFILE and the like end one connection, never the terminals.
forwarder.on('error', (error) => {
  if (!forwarder.listening) throw error;
});
forwarder.listen(config.apiPort, '127.0.0.1', () => toHost.write(encodeFrame(FrameType.hello, 0)));
process.on('uncaughtException', (error) => {
  process.stderr.write(`agent: ${error.stack ?? error.message}\n`);
  if (!forwarder.listening) process.exit(1);
});
