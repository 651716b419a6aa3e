import type { AuditEntry, AuditFollower, AuditHandlers, AuditSource } from '@kubedan/kube';
import { learnerUser } from '@kubedan/plane';
import { watch, type FSWatcher } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { systemNamespaces } from './kind/names.js';

/** Bytes that are read at a time, and that one line may have; a request has at most 3 MiB. */
const chunkSize = 65_536;
const longestLine = 8 * 1_048_576;
/** Entries that are told at a time. */
const mostAtOnce = 200;
/** Milliseconds in which several changes of the file are read together. */
const together = 20;
/** Milliseconds after which it is looked at again where no notice came, as from a file system of another machine. */
const lookAgain = 5_000;
/** Milliseconds that the clock of a file system may differ from ours. */
const leeway = 60_000;
/** Requests that have begun and not ended, which are remembered so that they are told once. */
const mostBegun = 1_000;

/** The audit log of one API server: a file of JSON lines, renamed and begun anew when it is large. */
export class AuditLog implements AuditSource {
  /** @param file the one that is written to; those before it lie beside it, as `audit-<time>.log` beside `audit.log` */
  constructor(private readonly file: string) {}

  follow(handlers: AuditHandlers): AuditFollower {
    const follower = new Follower(this.file, handlers);
    follower.start();
    return follower;
  }
}

interface LogFile {
  path: string;
  /** Tells files apart whatever they are called by now. */
  inode: bigint;
  /** Milliseconds since 1970 at which it was last written to. */
  writtenAt: number;
}

/** Reads the log from the hand-over on, in order, whatever its parts are called meanwhile. Keeps no more than one line. */
class Follower implements AuditFollower {
  readonly #dir: string;
  readonly #lines: Lines;
  readonly #begun = new Set<string>();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #handle: FileHandle | undefined;
  #inode: bigint | undefined;
  #offset = 0;
  #looking: Promise<void> | undefined;
  /** There is more than the current look, or the one that is waited for, may see. */
  #more = false;
  #synced = false;
  #stopped = false;

  constructor(
    private readonly file: string,
    private readonly handlers: AuditHandlers,
  ) {
    this.#dir = path.dirname(file);
    this.#lines = new Lines(longestLine);
  }

  start(): void {
    this.#schedule(0);
  }

  async sync(): Promise<void> {
    // A look that is under way may have passed what was written just now.
    await this.#looking?.catch(() => undefined);
    await this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    await this.#looking?.catch(() => undefined);
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #noticed(): void {
    if (this.#more) return;
    this.#more = true;
    if (!this.#looking) this.#schedule(together);
  }

  #schedule(milliseconds: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#look().catch(() => undefined);
    }, milliseconds);
    this.#timer.unref();
  }

  /** Reads all that is there; one at a time. @throws what reading throws, which was told */
  #look(): Promise<void> {
    if (this.#looking) return this.#looking;
    this.#more = false;
    this.#looking = this.#lookNow();
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    try {
      await this.#readAll();
      if (this.#synced || this.#stopped) return;
      this.#synced = true;
      this.handlers.onSynced();
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      if (!this.#stopped) this.handlers.onError(error);
      throw error;
    } finally {
      this.#looking = undefined;
      if (!this.#watcher) this.#watch();
      this.#schedule(this.#more ? together : lookAgain);
    }
  }

  /** From here on the file system says when there is more. */
  #watch(): void {
    if (this.#stopped) return;
    const name = path.basename(this.file, path.extname(this.file));
    try {
      this.#watcher = watch(this.#dir, { persistent: false }, (_event, changed) => {
        if (changed === null || changed.startsWith(name)) this.#noticed();
      });
      this.#watcher.on('error', () => {
        this.#watcher?.close();
        this.#watcher = undefined;
      });
      // What came between the reading and the watching.
      this.#more = true;
    } catch {
      // Without notices it is looked at again in a while.
    }
  }

  async #readAll(): Promise<void> {
    while (!this.#stopped) {
      // Listed before it is read to its end: what has a successor here is not written to any more.
      const files = await this.#files();
      if (
        !this.#handle &&
        !(await this.#open(files.find(({ writtenAt }) => writtenAt >= this.handlers.since - leeway)))
      )
        return;
      await this.#readToEnd();
      const index = files.findIndex(({ inode }) => inode === this.#inode);
      // One that is not listed any more was removed as too old: what is left begins with the oldest.
      const next = files[index + 1];
      if (next === undefined || !(await this.#open(next))) return;
    }
  }

  /** @returns false when there is nothing to open */
  async #open(file: LogFile | undefined): Promise<boolean> {
    if (file === undefined) return false;
    let handle: FileHandle;
    try {
      handle = await open(file.path, 'r');
    } catch (error) {
      // Renamed since it was listed: the next look finds it.
      if (isMissing(error)) return false;
      throw error;
    }
    await this.#handle?.close();
    this.#handle = handle;
    this.#inode = (await handle.stat({ bigint: true })).ino;
    this.#offset = 0;
    this.#lines.clear();
    return true;
  }

  async #readToEnd(): Promise<void> {
    const handle = this.#handle;
    if (!handle) return;
    const chunk = Buffer.allocUnsafe(chunkSize);
    let entries: AuditEntry[] = [];
    while (!this.#stopped) {
      const { bytesRead } = await handle.read(chunk, 0, chunkSize, this.#offset);
      if (bytesRead === 0) break;
      this.#offset += bytesRead;
      for (const line of this.#lines.take(chunk.subarray(0, bytesRead))) {
        const entry = this.#entryOf(line);
        if (entry) entries.push(entry);
        if (entries.length === mostAtOnce) {
          this.#tell(entries);
          entries = [];
        }
      }
      if (entries.length > 0) this.#tell(entries);
      entries = [];
    }
  }

  #tell(entries: readonly AuditEntry[]): void {
    if (!this.#stopped) this.handlers.onEntries(entries);
  }

  /** @returns undefined for a request of others, of before, of no object, without effect, or one that was told */
  #entryOf(line: Buffer): AuditEntry | undefined {
    if (!marks.some((mark) => line.includes(mark))) return undefined;
    const event = parsed(line);
    if (!event || Date.parse(event.requestReceivedTimestamp ?? '') < this.handlers.since) return undefined;
    const entry = entryOf(event);
    if (!entry) return undefined;
    const id = event.auditID ?? '';
    if (event.stage === 'ResponseStarted') {
      this.#begun.add(id);
      const [oldest = ''] = this.#begun;
      if (this.#begun.size > mostBegun) this.#begun.delete(oldest);
    } else if (this.#begun.delete(id)) return undefined;
    return entry;
  }

  /** The parts of the log, the oldest first. */
  async #files(): Promise<LogFile[]> {
    const { name, ext, base } = path.parse(this.file);
    const all = await readdir(this.#dir);
    const before = all.filter((one) => one.startsWith(`${name}-`) && one.endsWith(ext)).sort();
    const found = await Promise.all(
      [...before, base].map(async (one): Promise<LogFile | undefined> => {
        const file = path.join(this.#dir, one);
        try {
          const { ino, mtimeMs } = await stat(file, { bigint: true });
          return { path: file, inode: ino, writtenAt: Number(mtimeMs) };
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),
    );
    const files = found.filter((one) => one !== undefined);
    // Renamed while it was listed: seen by both of its names.
    return files.filter((one, index) => files.findIndex(({ inode }) => inode === one.inode) === index);
  }
}

/** Whole lines of what comes in pieces; one that is too long is left out. */
class Lines {
  #parts: Buffer[] = [];
  #length = 0;
  #skips = false;

  constructor(private readonly longest: number) {}

  clear(): void {
    this.#parts = [];
    this.#length = 0;
    this.#skips = false;
  }

  /** @param bytes used again by the caller */
  *take(bytes: Buffer): Generator<Buffer> {
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      this.#add(bytes.subarray(from, end));
      from = end + 1;
      if (!this.#skips) yield Buffer.concat(this.#parts);
      this.clear();
    }
    // Copied, as the bytes are overwritten by the next ones.
    if (from < bytes.length) this.#add(Buffer.from(bytes.subarray(from)));
  }

  #add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.longest) {
      this.#skips = true;
      this.#parts = [];
    } else this.#parts.push(part);
  }
}

/** audit.k8s.io/v1 Event, as far as it is looked at. */
interface AuditEvent {
  auditID?: string;
  stage?: string;
  requestURI?: string;
  verb?: string;
  user?: { username?: string };
  impersonatedUser?: unknown;
  userAgent?: string;
  objectRef?: { apiGroup?: string; resource?: string; subresource?: string; namespace?: string; name?: string };
  responseStatus?: { code?: number };
  requestReceivedTimestamp?: string;
  requestObject?: { kind?: string; dryRun?: unknown[]; deleteOptions?: { dryRun?: unknown[] } };
}

const serviceAccount = 'system:serviceaccount:';
/** Parsing costs more than looking whether a line can matter. */
const marks = [`"username":"${learnerUser}"`, `"username":"${serviceAccount}`];

function parsed(line: Buffer): AuditEvent | undefined {
  try {
    return JSON.parse(line.toString('utf8')) as AuditEvent;
  } catch {
    // Cut off when the API server was killed.
    return undefined;
  }
}

function entryOf(event: AuditEvent): AuditEntry | undefined {
  const { objectRef, user, verb = '', userAgent = '' } = event;
  const by = whoIs(user?.username ?? '');
  if (by === undefined || objectRef?.resource === undefined || isDryRun(event)) return undefined;
  const { apiGroup = '', resource, subresource = '', namespace = '', name = '' } = objectRef;
  return {
    by,
    user: user?.username ?? '',
    verb,
    group: apiGroup,
    resource,
    subresource,
    namespace,
    name,
    code: event.responseStatus?.code ?? 0,
    at: event.requestReceivedTimestamp ?? '',
    userAgent: userAgent.slice(0, 200),
  };
}

function whoIs(user: string): AuditEntry['by'] | undefined {
  if (user === learnerUser) return 'learner';
  if (!user.startsWith(serviceAccount)) return undefined;
  const [namespace = ''] = user.slice(serviceAccount.length).split(':');
  return systemNamespaces.includes(namespace) ? undefined : 'serviceAccount';
}

/** Where a request says that nothing shall come of it: in its query, or in the options of a deletion. */
function isDryRun({ requestURI = '', verb = '', objectRef, requestObject }: AuditEvent): boolean {
  if (/[?&]dryRun=All(&|$)/.test(requestURI)) return true;
  const isDeletion = verb.startsWith('delete') && requestObject?.kind === 'DeleteOptions';
  const options =
    objectRef?.subresource === 'eviction' ? requestObject?.deleteOptions : isDeletion ? requestObject : {};
  return Array.isArray(options?.dryRun) && options.dryRun.length > 0;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
