import { type TraceList, type TraceQuery, type TraceView, worldSecondsKept, type WorldView } from '@kubedan/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { type LiveWorld, LiveSessions } from './live-sessions.js';
import { SessionStore } from './session-store.service.js';
import { ClusterWakingError, SessionNotActiveError, TraceNotFoundError, WorldNotFoundError } from './session.errors.js';
import { traceListOf, traceOf } from './trace-view.js';

/** World milliseconds of which traces are kept. */
const keptMs = worldSecondsKept * 1000;

/** What is to be seen of the traffic of sessions. */
@Injectable()
export class WorldService {
  constructor(
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(LiveSessions) private readonly live: LiveSessions,
  ) {}

  /** @throws SessionNotFoundError, SessionNotActiveError, WorldNotFoundError, ClusterWakingError */
  async view(personId: string, id: string): Promise<WorldView> {
    const view = await (await this.#worldOf(personId, id)).view();
    if (view === undefined) throw new ClusterWakingError();
    return view;
  }

  /** @throws as view() */
  async traces(personId: string, id: string, query: TraceQuery): Promise<TraceList> {
    const { cluster } = await this.#worldOf(personId, id);
    return traceListOf(cluster.traces(keptMs), query);
  }

  /** @throws TraceNotFoundError, and as view() */
  async trace(personId: string, id: string, traceId: string): Promise<TraceView> {
    const { cluster } = await this.#worldOf(personId, id);
    const trace = cluster.traces(keptMs).find((one) => one.id === traceId);
    if (trace === undefined) throw new TraceNotFoundError(traceId);
    return traceOf(trace);
  }

  async #worldOf(personId: string, id: string): Promise<LiveWorld> {
    const session = await this.store.findOf(personId, id);
    if (session.state !== 'active') throw new SessionNotActiveError(session.state, 'its traffic is not to be seen');
    const { world } = await this.live.soon(id);
    if (world === undefined) throw new WorldNotFoundError();
    return world;
  }
}
