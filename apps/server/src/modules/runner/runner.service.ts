import { type ClusterEntry, type SessionOwner, SetUpFailedError, Turns } from '@kubedan/clusters';
import type { LocalizedText, SessionState } from '@kubedan/contracts';
import type { GraderState } from '@kubedan/grading';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { In, IsNull } from 'typeorm';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { DatabaseService } from '../../database/database.service.js';
import { JobsService } from '../../database/jobs.service.js';
import { LOGGER } from '../../logging/logger.js';
import { isDatabaseGone } from '../../problems/problem.mapping.js';
import { ClusterStore } from '../clusters/cluster-store.service.js';
import { provisionQueue, type ProvisionJob, runnerQueue, type RunnerJob } from '../sessions/session-jobs.js';
import { aliveStates } from '../sessions/session-states.js';
import { SessionStore } from '../sessions/session-store.service.js';
import { SessionEntity } from '../sessions/session.entity.js';
import { fail } from '../sessions/sessions.service.js';
import { SetupService } from '../setup/setup.service.js';
import { TerminalSupport } from '../terminals/terminal-support.service.js';
import { WorkspaceService } from '../workspace/workspace.service.js';
import { ClusterHost } from './cluster-host.service.js';
import { ClusterKeeper } from './cluster-keeper.service.js';
import { ClusterRescue } from './cluster-rescue.service.js';
import { EndAll, type Ended } from './end-all.service.js';
import { GradedSessions } from './graded-sessions.service.js';
import { HostPreparer } from './host-preparer.service.js';
import { isRound, Provisioner } from './provisioner.service.js';
import { runnerIdIn } from './runner-id.js';
import { SessionSweep } from './session-sweep.service.js';
import { Superseded } from './superseded.js';
import { texts } from './texts.js';

/** Brings sessions to life on this host, keeps them graded, and puts them away. Every step may be cut off and begun again. */
@Injectable()
export class RunnerService implements SessionOwner {
  readonly #turns = new Turns();
  /** Session id → what brings it up. */
  readonly #running = new Map<string, { round: number; run: AbortController }>();
  readonly #stopped = new AbortController();
  #id = '';

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(ClusterHost) private readonly clusters: ClusterHost,
    @Inject(ClusterStore) private readonly books: ClusterStore,
    @Inject(ClusterKeeper) private readonly keeper: ClusterKeeper,
    @Inject(ClusterRescue) private readonly rescue: ClusterRescue,
    @Inject(EndAll) private readonly ender: EndAll,
    @Inject(HostPreparer) private readonly host: HostPreparer,
    @Inject(Provisioner) private readonly provisioner: Provisioner,
    @Inject(GradedSessions) private readonly graded: GradedSessions,
    @Inject(WorkspaceService) private readonly workspace: WorkspaceService,
    @Inject(TerminalSupport) private readonly terminals: TerminalSupport,
    @Inject(SetupService) private readonly setup: SetupService,
    @Inject(SessionSweep) private readonly sweep: SessionSweep,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Takes up what an earlier process left, then new sessions. The database is there. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.config.process.KUBEDAN_ROLE === 'api') {
      this.setup.succeed();
      return;
    }
    await this.#open();
    this.clusters.onLost((clusterId, reason) => {
      this.keeper.pool
        .hold(clusterId, () => this.lost(clusterId, reason))
        .catch((error: unknown) =>
          this.log.error({ err: error, cluster: clusterId }, 'a lost cluster was not dealt with'),
        );
    });
    this.sweep.start(this.#id);
    // Sessions may be asked for while programs are still being built: they wait, and say for what.
    await this.jobs.work<ProvisionJob>(provisionQueue, this.config.clusters.KUBEDAN_PROVISION_CONCURRENCY, (job) =>
      this.#provision(job),
    );
    await this.jobs.work<RunnerJob>(runnerQueue(this.#id), 4, (job) => this.#do(job));
    await this.host.prepare(signal);
    await this.#turn('', () => this.#takeUp());
    this.keeper.start();
    this.setup.succeed();
    await this.workspace.tidy();
  }

  /** Ends processes of ours; sessions go on at the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Superseded());
    this.sweep.stop();
    for (const { run } of this.#running.values()) run.abort(new Superseded());
    const kept = this.keeper.stop();
    await this.terminals.stop();
    await this.graded.stopAll();
    await this.clusters.stop();
    await kept;
    await this.workspace.stop();
  }

  /** The sessions that an earlier process left; their clusters are the reconciler's affair. */
  async #takeUp(): Promise<void> {
    const sessions = await this.database.run((manager) =>
      manager.find(SessionEntity, {
        where: [
          { runner: this.#id, state: In([...aliveStates]) },
          { runner: IsNull(), state: 'queued' },
        ],
        order: { lastActivityAt: 'DESC' },
      }),
    );
    for (const { id, round, state } of sessions) {
      const taken = isAtWork(state) ? this.#settleInTurn(id) : this.#provision({ sessionId: id, round });
      taken.catch((error: unknown) => this.log.error({ err: error, session: id }, 'a session was not taken up'));
    }
  }

  async #do(job: RunnerJob): Promise<void> {
    if (job.action === 'end-all') {
      await this.endAll();
      return;
    }
    const { action, sessionId, round, clusterId } = job;
    const running = this.#running.get(sessionId);
    if (action === 'destroy' && running?.round === round) running.run.abort(new Superseded());
    await this.setup.done;
    if (action === 'destroy') await this.#turn(sessionId, () => this.#putAway(sessionId, clusterId));
    else await this.#settleInTurn(sessionId);
  }

  /** Ends all sessions and clusters of this host, also where this process was started for nothing else. */
  async endAll(): Promise<Ended> {
    const { signal } = this.#stopped;
    const isStarted = this.#id !== '';
    if (!isStarted) await this.#open();
    const prepare = async (): Promise<void> => (isStarted ? this.setup.done : this.host.prepare(signal));
    return this.ender.run(this.#id, prepare, signal);
  }

  async #open(): Promise<void> {
    this.#id = await runnerIdIn(this.config.storage.KUBEDAN_DATA_DIR);
    this.keeper.open(this.#id, this);
  }

  /** No session wants it any more. */
  async discard({ id }: Pick<ClusterEntry, 'id'>): Promise<void> {
    const sessionId = await this.books.sessionOf(id);
    if (sessionId !== undefined) await this.#turn(sessionId, () => this.#putAway(sessionId, id));
  }

  /** It runs although its session sleeps, or sleeps although its session is wanted. */
  async settle({ id }: Pick<ClusterEntry, 'id'>): Promise<void> {
    const sessionId = await this.books.sessionOf(id);
    if (sessionId !== undefined) await this.#settleInTurn(sessionId);
  }

  /** A cluster stopped by itself: brought back with what was in it, else its session begins anew in another. */
  async lost(clusterId: string, reason: string): Promise<void> {
    const sessionId = await this.books.sessionOf(clusterId);
    if (sessionId === undefined) return;
    await this.#turn(sessionId, async () => {
      const { signal } = this.#stopped;
      const session = await this.store.find(sessionId);
      if (signal.aborted || session?.state !== 'active' || session.clusterId !== clusterId) return;
      if (!(await this.rescue.isDead(session.provider, clusterId, signal))) return;
      await this.rescue.announce(session, clusterId, reason);
      await this.graded.stop(sessionId);
      await this.clusters.suspend(session.provider, clusterId).catch(() => undefined);
      await this.#wake(session, true);
    });
  }

  /** The cluster's session is over, or has its next cluster already. */
  async #putAway(sessionId: string, clusterId: string): Promise<void> {
    await this.keeper.pool.hold(clusterId, async () => {
      if (this.graded.clusterOf(sessionId) === clusterId) await this.graded.stop(sessionId);
      const session = await this.store.find(sessionId);
      if (session === undefined || session.clusterId === null || session.clusterId === clusterId) {
        await this.terminals.closeWorkspace(this.workspace.pathOf(sessionId));
      }
      await this.clusters.destroy(clusterId);
      await this.books.booksOf(this.#id).remove(clusterId);
    });
  }

  /** Takes a session's turn; while the database is away the work is begun again, so it must stand that. */
  async #turn(sessionId: string, work: () => Promise<void>): Promise<void> {
    await this.#turns.take(sessionId, async () => {
      for (;;) {
        try {
          await work();
          return;
        } catch (error) {
          if (!isDatabaseGone(error) || this.#stopped.signal.aborted) throw error;
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
      }
    });
  }

  /** From queued to active. Does nothing for a session that is past it, or was reset since. */
  async #provision({ sessionId, round }: ProvisionJob): Promise<void> {
    await this.#turn(sessionId, async () => {
      const run = new AbortController();
      this.#running.set(sessionId, { round, run });
      try {
        const signal = AbortSignal.any([run.signal, this.#stopped.signal]);
        await this.provisioner.waitForPrograms(sessionId, round, signal);
        const seconds = this.config.sessions.KUBEDAN_PROVISION_TIMEOUT / 1000;
        const late = AbortSignal.timeout(seconds * 1000);
        try {
          await this.provisioner.bringUp(this.#id, sessionId, round, AbortSignal.any([signal, late]));
        } catch (error) {
          if (error instanceof Superseded || signal.aborted) throw new Superseded();
          if (isDatabaseGone(error)) throw error;
          this.log.error({ err: error, session: sessionId }, 'a session could not be brought up');
          await this.store.change(sessionId, (change) => {
            if (isRound(change, round)) fail(change, late.aborted ? texts.late(seconds) : reasonFor(error));
          });
        }
      } catch (error) {
        if (!(error instanceof Superseded)) throw error;
      } finally {
        this.#running.delete(sessionId);
      }
    });
  }

  async #settleInTurn(sessionId: string): Promise<void> {
    await this.#turn(sessionId, async () => {
      const session = await this.store.find(sessionId);
      if (session === undefined || !isAtWork(session.state) || session.clusterId === null) return;
      if (session.state === 'active' || session.waking) await this.#wake(session);
      else await this.#putToSleep(session, session.clusterId);
    });
  }

  /**
   * Brings the cluster of an active or waking session back. What the session wants may change meanwhile: whoever changes it asks
   * for the next turn.
   * @param wasLost the learner is told when it is back
   */
  async #wake(session: SessionEntity, wasLost = false): Promise<void> {
    const { id, clusterId, round } = session;
    const { signal } = this.#stopped;
    if (clusterId === null) return;
    await this.keeper.pool.hold(clusterId, async () => {
      const isGraded = this.graded.clusterOf(id) === clusterId;
      if (isGraded && session.state === 'active') return;
      if (!isGraded && session.state === 'suspended')
        await this.store.change(id, (change) => change.step(texts.waking));
      const cluster = isGraded ? undefined : await this.rescue.bringBack(session, clusterId, signal);
      if (!isGraded && cluster === undefined) {
        await this.rescue.move(id, clusterId);
        return;
      }
      const now = await this.store.change(id, (change) => {
        const { session: current } = change;
        if (current.round !== round) return current;
        if (current.state === 'suspended' && current.waking) {
          change.go('active');
          current.lastActivityAt = change.now;
        }
        if (current.state === 'active' && cluster !== undefined) {
          current.graderState = withoutHolds(current.graderState as GraderState | null);
          if (wasLost) this.rescue.restored(change);
        }
        return current;
      });
      if (cluster === undefined) return;
      if (now.state === 'active' && now.round === round) this.graded.start(now, cluster);
      else await this.clusters.suspend(session.provider, clusterId).catch(() => undefined);
    });
  }

  async #putToSleep({ id, provider }: SessionEntity, clusterId: string): Promise<void> {
    await this.keeper.pool.hold(clusterId, async () => {
      await this.graded.stop(id);
      await this.clusters.suspend(provider, clusterId);
    });
  }
}

const isAtWork = (state: SessionState): boolean => state === 'active' || state === 'suspended';

/** A cluster that stood still has held nothing: what must hold for a while begins anew. */
function withoutHolds(state: GraderState | null): GraderState | null {
  if (state === null) return null;
  const checks = Object.entries(state.checks).map(([id, { heldSince: _heldSince, ...memory }]) => [id, memory]);
  return { ...state, checks: Object.fromEntries(checks) as GraderState['checks'] };
}

/** @returns what the learner reads of an error in the making of their cluster */
function reasonFor(error: unknown): LocalizedText {
  if (error instanceof SetUpFailedError) return texts.failed(error.message);
  return texts.failed(error instanceof Error ? error.message : String(error));
}
