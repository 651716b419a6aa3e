import type {
  CreateSession,
  LocalizedText,
  Outcome,
  SessionEvent,
  SessionSummary,
  SessionView,
} from '@kubedan/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { kubeconfigOf } from '@kubedan/kube';
import { In } from 'typeorm';
import { CLOCK, type Clock } from '../../clock.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { DatabaseService } from '../../database/database.service.js';
import { randomText } from '../../random-text.js';
import { CatalogueService } from '../catalogue/catalogue.service.js';
import { MetricsService } from '../health/metrics.service.js';
import { TerminalSupport } from '../terminals/terminal-support.service.js';
import { LiveSessions } from './live-sessions.js';
import { provisionQueue, type ProvisionJob, runnerQueue, type ClusterJob } from './session-jobs.js';
import { aliveStates, isAlive } from './session-states.js';
import { type SessionChange, SessionStore } from './session-store.service.js';
import { checksOf, summaryOf, viewOf } from './session-view.js';
import { SessionEntity } from './session.entity.js';
import {
  CheckUnknownError,
  EventUnknownError,
  HintUnknownError,
  SessionLimitError,
  SessionNotActiveError,
} from './session.errors.js';

/** Events that one answer holds at most. */
const eventsAtOnce = 1000;
/** ms that a submission waits for a last look at the cluster. */
const lastLook = 8000;

/** What a learner can do with sessions. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CatalogueService) private readonly catalogue: CatalogueService,
    @Inject(LiveSessions) private readonly live: LiveSessions,
    @Inject(TerminalSupport) private readonly terminals: TerminalSupport,
    @Inject(MetricsService) private readonly metrics: MetricsService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @throws LabNotFoundError, LabUnusableError; SessionLimitError when the person or the host has too many already
   */
  async create(personId: string, request: CreateSession): Promise<SessionView> {
    const seed = request.seed ?? randomText(8);
    const { lab, document, texts, debrief, variables } = await this.catalogue.bind(request.lab, seed);
    const limits = this.config.sessions;
    const now = this.clock();
    const session: SessionEntity = Object.assign(new SessionEntity(), {
      id: randomText(10),
      personId,
      labName: document.metadata.name,
      labHash: lab.hash,
      seed,
      lab: { document, text: texts, ...(debrief === undefined ? {} : { debrief }), variables },
      state: 'queued' as const,
      outcome: null,
      reason: null,
      step: null,
      provider: null,
      runner: null,
      clusterId: null,
      waking: false,
      paused: false,
      moves: 0,
      notice: null,
      round: 1,
      lastEvent: 0,
      verdicts: {},
      pointsReached: 0,
      pointsTotal: checksOf(document.spec.tasks).reduce((sum, { check }) => sum + check.points, 0),
      hintsShown: {},
      answers: {},
      graderState: null,
      given: null,
      extensionsLeft: limits.KUBEDAN_EXTENSIONS,
      warned: false,
      createdAt: now,
      expiresAt: new Date(now.getTime() + limits.KUBEDAN_SESSION_DURATION),
      lastActivityAt: now,
      finishedAt: null,
    });
    const created = await this.store.create(
      session,
      async (manager) => {
        // Two requests at once must not both see the last free place.
        await manager.query("SELECT pg_advisory_xact_lock(hashtext('kubedan-session-limit'))");
        const alive = { state: In([...aliveStates]) };
        if ((await manager.countBy(SessionEntity, { ...alive, personId })) >= limits.KUBEDAN_SESSIONS_PER_PERSON) {
          this.metrics.refused.inc({ limit: 'person' });
          throw new SessionLimitError(
            `You have ${limits.KUBEDAN_SESSIONS_PER_PERSON} unfinished sessions, as many as are allowed. Finish or end one of them first.`,
          );
        }
        if ((await manager.countBy(SessionEntity, alive)) >= limits.KUBEDAN_SESSIONS_PER_HOST) {
          this.metrics.refused.inc({ limit: 'host' });
          throw new SessionLimitError('All places on this server are taken. Try again when somebody has finished.');
        }
      },
      (change) => change.job(provisionQueue, { sessionId: session.id, round: 1 } satisfies ProvisionJob),
    );
    return this.#view(created);
  }

  async show(personId: string, id: string): Promise<SessionView> {
    return this.#view(await this.store.findOf(personId, id));
  }

  /** The newest first, at most 200. */
  async list(personId: string): Promise<SessionSummary[]> {
    const sessions = await this.database.run((manager) =>
      manager.find(SessionEntity, { where: { personId }, order: { createdAt: 'DESC' }, take: 200 }),
    );
    return sessions.map(summaryOf);
  }

  /** @throws EventUnknownError when `after` has not happened */
  async events(personId: string, id: string, after: number): Promise<{ events: SessionEvent[]; last: number }> {
    const session = await this.store.findOf(personId, id);
    if (after > session.lastEvent) throw new EventUnknownError(after, session.lastEvent);
    return { events: await this.store.eventsAfter(id, after, eventsAtOnce), last: session.lastEvent };
  }

  /** Looks at the cluster once more and ends the session. @throws SessionNotActiveError */
  async submit(personId: string, id: string): Promise<SessionView> {
    const session = await this.store.findOf(personId, id);
    if (session.state !== 'active' && session.state !== 'suspended') {
      throw new SessionNotActiveError(session.state, 'there is nothing to submit');
    }
    await withinTime(this.live.get(id)?.recheck(), lastLook);
    return this.#change(personId, id, (change) => {
      const hasPassed = allPass(change.session);
      if (!finish(change, hasPassed ? 'passed' : 'submitted')) {
        throw new SessionNotActiveError(change.session.state, 'there is nothing to submit');
      }
    });
  }

  /** Gives the session up. Idempotent. */
  async abandon(personId: string, id: string): Promise<SessionView> {
    return this.#change(personId, id, (change) => void finish(change, 'abandoned'));
  }

  /** The lab from its start, with the same seed, in a new cluster. @throws SessionNotActiveError */
  async reset(personId: string, id: string): Promise<SessionView> {
    return this.#change(personId, id, (change) => {
      if (!beginAnew(change)) throw new SessionNotActiveError(change.session.state, 'it cannot be reset');
    });
  }

  /** @throws SessionNotActiveError unless it is active or suspended already */
  async suspend(personId: string, id: string): Promise<SessionView> {
    return this.#change(personId, id, (change) => {
      if (!suspend(change, { byLearner: true })) {
        throw new SessionNotActiveError(change.session.state, 'it cannot be suspended');
      }
    });
  }

  /** Wakes a suspended session up; it is active some moments later. @throws SessionNotActiveError unless suspended or active */
  async resume(personId: string, id: string): Promise<SessionView> {
    return this.#change(personId, id, (change) => {
      const { session } = change;
      if (session.state === 'active') return;
      if (session.state !== 'suspended') throw new SessionNotActiveError(session.state, 'it cannot be resumed');
      wake(change);
    });
  }

  /** Gives more time. @throws SessionNotActiveError, SessionLimitError when all extensions are used */
  async extend(personId: string, id: string): Promise<SessionView> {
    return this.#change(personId, id, (change) => {
      const { session } = change;
      if (!isAlive(session.state)) throw new SessionNotActiveError(session.state, 'its time cannot be extended');
      if (session.extensionsLeft === 0) {
        throw new SessionLimitError(
          'The time of this session was extended as often as is allowed. Submit, or start again.',
        );
      }
      session.extensionsLeft -= 1;
      session.expiresAt = new Date(session.expiresAt.getTime() + this.config.sessions.KUBEDAN_EXTENSION);
      session.warned = false;
      change.emit({ type: 'expiry', expiresAt: session.expiresAt.toISOString(), warning: false });
    });
  }

  /** Shows the next hint of a task. @throws HintUnknownError when there is none */
  async hint(personId: string, id: string, taskId: string): Promise<SessionView> {
    return this.#change(personId, id, (change) => {
      const { session } = change;
      if (!isAlive(session.state)) throw new SessionNotActiveError(session.state, 'hints are over');
      const task = session.lab.document.spec.tasks.find((candidate) => candidate.id === taskId);
      const index = session.hintsShown[taskId] ?? 0;
      const text = task?.hints[index];
      if (text === undefined) {
        throw new HintUnknownError(task ? 'All hints of this task are shown already.' : 'This lab has no such task.');
      }
      session.hintsShown = { ...session.hintsShown, [taskId]: index + 1 };
      change.emit({ type: 'hint', taskId, index, text });
    });
  }

  /** Answers a question, or changes the answer. @throws CheckUnknownError, SessionNotActiveError */
  async answer(personId: string, id: string, checkId: string, options: string[]): Promise<SessionView> {
    const chosen = [...new Set(options)].sort();
    const view = await this.#change(personId, id, (change) => {
      const { session } = change;
      const found = checksOf(session.lab.document.spec.tasks).find(({ check }) => check.id === checkId)?.check;
      if (found === undefined || !('ask' in found)) throw new CheckUnknownError('This lab has no such question.');
      const known = new Set(found.ask.options.map((option) => option.id));
      if (chosen.length === 0 || chosen.some((option) => !known.has(option))) {
        throw new CheckUnknownError('This question has no such option. Choose among those that are shown.');
      }
      if (found.ask.choose === 'one' && chosen.length > 1) throw new CheckUnknownError('Choose one option only.');
      if (session.state !== 'active') throw new SessionNotActiveError(session.state, 'questions cannot be answered');
      session.answers = { ...session.answers, [checkId]: chosen };
      change.emit({ type: 'answer', checkId, options: chosen });
    });
    this.live.get(id)?.answer(checkId, chosen);
    return view;
  }

  /** For the learner's own terminal. @throws SessionNotActiveError */
  async kubeconfig(personId: string, id: string): Promise<string> {
    const session = await this.store.findOf(personId, id);
    if (session.state !== 'active') throw new SessionNotActiveError(session.state, 'its cluster does not run');
    const live = await this.live.soon(id);
    return kubeconfigOf(live.cluster.credentials.learner, {
      name: `kubedan-${id}`,
      ...(live.namespace === undefined ? {} : { namespace: live.namespace }),
    });
  }

  async #change(personId: string, id: string, work: (change: SessionChange) => void): Promise<SessionView> {
    await this.store.findOf(personId, id);
    return this.store
      .change(id, (change) => {
        work(change);
        return change.session;
      })
      .then((session) => this.#view(session));
  }

  #view(session: SessionEntity): SessionView {
    return viewOf(session, this.terminals.availability);
  }
}

/** Ends a session. @returns false when it has ended already */
export function finish(change: SessionChange, outcome: Outcome): boolean {
  if (!change.go('finished', { outcome })) return false;
  destroyCluster(change);
  return true;
}

/** Ends a session with a reason for the learner. @returns false when it has ended already */
export function fail(change: SessionChange, reason: LocalizedText): boolean {
  if (!change.go('failed', { reason })) return false;
  destroyCluster(change);
  return true;
}

/** The lab from its start in another cluster; what was done in this one is lost. @returns false when it has none */
export function beginAnew(change: SessionChange): boolean {
  const { session } = change;
  if (session.state !== 'active' && session.state !== 'suspended') return false;
  destroyCluster(change);
  session.round += 1;
  session.clusterId = null;
  session.verdicts = {};
  session.pointsReached = 0;
  session.answers = {};
  session.graderState = null;
  session.given = null;
  session.notice = null;
  change.emit({ type: 'reset' });
  change.go('queued');
  change.job(provisionQueue, { sessionId: session.id, round: session.round } satisfies ProvisionJob);
  return true;
}

/** Asks for its cluster to sleep, also while it is being woken. @returns false when it is neither active nor suspended */
export function suspend(change: SessionChange, { byLearner }: { byLearner: boolean }): boolean {
  const { session } = change;
  if (session.state !== 'suspended' && (session.state !== 'active' || !change.go('suspended'))) return false;
  session.waking = false;
  session.paused = byLearner;
  clusterJob(change, 'settle');
  return true;
}

/** Asks the runner to bring a suspended session's cluster back. */
export function wake(change: SessionChange): void {
  change.session.waking = true;
  change.session.lastActivityAt = change.now;
  clusterJob(change, 'settle');
}

export function allPass(session: SessionEntity): boolean {
  return checksOf(session.lab.document.spec.tasks).every(({ check }) => session.verdicts[check.id]?.state === 'pass');
}

function destroyCluster(change: SessionChange): void {
  clusterJob(change, 'destroy');
}

function clusterJob(change: SessionChange, action: ClusterJob['action']): void {
  const { id: sessionId, round, runner, clusterId } = change.session;
  if (runner === null || clusterId === null) return;
  change.job(runnerQueue(runner), { action, sessionId, round, clusterId } satisfies ClusterJob);
}

/** Waits for it, but not longer than `limit` ms, and not for its success. */
async function withinTime(work: Promise<unknown> | undefined, limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, limit)));
  await Promise.race([work?.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
