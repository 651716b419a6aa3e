import type { WatchRequest } from '@kubedan/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { AnnouncerService } from '../../database/announcer.service.js';
import { LOGGER } from '../../logging/logger.js';
import { personOfSocket } from '../people/socket-person.js';
import { PeopleService } from '../people/people.service.js';
import { type LiveSession, LiveSessions } from './live-sessions.js';
import { SessionStore } from './session-store.service.js';
import { SessionWatch } from './session-watch.js';
import type { SessionsSocket } from './sessions-socket.js';
import { EventUnknownError } from './session.errors.js';
import { SessionsService } from './sessions.service.js';

interface Watcher {
  sessionId: string;
  socket: SessionsSocket;
  log: SessionWatch;
  endPicture: (() => void) | undefined;
  endWorld: (() => void) | undefined;
}

/** Who watches which session, and what they are sent. */
@Injectable()
export class SessionWatchers {
  readonly #bySocket = new Map<SessionsSocket, Map<string, Watcher>>();
  readonly #bySession = new Map<string, Set<Watcher>>();
  readonly #ends: (() => void)[];
  readonly #heartbeat: NodeJS.Timeout;

  constructor(
    @Inject(PeopleService) private readonly people: PeopleService,
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(LiveSessions) private readonly live: LiveSessions,
    @Inject(AnnouncerService) announcer: AnnouncerService,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(CONFIG) config: Config,
  ) {
    this.#ends = [
      announcer.onEvent(({ sessionId, number, events }) => {
        for (const { log } of this.#bySession.get(sessionId) ?? []) log.hear(number, events);
      }),
      announcer.onGap(() => {
        for (const watchers of this.#bySession.values()) for (const { log } of watchers) log.pump();
      }),
      live.onArrival((session) => {
        for (const watcher of this.#bySession.get(session.id) ?? []) this.#startPicture(watcher, session);
      }),
    ];
    // A watched session is not idle.
    this.#heartbeat = setInterval(() => this.#touch(), Math.min(20_000, config.sessions.KUBEDAN_IDLE_AFTER / 3));
  }

  /**
   * Watches from the number that the browser saw last; wakes a suspended session up, as somebody came to see it.
   * @returns the last number now
   * @throws SessionNotFoundError, EventUnknownError
   */
  async watch(socket: SessionsSocket, { id, after, again = false }: WatchRequest): Promise<number> {
    const personId = await personOfSocket(this.people, socket.data);
    const session = await this.store.findOf(personId, id);
    if (after > session.lastEvent) throw new EventUnknownError(after, session.lastEvent);
    if (!socket.connected) return session.lastEvent;
    this.unwatch(socket, id);
    const log = new SessionWatch(
      after,
      (number, limit) => this.store.eventsAfter(id, number, limit),
      (event) => socket.emit('event', event),
    );
    const watcher: Watcher = { sessionId: id, socket, log, endPicture: undefined, endWorld: undefined };
    getOrMake(this.#bySocket, socket, () => new Map<string, Watcher>()).set(id, watcher);
    getOrMake(this.#bySession, id, () => new Set<Watcher>()).add(watcher);
    log.pump();
    const live = this.live.get(id);
    if (live) this.#startPicture(watcher, live);
    // A page that only catches up must not undo its learner's Pause.
    if (session.state === 'suspended' && !(again && session.paused)) await this.sessions.resume(personId, id);
    else await this.store.touch([id]);
    return session.lastEvent;
  }

  unwatch(socket: SessionsSocket, id: string): void {
    const watchers = this.#bySocket.get(socket);
    const watcher = watchers?.get(id);
    if (watcher === undefined) return;
    watchers?.delete(id);
    this.#end(watcher);
  }

  leave(socket: SessionsSocket): void {
    for (const watcher of this.#bySocket.get(socket)?.values() ?? []) this.#end(watcher);
    this.#bySocket.delete(socket);
  }

  /** A file of the workspace changed: the pages that show it look again. */
  filesChanged(sessionId: string): void {
    for (const { socket } of this.#bySession.get(sessionId) ?? []) socket.emit('files', { sessionId });
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const end of this.#ends) end();
    for (const socket of this.#bySocket.keys()) this.leave(socket);
  }

  #startPicture(watcher: Watcher, session: LiveSession): void {
    watcher.endPicture?.();
    // Volatile: a slow browser gets the newest picture, not all of them.
    watcher.endPicture = session.watchPicture((picture) => watcher.socket.volatile.emit('picture', picture));
    watcher.endWorld?.();
    watcher.endWorld = session.world?.watch((view, isWhole) =>
      (isWhole ? watcher.socket : watcher.socket.volatile).emit('world', view),
    );
  }

  #end(watcher: Watcher): void {
    watcher.log.stop();
    watcher.endPicture?.();
    watcher.endWorld?.();
    const watchers = this.#bySession.get(watcher.sessionId);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#bySession.delete(watcher.sessionId);
  }

  #touch(): void {
    this.store.touch([...this.#bySession.keys()]).catch((error: unknown) => this.log.debug({ err: error }, 'no touch'));
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
