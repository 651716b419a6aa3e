import { orAborted } from '@kubedan/kube';
import type { ClusterProvider, Reservation } from '@kubedan/clusters';
import type { LocalizedText } from '@kubedan/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { CatalogueService } from '../catalogue/catalogue.service.js';
import { ClusterStore } from '../clusters/cluster-store.service.js';
import { MetricsService } from '../health/metrics.service.js';
import { type SessionChange, SessionStore } from '../sessions/session-store.service.js';
import type { SessionEntity } from '../sessions/session.entity.js';
import { fail } from '../sessions/sessions.service.js';
import { SetupService } from '../setup/setup.service.js';
import { TerminalSupport } from '../terminals/terminal-support.service.js';
import { WorkspaceService } from '../workspace/workspace.service.js';
import { ClusterHost } from './cluster-host.service.js';
import { ClusterKeeper, newClusterId } from './cluster-keeper.service.js';
import { GradedSessions } from './graded-sessions.service.js';
import { LabPreparer } from './lab-preparer.service.js';
import { Superseded } from './superseded.js';
import { texts, waitingFor } from './texts.js';

/** The way of a session from queued to active. */
@Injectable()
export class Provisioner {
  /** Cluster id → the session that waits for it. */
  readonly #waiting = new Map<string, { sessionId: string; round: number }>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(CatalogueService) private readonly catalogue: CatalogueService,
    @Inject(ClusterHost) private readonly clusters: ClusterHost,
    @Inject(ClusterStore) private readonly books: ClusterStore,
    @Inject(ClusterKeeper) private readonly keeper: ClusterKeeper,
    @Inject(LabPreparer) private readonly preparer: LabPreparer,
    @Inject(WorkspaceService) private readonly workspace: WorkspaceService,
    @Inject(TerminalSupport) private readonly terminals: TerminalSupport,
    @Inject(GradedSessions) private readonly graded: GradedSessions,
    @Inject(SetupService) private readonly setup: SetupService,
    @Inject(MetricsService) private readonly metrics: MetricsService,
  ) {
    this.clusters.onProgress((clusterId, step) => void this.#tell(clusterId, step).catch(() => undefined));
  }

  /** A cluster of containers takes seconds: its session shows how far it is. */
  async #tell(clusterId: string, step: LocalizedText): Promise<void> {
    const waiting = this.#waiting.get(clusterId);
    if (waiting === undefined) return;
    await this.store.change(waiting.sessionId, (change) => {
      if (isRound(change, waiting.round) && change.session.state === 'provisioning') change.step(step);
    });
  }

  /** A session that is asked for while programs are built shows how far that is. */
  async waitForPrograms(sessionId: string, round: number, signal: AbortSignal): Promise<void> {
    let shown = '';
    let writing = Promise.resolve();
    const show = (): void => {
      const { view } = this.setup;
      const step = view.failed ?? waitingFor(view);
      if (step.en === shown) return;
      shown = step.en;
      writing = writing
        .then(() =>
          this.store.change(sessionId, (change) => {
            if (isRound(change, round) && change.session.state === 'queued') change.step(step);
          }),
        )
        .catch(() => undefined);
    };
    while (!this.setup.isReady) {
      if (shown === '') show();
      const end = this.setup.onChange(show);
      try {
        await orAborted(
          this.setup.done.catch(() => orAborted(new Promise((resolve) => setTimeout(resolve, 1000)), signal)),
          signal,
        );
      } finally {
        end();
      }
    }
    await writing;
  }

  /** @throws Superseded, the signal's reason, and what clusters and set-ups throw */
  async bringUp(runner: string, sessionId: string, round: number, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    const before = await this.#takeOver(runner, sessionId, round);
    const bound = await this.catalogue.bind(before.labName, before.seed);
    if (bound.lab.hash !== before.labHash) {
      await this.store.change(sessionId, (change) => fail(change, texts.changed));
      return;
    }
    const { needs, images, world } = before.lab.document.spec;
    const provider = await this.clusters.choose(needs.capabilities);
    const reserve = (): Promise<Reservation> => this.#reserve(runner, sessionId, round, provider, needs.nodes);
    const [cluster] = await Promise.all([
      this.keeper.provide(
        provider,
        { nodes: needs.nodes, images, seed: before.seed, ...(world ? { world } : {}) },
        reserve,
        signal,
      ),
      this.workspace.fill(sessionId, bound.workspace),
    ]).finally(() => {
      for (const [id, waiting] of this.#waiting) if (waiting.sessionId === sessionId) this.#waiting.delete(id);
    });
    await this.store.change(sessionId, (change) => {
      if (!isRound(change, round) || !change.go('preparing')) throw new Superseded();
      change.step(texts.preparing);
    });
    const given = await this.preparer.prepare(cluster, bound, signal);
    const ready = await this.store.change(sessionId, (change) => {
      if (!isRound(change, round) || !change.go('active')) throw new Superseded();
      const { session: current, now } = change;
      current.given = given;
      current.lastActivityAt = now;
      if (round === 1) {
        // Waiting for our programs does not count.
        current.expiresAt = new Date(now.getTime() + this.config.sessions.KUBEDAN_SESSION_DURATION);
        change.emit({ type: 'expiry', expiresAt: current.expiresAt.toISOString(), warning: false });
      }
      return current;
    });
    this.metrics.provisioning.observe((performance.now() - started) / 1000);
    this.graded.start(ready, cluster);
  }

  /** Puts away what is left of an attempt that was cut off: a session begins with nothing. */
  async #takeOver(runner: string, sessionId: string, round: number): Promise<SessionEntity> {
    const session = await this.store.change(sessionId, (change) => {
      const { session: current } = change;
      const isOthers = current.runner !== null && current.runner !== runner;
      if (!isRound(change, round) || isOthers) throw new Superseded();
      if (current.state === 'provisioning' || current.state === 'preparing') {
        change.go('queued');
        change.step(texts.again);
      }
      if (current.state !== 'queued') throw new Superseded();
      current.runner = runner;
      return current;
    });
    await this.graded.stop(sessionId);
    await this.terminals.closeWorkspace(this.workspace.pathOf(sessionId));
    if (session.clusterId !== null) await this.clusters.destroy(session.clusterId);
    return session;
  }

  /** Books a cluster and moves the session on, both or neither. The one it had before is then unwanted. */
  async #reserve(
    host: string,
    sessionId: string,
    round: number,
    provider: ClusterProvider,
    nodes: number,
  ): Promise<Reservation> {
    return this.store.change(sessionId, async (change) => {
      const { session } = change;
      if (!isRound(change, round)) throw new Superseded();
      if (session.state === 'queued') {
        change.go('provisioning');
        change.step(texts.starting);
      } else if (session.state !== 'provisioning') throw new Superseded();
      const reservation = await this.books.claim(change.manager, {
        host,
        provider: provider.name,
        nodes: provider.warmNodes(nodes),
        sessionId,
        newId: newClusterId(),
      });
      session.clusterId = reservation.id;
      session.provider = provider.name;
      this.#waiting.set(reservation.id, { sessionId, round });
      return reservation;
    });
  }
}

export const isRound = (change: SessionChange, round: number): boolean => change.session.round === round;
