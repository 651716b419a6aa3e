import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { KubeCredentials } from './credentials.js';
import { apiErrorOf, KubeUnreachableError } from './errors.js';
import type { KubeStatus } from './objects.js';

/** Which program to run, and in which container. */
export interface ExecCommand {
  namespace: string;
  pod: string;
  /** The Pod's first when absent. */
  container?: string | undefined;
  /** A program and its arguments, as they are: no shell comes between. */
  command: readonly string[];
}

export interface ExecResult {
  exitCode: number;
  /** UTF-8; what is none is shown as U+FFFD. */
  stdout: string;
  stderr: string;
  /** True when it wrote more than was kept. */
  truncated: boolean;
}

export interface ExecOptions {
  /** Bytes that are kept of each of its outputs. Default 64 KiB. */
  maxBytes?: number;
  /** Ends the listening; the command itself goes on wherever nobody else ends it. */
  signal?: AbortSignal;
}

/** What comes first in each message: the stream that the rest belongs to. */
const channel = { stdout: 1, stderr: 2, status: 3 } as const;
/** The API server speaks version 5 itself; of older ones it only passes on what the node speaks. */
const protocol = 'v5.channel.k8s.io';
/** One that writes so many times what is kept is not listened to any more. */
const patience = 64;

/**
 * Runs a command in a container through the API server, without input and without a terminal, and waits for its end.
 * Protocol: k8s.io/apimachinery/pkg/util/remotecommand, v5.channel.k8s.io.
 * @throws KubeApiError with what the API server or the node says when the command does not run; KubeUnreachableError when the
 *   connection breaks before the end is known; the signal's reason
 */
export function runInContainer(
  credentials: KubeCredentials,
  userAgent: string,
  of: ExecCommand,
  { maxBytes = 65_536, signal }: ExecOptions = {},
): Promise<ExecResult> {
  signal?.throwIfAborted();
  const path = pathOf(of);
  const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
  const socket = new WebSocket(`${credentials.server.replace(/^http/, 'ws')}${path}`, [protocol], {
    ca: credentials.ca,
    cert: credentials.cert,
    key: credentials.key,
    headers: { 'user-agent': userAgent },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: 1_048_576,
  });
  const stdout = new Output(maxBytes);
  const stderr = new Output(maxBytes);
  const broken = (why: string, cause?: unknown) => reject(new KubeUnreachableError(`GET ${path}: ${why}.`, { cause }));
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  socket.on('message', (data: Buffer) => {
    const rest = data.subarray(1);
    if (data[0] === channel.stdout) stdout.take(rest);
    else if (data[0] === channel.stderr) stderr.take(rest);
    else if (data[0] === channel.status && rest.length > 0) {
      try {
        const exitCode = exitCodeOf(rest, path);
        const truncated = stdout.truncated || stderr.truncated;
        resolve({ exitCode, stdout: stdout.text, stderr: stderr.text, truncated });
      } catch (error) {
        reject(error);
      }
    }
    if (stdout.seen + stderr.seen > patience * maxBytes) {
      reject(apiErrorOf(400, { message: `it wrote more than ${(patience * maxBytes) / 1024} KiB` }));
    }
  });
  socket.on('unexpected-response', (_request, response: IncomingMessage) => {
    readText(response).then(
      (text) => reject(apiErrorOf(response.statusCode ?? 500, statusOf(text) ?? text, `GET ${path}`)),
      (error: unknown) => broken('the answer broke off', error),
    );
  });
  socket.on('error', (error) =>
    broken(`no answer from the API server at ${credentials.server} (${error.message})`, error),
  );
  socket.on('close', () => broken('the connection ended before the command did'));
  return promise.finally(() => {
    signal?.removeEventListener('abort', abort);
    // An error that is still to come, as of the closing itself, is nobody's any more.
    socket.removeAllListeners().on('error', () => undefined);
    socket.terminate();
  });
}

/** What a program wrote, up to a limit. */
class Output {
  readonly #parts: Buffer[] = [];
  #kept = 0;
  seen = 0;
  constructor(private readonly limit: number) {}

  take(data: Buffer): void {
    this.seen += data.length;
    const part = data.subarray(0, this.limit - this.#kept);
    if (part.length === 0) return;
    this.#kept += part.length;
    this.#parts.push(part);
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }
  get truncated(): boolean {
    return this.seen > this.#kept;
  }
}

function pathOf({ namespace, pod, container, command }: ExecCommand): string {
  const query = new URLSearchParams({ stdout: 'true', stderr: 'true' });
  if (container !== undefined) query.set('container', container);
  for (const word of command) query.append('command', word);
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query}`;
}

/** @throws KubeApiError when it never ran */
function exitCodeOf(bytes: Buffer, path: string): number {
  const text = bytes.toString('utf8');
  const status = statusOf(text);
  if (status?.status === 'Success') return 0;
  const causes = (status?.details?.causes ?? []) as { reason?: string; message?: string }[];
  const code = status?.reason === 'NonZeroExitCode' && causes.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code && /^\d{1,3}$/.test(code)) return Number(code);
  throw apiErrorOf(status?.code ?? 500, status ?? text, `GET ${path}`);
}

function statusOf(text: string): KubeStatus | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'status' in value ? (value as KubeStatus) : undefined;
  } catch {
    return undefined;
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of response) {
    text += String(part);
    if (text.length > 16_384) break;
  }
  return text;
}
