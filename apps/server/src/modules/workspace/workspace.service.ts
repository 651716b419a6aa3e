import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { FileContent, WorkspaceFile } from '@kubedan/contracts';
import type { WorkspaceReader } from '@kubedan/grading';
import { Workspace } from '@kubedan/shell';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../clock.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { foldersOf } from '../../folders.js';
import { ConflictError } from '../../problems/problem.error.js';
import { LiveSessions } from '../sessions/live-sessions.js';
import { isAlive } from '../sessions/session-states.js';
import { SessionStore } from '../sessions/session-store.service.js';
import { SessionWatchers } from '../sessions/session-watchers.service.js';
import { SessionNotActiveError } from '../sessions/session.errors.js';
import { FileRefusedError, workspaceProblem } from './workspace.errors.js';

/** ms that the files of an ended session can still be read: a week. */
const keptFor = 7 * 24 * 3_600_000;

/** The learners' files: a folder a session, at hand in the terminal and in the editor. */
@Injectable()
export class WorkspaceService {
  readonly #dir: string;
  readonly #open = new Map<string, Workspace>();
  readonly #ends = new Map<string, () => void>();
  readonly #endListening: (() => void)[];

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LiveSessions) live: LiveSessions,
    @Inject(SessionWatchers) watchers: SessionWatchers,
  ) {
    this.#dir = foldersOf(config).workspaces;
    this.#endListening = [
      live.onArrival((session) => {
        const end = this.#of(session.id).watch((changes) => {
          for (const change of changes) session.fileChanged(change.path);
          watchers.filesChanged(session.id);
        });
        this.#ends.get(session.id)?.();
        this.#ends.set(session.id, end);
      }),
      live.onDeparture(({ id }) => {
        this.#ends.get(id)?.();
        this.#ends.delete(id);
        this.#open.delete(id);
      }),
    ];
  }

  /** @returns the folder that is the learner's home */
  pathOf(sessionId: string): string {
    return path.join(this.#dir, sessionId);
  }

  /** Makes the workspace as the lab gives it; what was there before is gone. */
  async fill(sessionId: string, files: ReadonlyMap<string, string>): Promise<void> {
    const workspace = new Workspace(this.pathOf(sessionId));
    await workspace.destroy();
    await workspace.create();
    for (const [file, text] of files) await workspace.write(file, text);
  }

  /** Removes the files of sessions that ended long ago, and folders that belong to no session. */
  async tidy(): Promise<void> {
    const folders = await readdir(this.#dir).catch(() => []);
    if (folders.length === 0) return;
    const kept = await this.store.endedAfter(folders, new Date(this.clock().getTime() - keptFor));
    for (const id of folders) if (!kept.has(id)) await new Workspace(this.pathOf(id)).destroy();
  }

  /** What checks of files read. A file that cannot be read is one that is not there. */
  readerOf(sessionId: string): WorkspaceReader {
    return {
      read: async (file) => {
        try {
          return await this.#of(sessionId).read(file);
        } catch {
          return undefined;
        }
      },
    };
  }

  /** @throws SessionNotFoundError */
  async list(personId: string, sessionId: string): Promise<{ files: WorkspaceFile[]; truncated: boolean }> {
    await this.store.findOf(personId, sessionId);
    const { entries, truncated } = await this.#try(() => this.#of(sessionId).list());
    const files = entries.flatMap(({ path: file, kind, bytes, modified }): WorkspaceFile[] =>
      kind === 'file' || kind === 'directory'
        ? [
            {
              path: file,
              bytes,
              modifiedAt: new Date(modified).toISOString(),
              kind: kind === 'file' ? 'file' : 'folder',
            },
          ]
        : [],
    );
    return { files, truncated };
  }

  /** @throws SessionNotFoundError, FileNotFoundError, FileRefusedError, FileTooLargeError */
  async read(personId: string, sessionId: string, file: string): Promise<FileContent> {
    await this.store.findOf(personId, sessionId);
    return contentOf(file, await this.#try(() => this.#of(sessionId).read(file)));
  }

  /**
   * @param version what the writer has read; absent for a file that must not exist yet
   * @throws ConflictError when it was changed meanwhile; else as read, SessionNotActiveError
   */
  async write(personId: string, sessionId: string, file: string, text: string, version?: string): Promise<FileContent> {
    await this.#mustBeAlive(personId, sessionId);
    const workspace = this.#of(sessionId);
    return this.#try(async () => {
      const exists = await workspace.exists(file);
      const known = exists ? versionOf(await workspace.read(file)) : undefined;
      if (known !== version) {
        throw new ConflictError(
          exists
            ? 'The file was changed since you opened it. Reload it, or save under another name.'
            : 'The file was deleted since you opened it. Save it as a new file.',
        );
      }
      await workspace.write(file, text);
      return contentOf(file, Buffer.from(text));
    });
  }

  /** @throws SessionNotFoundError, FileNotFoundError, FileRefusedError, SessionNotActiveError */
  async remove(personId: string, sessionId: string, file: string): Promise<void> {
    await this.#mustBeAlive(personId, sessionId);
    await this.#try(() => this.#of(sessionId).delete(file));
  }

  async stop(): Promise<void> {
    for (const end of [...this.#endListening, ...this.#ends.values()]) end();
  }

  async #mustBeAlive(personId: string, sessionId: string): Promise<void> {
    const { state } = await this.store.findOf(personId, sessionId);
    if (!isAlive(state)) throw new SessionNotActiveError(state, 'its files cannot be changed');
  }

  #of(sessionId: string): Workspace {
    const open = this.#open.get(sessionId) ?? new Workspace(this.pathOf(sessionId));
    this.#open.set(sessionId, open);
    return open;
  }

  async #try<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw workspaceProblem(error);
    }
  }
}

function versionOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

function contentOf(file: string, bytes: Buffer): FileContent {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (text.includes('\0')) throw new TypeError('a zero byte');
    return { path: file, text, version: versionOf(bytes) };
  } catch (cause) {
    throw new FileRefusedError(`${JSON.stringify(file)} is not text in UTF-8. Look at it in the terminal.`, undefined, {
      cause,
    });
  }
}
