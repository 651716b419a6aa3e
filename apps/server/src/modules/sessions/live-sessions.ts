import type { CheckVerdict, ClusterPicture, WorldView } from '@kubedan/contracts';
import type { ClusterWorld, RunningCluster } from '@kubedan/clusters';
import { Injectable } from '@nestjs/common';
import { ClusterWakingError } from './session.errors.js';

/** A session whose cluster runs and is graded in this process. */
export interface LiveSession {
  readonly id: string;
  readonly round: number;
  readonly cluster: RunningCluster;
  /** Where the learner's kubeconfig points at first. */
  readonly namespace: string | undefined;
  answer(checkId: string, options: string[]): void;
  fileChanged(path: string): void;
  /** Reads once more, directly, and writes the verdicts. */
  recheck(): Promise<CheckVerdict[]>;
  /** The living picture, as long as somebody watches. @returns a function that ends the watching */
  watchPicture(watcher: (picture: ClusterPicture) => void): () => void;
  /** What is to be seen of its traffic; absent without any. */
  readonly world: LiveWorld | undefined;
}

/** The traffic of a live session, looked at only while somebody wants to see it. */
export interface LiveWorld {
  /** The whole history at once, then about each second the last of it. @returns a function that ends the watching */
  watch(watcher: (view: WorldView, isWhole: boolean) => void): () => void;
  /** Now, with the whole history; undefined while the cluster is about to rest. */
  view(): Promise<WorldView | undefined>;
  readonly cluster: ClusterWorld;
}

/** Which sessions run here; those who need one find it, and hear of comings and goings. */
@Injectable()
export class LiveSessions {
  readonly #sessions = new Map<string, LiveSession>();
  readonly #arrivals = new Set<(session: LiveSession) => void>();
  readonly #departures = new Set<(session: LiveSession) => void>();

  get(id: string): LiveSession | undefined {
    return this.#sessions.get(id);
  }

  /**
   * The session, for whoever has read that it is active: its log says so some moments before it runs here, and after a start
   * of the server its cluster has to be found first.
   * @param within ms that it may take to come
   * @throws ClusterWakingError when it has not come by then
   */
  async soon(id: string, within = 5_000): Promise<LiveSession> {
    const here = this.#sessions.get(id);
    if (here !== undefined) return here;
    const { promise, resolve, reject } = Promise.withResolvers<LiveSession>();
    const timer = setTimeout(() => reject(new ClusterWakingError()), within);
    const unlisten = this.onArrival((session) => {
      if (session.id === id) resolve(session);
    });
    return promise.finally(() => {
      clearTimeout(timer);
      unlisten();
    });
  }

  get size(): number {
    return this.#sessions.size;
  }

  add(session: LiveSession): void {
    this.#sessions.set(session.id, session);
    for (const listener of this.#arrivals) listener(session);
  }

  remove(session: LiveSession): void {
    if (this.#sessions.get(session.id) !== session) return;
    this.#sessions.delete(session.id);
    for (const listener of this.#departures) listener(session);
  }

  /** @returns a function that ends the listening */
  onArrival(listener: (session: LiveSession) => void): () => void {
    this.#arrivals.add(listener);
    return () => this.#arrivals.delete(listener);
  }

  /** @returns a function that ends the listening */
  onDeparture(listener: (session: LiveSession) => void): () => void {
    this.#departures.add(listener);
    return () => this.#departures.delete(listener);
  }
}
