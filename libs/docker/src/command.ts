import { execa } from 'execa';
import { ProcessGroup } from './process-group.js';

export interface CommandRequest {
  file: string;
  args: readonly string[];
  /** The whole environment. */
  env: NodeJS.ProcessEnv;
  /** What it reads: a text, bytes, or a file's content. Nothing when left out. */
  input?: string | Uint8Array | { file: string };
  /** Milliseconds after which it is ended, with all the processes it started. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Hears each line of stderr at once. When it throws, the command is ended and that (first) error is thrown. */
  onErrorLine?: (line: string) => void;
  /**
   * Hears at the start of the group that the command is in. An interruption then ends the command alone, and what it started
   * goes on: the caller's to wait for or to end, as something may be under way that must not be cut off.
   */
  onGroup?: (group: ProcessGroup) => void;
}

/** How a command went. */
export interface CommandOutcome {
  command: readonly string[];
  stdout: string;
  stderr: string;
  /** Undefined when it was ended by a signal or never started. */
  exitCode: number | undefined;
  /** The signal that ended it. */
  endedBy: string | undefined;
  /** Why it could not be started, e.g. `ENOENT`. */
  startError: string | undefined;
  /** Milliseconds, where it was ended for taking longer. */
  timedOutAfterMs: number | undefined;
}

/**
 * Runs a command to its end, in a group of processes of its own: what it started ends with it.
 * @returns how it went, be it well or not
 * @throws the signal's reason, once nothing of it is left running
 */
export async function runCommand(request: CommandRequest): Promise<CommandOutcome> {
  const { file, args, signal } = request;
  signal?.throwIfAborted();
  const child = execa(file, [...args], {
    reject: false,
    env: request.env,
    extendEnv: false,
    detached: process.platform !== 'win32',
    // Bytes that are no UTF-8 are replaced, not refused.
    encoding: 'utf8',
    ...inputOf(request.input),
  });
  const group = new ProcessGroup(child.pid);
  const interrupt = () => {
    // What goes on may hold the pipes open: they are not waited for, but for what the command itself wrote last.
    child.nodeChildProcess.once('exit', () =>
      setTimeout(() => [child.stdout, child.stderr].forEach((pipe) => pipe?.destroy()), 50),
    );
    if (request.onGroup) group.endLeader();
    else group.end();
  };
  request.onGroup?.(group);
  let timedOut = false;
  let thrown: { error: unknown } | undefined;
  const timer = setTimeout(() => {
    timedOut = true;
    interrupt();
  }, request.timeoutMs);
  signal?.addEventListener('abort', interrupt);
  const { onErrorLine } = request;
  if (onErrorLine) {
    const hear = lineReader((line) => {
      try {
        onErrorLine(line);
      } catch (error) {
        // It goes on hearing: what the command says until it ends may tell how far it came.
        if (!thrown) interrupt();
        thrown ??= { error };
      }
    });
    child.stderr?.setEncoding('utf8').on('data', hear);
  }
  try {
    const result = await child;
    signal?.throwIfAborted();
    if (thrown) throw thrown.error;
    return {
      command: [file, ...args],
      stdout: result.stdout ?? '',
      stderr: result.stderr ?? '',
      exitCode: result.exitCode,
      endedBy: result.signal,
      startError: result.exitCode === undefined && result.signal === undefined ? (result.code ?? 'unknown') : undefined,
      timedOutAfterMs: timedOut ? request.timeoutMs : undefined,
    };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
    group.over();
  }
}

/** @returns whether a command ended by itself and with status 0 */
export function succeeded({ exitCode, timedOutAfterMs }: CommandOutcome): boolean {
  return exitCode === 0 && timedOutAfterMs === undefined;
}

function inputOf(input: CommandRequest['input']) {
  if (input === undefined) return { stdin: 'ignore' as const };
  return typeof input === 'string' || input instanceof Uint8Array ? { input } : { inputFile: input.file };
}

/** @returns a function that takes text as it comes and tells whole lines */
export function lineReader(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
