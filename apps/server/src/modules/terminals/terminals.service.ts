import { kubeconfigOf } from '@kubedan/kube';
import { sandboxApiPort } from '@kubedan/shell';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { LiveSessions } from '../sessions/live-sessions.js';
import { isAlive } from '../sessions/session-states.js';
import { SessionStore } from '../sessions/session-store.service.js';
import { SessionNotActiveError } from '../sessions/session.errors.js';
import { WorkspaceService } from '../workspace/workspace.service.js';
import { OpenTerminal, type TerminalViewer } from './open-terminal.js';
import { TerminalSupport } from './terminal-support.service.js';
import { TerminalLimitError, TerminalNotFoundError } from './terminal.errors.js';

/** ms between two notes that somebody types. */
const touchInterval = 15_000;

/** The terminals of learners. They outlive the page that opened them, so that a reload finds them again. */
@Injectable()
export class TerminalsService {
  readonly #open = new Map<string, OpenTerminal>();
  /** Session id → how many are being opened just now: they count. */
  readonly #opening = new Map<string, number>();
  readonly #touched = new Map<string, number>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(LiveSessions) private readonly live: LiveSessions,
    @Inject(TerminalSupport) private readonly support: TerminalSupport,
    @Inject(WorkspaceService) private readonly workspace: WorkspaceService,
  ) {}

  /**
   * Opens a terminal, or attaches to one that is open.
   * @param key tells viewers apart
   * @throws SandboxMissingError, SessionNotFoundError, SessionNotActiveError, TerminalNotFoundError, TerminalLimitError
   */
  async open(
    personId: string,
    request: { sessionId: string; terminalId?: string | undefined; cols: number; rows: number },
    key: object,
    viewer: (terminalId: string) => TerminalViewer,
  ): Promise<{ terminalId: string; backlog: string }> {
    const { sessionId, terminalId, cols, rows } = request;
    const session = await this.store.findOf(personId, sessionId);
    if (terminalId !== undefined) {
      const open = this.#open.get(terminalId);
      if (open?.sessionId !== sessionId) throw new TerminalNotFoundError();
      open.terminal.resize(cols, rows);
      return { terminalId, backlog: open.attach(key, viewer(terminalId)) };
    }
    const { host } = this.support;
    if (!isAlive(session.state)) throw new SessionNotActiveError(session.state, 'it has no terminals any more');
    if (session.state !== 'active')
      throw new SessionNotActiveError(session.state, 'terminals open when its cluster runs');
    const live = await this.live.soon(sessionId);
    const limit = this.config.sessions.KUBEDAN_TERMINALS_PER_SESSION;
    const opening = this.#opening.get(sessionId) ?? 0;
    if (this.#of(sessionId).length + opening >= limit) throw new TerminalLimitError(limit);
    this.#opening.set(sessionId, opening + 1);
    try {
      const terminal = await host.openTerminal({
        workspace: this.workspace.pathOf(sessionId),
        apiSocketPath: live.cluster.apiSocketPath,
        kubeconfig: kubeconfigOf(live.cluster.credentials.learner, {
          server: `https://127.0.0.1:${sandboxApiPort}`,
          ...(live.namespace === undefined ? {} : { namespace: live.namespace }),
        }),
        cols,
        rows,
      });
      const open = new OpenTerminal(sessionId, terminal, () => this.#open.delete(terminal.id));
      this.#open.set(terminal.id, open);
      return { terminalId: terminal.id, backlog: open.attach(key, viewer(terminal.id)) };
    } finally {
      const left = (this.#opening.get(sessionId) ?? 1) - 1;
      if (left > 0) this.#opening.set(sessionId, left);
      else this.#opening.delete(sessionId);
    }
  }

  /** @returns the ids of a session's open terminals, the oldest first @throws SessionNotFoundError */
  async list(personId: string, sessionId: string): Promise<string[]> {
    await this.store.findOf(personId, sessionId);
    return this.#of(sessionId).map(({ terminal }) => terminal.id);
  }

  /** What follows is for viewers that are attached; others are not heard. */
  input(key: object, terminalId: string, data: string): void {
    const open = this.#shown(key, terminalId);
    if (open === undefined) return;
    open.terminal.write(data);
    const now = performance.now();
    if (now - (this.#touched.get(open.sessionId) ?? -touchInterval) < touchInterval) return;
    this.#touched.set(open.sessionId, now);
    this.store.touch([open.sessionId]).catch(() => this.#touched.delete(open.sessionId));
  }

  resize(key: object, terminalId: string, cols: number, rows: number): void {
    this.#shown(key, terminalId)?.terminal.resize(cols, rows);
  }

  acknowledge(key: object, terminalId: string, characters: number): void {
    this.#open.get(terminalId)?.acknowledge(key, characters);
  }

  async close(key: object, terminalId: string): Promise<void> {
    await this.#shown(key, terminalId)?.terminal.kill();
  }

  /** A page went away; its terminals stay. */
  leave(key: object): void {
    for (const open of this.#open.values()) open.detach(key);
  }

  #of(sessionId: string): OpenTerminal[] {
    return [...this.#open.values()].filter((open) => open.sessionId === sessionId);
  }

  #shown(key: object, terminalId: string): OpenTerminal | undefined {
    const open = this.#open.get(terminalId);
    return open?.isShownTo(key) ? open : undefined;
  }
}
