import { ClusterNotFoundError, type RunningCluster } from '@kubedan/clusters';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../logging/logger.js';
import { isDatabaseGone } from '../../problems/problem.mapping.js';
import { MetricsService } from '../health/metrics.service.js';
import { type SessionChange, SessionStore } from '../sessions/session-store.service.js';
import type { SessionEntity } from '../sessions/session.entity.js';
import { beginAnew, fail } from '../sessions/sessions.service.js';
import { ClusterHost } from './cluster-host.service.js';
import { texts } from './texts.js';

/** How often a session is given a fresh cluster before it fails: what loses cluster after cluster is not mended by another. */
const mostMoves = 2;

/** What becomes of a session whose cluster stopped by itself. */
@Injectable()
export class ClusterRescue {
  constructor(
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(ClusterHost) private readonly clusters: ClusterHost,
    @Inject(MetricsService) private readonly metrics: MetricsService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Tells everybody that the cluster of an active session stopped by itself. */
  async announce(session: SessionEntity, clusterId: string, reason: string): Promise<void> {
    this.log.error({ cluster: clusterId, session: session.id, reason }, 'a cluster stopped by itself');
    this.metrics.lost.inc({ provider: session.provider ?? 'unknown', state: 'claimed' });
    await this.store.change(session.id, (change) => {
      if (change.session.state === 'active') change.notice(texts.recovering);
    });
  }

  /** Tells the learner that the cluster is back with all that was in it. */
  restored(change: SessionChange): void {
    change.notice(texts.recovered);
    this.metrics.rescues.inc({ result: 'restored' });
  }

  /** @returns the cluster, with what was in it; undefined when it cannot be had again */
  async bringBack(session: SessionEntity, clusterId: string, signal: AbortSignal): Promise<RunningCluster | undefined> {
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      try {
        return await this.clusters.resume(session.provider, clusterId);
      } catch (error) {
        signal.throwIfAborted();
        this.log.error({ err: error, session: session.id, attempt }, 'a cluster did not come back');
        if (error instanceof ClusterNotFoundError) return undefined;
        // What half of it still runs must not be in the way of the second attempt.
        await this.clusters.suspend(session.provider, clusterId).catch(() => undefined);
      }
    }
    return undefined;
  }

  /** Tells the learner that the work is lost, and begins anew in a fresh cluster, or ends the session if that happened before. */
  async move(sessionId: string, clusterId: string): Promise<void> {
    const result = await this.store.change(sessionId, (change) => {
      const { session } = change;
      if (session.clusterId !== clusterId) return undefined;
      if (session.moves >= mostMoves) return fail(change, texts.lost) ? 'failed' : undefined;
      session.moves += 1;
      if (!beginAnew(change)) return undefined;
      change.notice(texts.moved);
      return 'moved';
    });
    if (result !== undefined) this.metrics.rescues.inc({ result });
  }

  /** @returns whether it still does not work, now that nobody else works on it */
  async isDead(provider: string | null, clusterId: string, signal: AbortSignal): Promise<boolean> {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(3000)]);
      return !(await this.clusters.isHealthy(provider, clusterId, limit));
    } catch (error) {
      signal.throwIfAborted();
      if (isDatabaseGone(error)) throw error;
      return false;
    }
  }
}
