import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, type Clock } from '../../clock.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { DatabaseService } from '../../database/database.service.js';
import { LOGGER } from '../../logging/logger.js';
import { isDatabaseGone } from '../../problems/problem.mapping.js';
import { MetricsService } from '../health/metrics.service.js';
import { SessionStore } from '../sessions/session-store.service.js';
import { finish, suspend } from '../sessions/sessions.service.js';

/** ms after which sessions of another host are ended here: that host is not there to do it. */
const othersPatience = 60_000;

/** What time does to sessions: warning, expiry, sleep. Each is decided again inside the transaction, so twice does no harm. */
@Injectable()
export class SessionSweep {
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(MetricsService) private readonly metrics: MetricsService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @param runner whose sessions are looked after */
  start(runner: string): void {
    const {
      KUBEDAN_IDLE_AFTER: idle,
      KUBEDAN_EXPIRY_WARNING: warning,
      KUBEDAN_SESSION_DURATION: whole,
    } = this.config.sessions;
    const interval = Math.max(250, Math.min(5000, idle / 4, warning / 4, whole / 4));
    const again = (): void => {
      if (!this.#isStopped) this.#timer = setTimeout(() => void sweep(), interval);
    };
    const sweep = async (): Promise<void> => {
      try {
        await this.#sweep(runner);
      } catch (error) {
        if (!isDatabaseGone(error)) this.log.error({ err: error }, 'looking after the time of sessions failed');
      }
      again();
    };
    again();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #sweep(runner: string): Promise<void> {
    const { KUBEDAN_IDLE_AFTER: idle, KUBEDAN_EXPIRY_WARNING: warning } = this.config.sessions;
    const now = this.clock().getTime();
    const rows: { id: string }[] = await this.database.run((manager) =>
      manager.query(
        `SELECT id FROM sessions
         WHERE state IN ('active', 'suspended')
           AND (runner = $1 AND (expires_at <= $2 OR (NOT warned AND expires_at <= $3) OR (state = 'active' AND last_activity_at <= $4))
             OR expires_at <= $5)`,
        [runner, new Date(now), new Date(now + warning), new Date(now - idle), new Date(now - othersPatience)],
      ),
    );
    for (const { id } of rows) {
      await this.store.change(id, (change) => {
        const { session } = change;
        // Before the hand-over a session has a deadline of its own, and waiting for us costs the learner nothing.
        if (session.state !== 'active' && session.state !== 'suspended') return;
        const left = session.expiresAt.getTime() - change.now.getTime();
        if (left <= 0) {
          if (finish(change, 'expired')) this.metrics.expiries.inc();
          return;
        }
        if (left <= warning && !session.warned) {
          session.warned = true;
          change.emit({ type: 'expiry', expiresAt: session.expiresAt.toISOString(), warning: true });
        }
        const isIdle = change.now.getTime() - session.lastActivityAt.getTime() >= idle;
        if (session.state === 'active' && isIdle && suspend(change, { byLearner: false })) this.metrics.suspends.inc();
      });
    }
  }
}
