import type { RunningCluster } from '@kubedan/clusters';
import type { GivenSnapshot, GraderState } from '@kubedan/grading';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../logging/logger.js';
import { isDatabaseGone } from '../../problems/problem.mapping.js';
import { MetricsService } from '../health/metrics.service.js';
import { LiveSessions } from '../sessions/live-sessions.js';
import { SessionStore } from '../sessions/session-store.service.js';
import type { KnownVerdicts } from '../sessions/session-verdicts.js';
import type { SessionEntity } from '../sessions/session.entity.js';
import { allPass, finish } from '../sessions/sessions.service.js';
import { WorkspaceService } from '../workspace/workspace.service.js';
import { boundLabOf } from './bound-lab.js';
import { RunningSession, type RunningSessionOptions } from './running-session.js';

/** The sessions whose clusters run here, each with its grader. */
@Injectable()
export class GradedSessions {
  readonly #sessions = new Map<string, RunningSession>();

  constructor(
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(LiveSessions) private readonly live: LiveSessions,
    @Inject(WorkspaceService) private readonly workspace: WorkspaceService,
    @Inject(MetricsService) private readonly metrics: MetricsService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @returns the id of the cluster that is graded for this session; undefined when none is */
  clusterOf(id: string): string | undefined {
    return this.#sessions.get(id)?.cluster.id;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#sessions.keys()].map((id) => this.stop(id)));
  }

  /** @param session as it is stored: active, with what its last grader remembered */
  start(session: SessionEntity, cluster: RunningCluster): void {
    const { id, round } = session;
    const running = new RunningSession({
      id,
      round,
      cluster,
      bound: boundLabOf(session),
      given: session.given as GivenSnapshot,
      answers: session.answers,
      state: (session.graderState ?? undefined) as GraderState | undefined,
      verdicts: Object.values(session.verdicts),
      files: this.workspace.readerOf(id),
      write: this.#writer(session),
      isPassing: (error) => isDatabaseGone(error) || isDiskFull(error),
      onError: (error) => this.log.error({ err: error, session: id }, 'verdicts were not written'),
      onDone: () =>
        void this.#finishWhenDone(id).catch((error: unknown) =>
          this.log.error({ err: error, session: id }, 'not finished'),
        ),
    });
    this.#sessions.set(id, running);
    this.metrics.live.set(this.#sessions.size);
    running.start();
    this.live.add(running);
    // The hand-over, or a cluster that is back after a rest.
    cluster.world?.begin();
  }

  /** Writes verdicts of one round of a session; remembers what is written, so that nothing has to be read for it. */
  #writer({ id, round, verdicts: before, pointsTotal }: SessionEntity): RunningSessionOptions['write'] {
    let known: KnownVerdicts = before;
    return async (verdicts, graderState, isSure) => {
      const end = this.metrics.verdicts.startTimer();
      const now = isSure
        ? await this.store.appendVerdicts(id, { round, known, verdicts, graderState, pointsTotal })
        : await this.store.change(id, (change) => {
            // What was seen just before a suspension counts.
            const isOpen = change.session.state === 'active' || change.session.state === 'suspended';
            if (!isOpen || change.session.round !== round) return undefined;
            for (const verdict of verdicts) change.verdict(verdict);
            change.session.graderState = graderState;
            return change.session.verdicts;
          });
      end();
      known = now ?? known;
      return now !== undefined;
    };
  }

  /** All checks pass together: the session is over. The database may be away just now, so it is tried until it is not. */
  async #finishWhenDone(id: string): Promise<void> {
    for (;;) {
      const session = this.#sessions.get(id);
      if (session === undefined) return;
      try {
        await this.store.change(id, (change) => {
          if (change.session.state !== 'active' || change.session.round !== session.round) return;
          for (const verdict of session.verdicts()) change.verdict(verdict);
          change.session.graderState = session.state();
          if (allPass(change.session)) finish(change, 'passed');
        });
        return;
      } catch (error) {
        if (!isDatabaseGone(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
  }

  /** Ends the grading; what was seen is written. Does nothing for a session that is not graded. */
  async stop(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    this.#sessions.delete(id);
    this.metrics.live.set(this.#sessions.size);
    this.live.remove(session);
    await session.stop();
  }
}

function isDiskFull(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'ENOSPC' || code === '53100';
}
