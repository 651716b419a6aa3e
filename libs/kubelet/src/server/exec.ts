import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { World } from './world.js';
import { execFailure } from '../exec-failure.js';
import type { PodMachine } from '../pod-machine.js';
import { runCommand } from '../shell/commands.js';
import { OutOfMemory, UnknownCommand } from '../shell/shell-errors.js';
import type { ShellWorld } from '../shell/shell-world.js';
import { Interpreter, ShellExit, type Running, type ShellState } from '../shell/interpreter.js';
import { parseShell, ShellSyntaxError } from '../shell/syntax.js';
import { SpdyConnection, type SpdyStream } from './spdy.js';

/** So many commands may run in one cluster at once. */
const MAX_SESSIONS = 32;
const MAX_LINE = 65_536;
const STREAMS_DEADLINE_MS = 10_000;
/** Pauses shorter than this are added up. */
const SHORTEST_PAUSE_MS = 20;

const sessions = new WeakMap<World, number>();

/** Answers `kubectl exec`: the API server upgrades to SPDY/3.1 and opens a stream each for error, input and output. */
export function answerExec(plane: World, request: IncomingMessage, socket: Duplex): void {
  const url = new URL(request.url ?? '/', 'https://kubelet');
  const [kind, namespace = '', pod = '', container = ''] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const refuse = (status: string, text: string) =>
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    );
  const machine = plane.podNamed(namespace, pod);
  const play = machine?.plays.find((one) => one.spec.name === container);
  if (kind !== 'exec')
    return void refuse('501 Not Implemented', `The nodes of this cluster are played: they have no ${kind}.`);
  if (!machine || !play) return void refuse('404 Not Found', `container "${container}" of pod "${pod}" not found`);
  if (!play.run?.around) return void refuse('500 Internal Server Error', `container not found ("${container}")`);
  const running = sessions.get(plane) ?? 0;
  if (running >= MAX_SESSIONS)
    return void refuse('429 Too Many Requests', 'Too many commands run in this cluster; end some.');
  const offered = String(request.headers['x-stream-protocol-version'] ?? '').split(/,\s*/);
  const protocol = ['v5.channel.k8s.io', 'v4.channel.k8s.io'].find((one) => offered.includes(one));
  if (!/^spdy\/3\.1$/i.test(request.headers.upgrade ?? '') || !protocol) {
    return void refuse('400 Bad Request', 'Only SPDY/3.1 with v4.channel.k8s.io or later is spoken here.');
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
  sessions.set(plane, running + 1);
  const connection = new SpdyConnection(socket);
  connection.on('close', () => sessions.set(plane, (sessions.get(plane) ?? 1) - 1));
  const on = (name: string) => ['1', 'true'].includes(url.searchParams.get(name) ?? '');
  const tty = on('tty');
  const wanted = [
    'error',
    ...(on('input') ? ['stdin'] : []),
    ...(on('output') ? ['stdout'] : []),
    ...(on('error') && !tty ? ['stderr'] : []),
    ...(tty ? ['resize'] : []),
  ];
  const streams = new Map<string, SpdyStream>();
  const deadline = setTimeout(() => connection.close(), STREAMS_DEADLINE_MS).unref();
  connection.on('stream', (stream) => {
    streams.set(stream.headers.get('streamtype') ?? '', stream);
    if (!wanted.every((name) => streams.has(name))) return;
    clearTimeout(deadline);
    const session = new ExecSession(plane, machine, play.spec.name, connection, streams, tty);
    session.run(url.searchParams.getAll('command')).catch(() => connection.close());
  });
}

class ExecSession {
  readonly #state: ShellState;
  readonly #world: ShellWorld;
  readonly #stdin: SpdyStream | undefined;
  #input = '';
  #inputEnded = false;
  /** The program that was asked for and is not there. */
  #missing: string | undefined;
  #interrupted = false;
  #busy = false;
  #notify: (() => void) | undefined;

  constructor(
    private readonly plane: World,
    machine: PodMachine,
    container: string,
    private readonly connection: SpdyConnection,
    private readonly streams: ReadonlyMap<string, SpdyStream>,
    private readonly tty: boolean,
  ) {
    const shell = machine.shellIn(container);
    this.#state = shell.state;
    this.#world = { ...shell.world, epoch: plane.now() };
    this.#stdin = streams.get('stdin');
    this.#stdin?.on('data', (data) => this.#receive(data.toString('utf8')));
    this.#stdin?.on('end', () => {
      this.#inputEnded = true;
      this.#notify?.();
    });
    connection.on('close', () => {
      this.#inputEnded = true;
      this.#notify?.();
    });
  }

  async run(argv: string[]): Promise<void> {
    const shell =
      /^(\/usr)?(\/bin\/)?(sh|bash|ash|dash)$/.test(argv[0] ?? '') &&
      !argv.includes('-c') &&
      argv.slice(1).every((one) => one.startsWith('-'));
    const code = shell && this.#stdin ? await this.#converse() : await this.#command(argv);
    const missing = this.#missing && `error executing command in container: ${execFailure(this.#missing)}`;
    const status = missing
      ? {
          metadata: {},
          status: 'Failure',
          reason: 'InternalError',
          code: 500,
          message: `Internal error occurred: ${missing}`,
          details: { causes: [{ message: missing }] },
        }
      : code === 0
        ? { metadata: {}, status: 'Success' }
        : {
            metadata: {},
            status: 'Failure',
            reason: 'NonZeroExitCode',
            message: `command terminated with non-zero exit code: error executing command ${JSON.stringify(argv)}, exit code ${code}`,
            details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
          };
    await this.connection.drained();
    this.streams.get('error')?.write(JSON.stringify(status));
    for (const stream of this.streams.values()) stream.end();
    // The other side closes when it has read all; one that does not is not waited for.
    await this.plane.sleep(2_000);
    this.connection.close();
  }

  async #command(argv: string[]): Promise<number> {
    const readsInput =
      this.#stdin &&
      !this.tty &&
      ['cat', 'tee', 'wc', 'grep', 'sort', 'head', 'tail', 'sh'].includes(argv[0]?.replace(/^.*\//, '') ?? '');
    if (readsInput) while (!this.#inputEnded && this.#input.length < 1_048_576) await this.#more();
    return this.#play(runCommand(argv, readsInput ? this.#input : '', this.#state, this.#world), argv[0] ?? '');
  }

  /** A shell that is typed at, line by line. */
  async #converse(): Promise<number> {
    let status = 0;
    const interpreter = new Interpreter(this.#state, (words, text, state) =>
      runCommand(words, text, state, this.#world),
    );
    for (;;) {
      if (this.tty) this.#write(`${this.#state.cwd} # `, 1);
      let line = this.#nextLine();
      while (line === undefined && !this.#inputEnded) {
        await this.#more();
        line = this.#nextLine();
      }
      line ??= this.#input || undefined;
      if (line === undefined) return status;
      if (this.#input === line && this.#inputEnded) this.#input = '';
      this.#interrupted = false;
      try {
        const list = parseShell(line);
        let exited = false;
        this.#busy = true;
        status = await this.#play(interpreter.list(list), line, () => (exited = true));
        this.#busy = false;
        if (exited) return status;
      } catch (error) {
        if (!(error instanceof ShellSyntaxError)) throw error;
        this.#write(`sh: syntax error: ${error.message}\n`, 2);
        status = 2;
      }
    }
  }

  #nextLine(): string | undefined {
    const end = this.#input.indexOf('\n');
    if (end < 0) return undefined;
    const line = this.#input.slice(0, end);
    this.#input = this.#input.slice(end + 1);
    return line;
  }

  /** Runs a command in real time. @returns its exit code */
  async #play(running: Running, name: string, onExit?: () => void): Promise<number> {
    let pause = 0;
    try {
      for (let steps = 1; ; steps++) {
        const { done, value } = running.next();
        if (done) return value;
        if ('write' in value) this.#write(value.write, value.to);
        else if ('wait' in value) {
          pause += value.wait;
          this.#state.at += value.wait;
        } else if ('need' in value) await this.plane.readReferences([value.need]);
        if (pause >= SHORTEST_PAUSE_MS || steps % 200 === 0) {
          await this.#pause(Math.max(1, pause));
          pause = 0;
          await this.connection.drained();
        }
        if (this.#interrupted) return 130;
        if (this.connection.closed) return 137;
      }
    } catch (error) {
      if (error instanceof ShellExit) {
        onExit?.();
        return error.code;
      }
      if (error instanceof OutOfMemory) return 137;
      if (error instanceof UnknownCommand) {
        const program = error.words[0] ?? name;
        // The runtime could not start it; within a shell it is the shell that says so.
        if (!onExit && program === name) this.#missing = program;
        else this.#write(`sh: ${program}: not found\n`, 2);
        return 127;
      }
      this.#write(`sh: ${error instanceof Error ? error.message : String(error)}\n`, 2);
      return 2;
    }
  }

  /** Waits, but no longer than someone listens, and until Ctrl-C. */
  async #pause(milliseconds: number): Promise<void> {
    const end = this.plane.now() + milliseconds;
    while (!this.#interrupted && !this.connection.closed && this.plane.now() < end) {
      await this.plane.sleep(Math.min(250, end - this.plane.now()));
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => (this.#notify = resolve));
  }

  #receive(text: string): void {
    if (!this.tty) this.#input = (this.#input + text).slice(0, 2 * 1_048_576);
    else for (const char of text) this.#key(char);
    this.#notify?.();
  }

  /** A terminal in cooked mode: it echoes, rubs out, interrupts and ends. */
  #key(char: string): void {
    const line = this.#input.slice(this.#input.lastIndexOf('\n') + 1);
    if (char === '\u0003') {
      this.#interrupted = true;
      // At the prompt an empty line makes a new one.
      this.#input = this.#busy ? '' : '\n';
      this.#write('^C\n', 1);
    } else if (char === '\u0004') {
      if (!line) this.#inputEnded = true;
    } else if (char === '\u007f' || char === '\b') {
      if (line) {
        this.#input = this.#input.slice(0, -1);
        this.#write('\b \b', 1);
      }
    } else if (char === '\r' || char === '\n') {
      this.#input += '\n';
      this.#write('\n', 1);
    } else if (char >= ' ' && line.length < MAX_LINE) {
      this.#input += char;
      this.#write(char, 1);
    }
  }

  #write(text: string, to: 1 | 2): void {
    const stream = to === 2 && !this.tty ? this.streams.get('stderr') : this.streams.get('stdout');
    stream?.write(this.tty ? text.replace(/\r?\n/g, '\r\n') : text);
  }
}
