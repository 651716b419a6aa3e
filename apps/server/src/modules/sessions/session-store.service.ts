import type { CheckVerdict, LocalizedText, Outcome, SessionEvent, SessionState } from '@kubedan/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { SendOptions } from 'pg-boss';
import type { EntityManager } from 'typeorm';
import { CLOCK, type Clock } from '../../clock.js';
import { AnnouncerService, eventsChannel } from '../../database/announcer.service.js';
import { DatabaseService } from '../../database/database.service.js';
import { JobsService } from '../../database/jobs.service.js';
import { MetricsService } from '../health/metrics.service.js';
import { SessionEventEntity } from './session-event.entity.js';
import { canGo } from './session-states.js';
import { SessionEntity } from './session.entity.js';
import { SessionNotFoundError } from './session.errors.js';
import { type KnownVerdicts, pointsOf, withVerdict } from './session-verdicts.js';

type Draft<T> = T extends unknown ? Omit<T, 'sessionId' | 'number' | 'at'> : never;
/** An event before it has its number. */
export type EventDraft = Draft<SessionEvent>;

/** What can be done with a session inside one transaction. */
export class SessionChange {
  readonly events: EventDraft[] = [];
  readonly jobs: { name: string; data: object; options: SendOptions }[] = [];

  constructor(
    readonly session: SessionEntity,
    readonly now: Date,
    /** For what else must change in the same transaction. */
    readonly manager: EntityManager,
  ) {}

  /** Adds an event to the log. */
  emit(draft: EventDraft): void {
    this.events.push(draft);
  }

  /** Adds a job that is there exactly if this change is. */
  job(name: string, data: object, options: SendOptions = {}): void {
    this.jobs.push({ name, data, options });
  }

  /** @returns false when the session cannot go there from where it is; then nothing has changed */
  go(state: SessionState, more: { outcome?: Outcome; reason?: LocalizedText } = {}): boolean {
    const { session } = this;
    if (!canGo(session.state, state)) return false;
    session.state = state;
    session.step = null;
    session.waking = false;
    session.outcome = more.outcome ?? null;
    session.reason = more.reason ?? null;
    if (state === 'finished' || state === 'failed') session.finishedAt = this.now;
    this.emit({ type: 'state', state, ...more });
    return true;
  }

  step(step: LocalizedText): void {
    this.session.step = step;
    this.emit({ type: 'step', step });
  }

  /** Tells the learner what befell their cluster; it stays to be read until the next notice or reset. */
  notice(notice: LocalizedText): void {
    this.session.notice = notice;
    this.emit({ type: 'notice', notice });
  }

  /** Takes a verdict in, unless it says what is known already. */
  verdict(verdict: CheckVerdict): void {
    const { session } = this;
    const known = withVerdict(session.verdicts, verdict);
    if (known === undefined) return;
    session.verdicts = known;
    session.pointsReached = pointsOf(known);
    const points = { reached: session.pointsReached, total: session.pointsTotal };
    this.emit({ type: 'verdict', verdict, points });
  }
}

export interface VerdictsOfRound {
  round: number;
  known: KnownVerdicts;
  verdicts: readonly CheckVerdict[];
  graderState: unknown;
  pointsTotal: number;
}

/** $1 session, $2 round, $3 all verdicts, $4 points, $5 what the grader remembers, $6 events without numbers, $7 channel. */
const appendVerdictsStatement = `
  WITH changed AS (
    UPDATE sessions
    SET verdicts = $3, points_reached = $4, grader_state = $5, last_event = last_event + jsonb_array_length($6)
    WHERE id = $1 AND round = $2 AND state IN ('active', 'suspended')
    RETURNING last_event
  ), numbered AS (
    SELECT last_event - jsonb_array_length($6) + place AS number, event
    FROM changed, jsonb_array_elements($6) WITH ORDINALITY AS e (event, place)
  ), written AS (
    INSERT INTO session_events (session_id, number, event)
    SELECT $1, number, event || jsonb_build_object('number', number) FROM numbered
  )
  SELECT last_event, pg_notify($7, $1 || ':' || last_event) FROM changed`;

/** Sessions and their logs: state and events change in the same transaction, or not at all. */
@Injectable()
export class SessionStore {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(AnnouncerService) private readonly announcer: AnnouncerService,
    @Inject(MetricsService) private readonly metrics: MetricsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Writes a new session with its first event, after `admit` has looked at what there is; it may throw. */
  async create(
    session: SessionEntity,
    admit: (manager: EntityManager) => Promise<void>,
    jobs: (change: SessionChange) => void,
  ): Promise<SessionEntity> {
    const events = await this.database.transaction(async (manager) => {
      await admit(manager);
      const change = new SessionChange(session, this.clock(), manager);
      change.emit({ type: 'state', state: session.state });
      jobs(change);
      await manager.insert(SessionEntity, session as never);
      return this.#write(manager, change);
    });
    this.announcer.tellHere(events);
    return session;
  }

  /**
   * Changes a session while nobody else can. Numbers have no gaps, as the row is locked until the commit. Fields of JSON are
   * replaced, never changed in place: only replaced ones are written.
   * @param work sees the session as it is now; what it throws undoes everything
   * @throws SessionNotFoundError
   */
  async change<T>(id: string, work: (change: SessionChange) => T | Promise<T>): Promise<T> {
    let events: SessionEvent[] = [];
    const result = await this.database.transaction(async (manager) => {
      const session = await manager.findOne(SessionEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (session === null) throw new SessionNotFoundError();
      const before = { ...session };
      const change = new SessionChange(session, this.clock(), manager);
      const value = await work(change);
      events = await this.#write(manager, change, before);
      return value;
    });
    this.announcer.tellHere(events);
    for (const event of events) if (event.type === 'state') this.metrics.transitions.inc({ state: event.state });
    return result;
  }

  /**
   * Writes verdicts, their events and what the grader must remember in one statement: on the way from a change in the cluster
   * to the browser every round trip counts. Only for the one process that grades the session, and only while it is sure what
   * is written already; otherwise `change` looks first.
   * @param known the session's verdicts before
   * @returns what is known now; undefined when the session takes no verdicts in this round any more
   */
  async appendVerdicts(
    id: string,
    { round, known, verdicts, graderState, pointsTotal }: VerdictsOfRound,
  ): Promise<KnownVerdicts | undefined> {
    const at = this.clock().toISOString();
    const drafts: SessionEvent[] = [];
    let now = known;
    for (const verdict of verdicts) {
      const next = withVerdict(now, verdict);
      if (next === undefined) continue;
      now = next;
      const points = { reached: pointsOf(now), total: pointsTotal };
      drafts.push({ sessionId: id, number: 0, at, type: 'verdict', verdict, points });
    }
    const rows: { last_event: number }[] = await this.database.run((manager) =>
      manager.query(appendVerdictsStatement, [
        id,
        round,
        JSON.stringify(now),
        pointsOf(now),
        JSON.stringify(graderState),
        JSON.stringify(drafts),
        eventsChannel,
      ]),
    );
    const last = rows[0]?.last_event;
    if (last === undefined) return undefined;
    this.announcer.tellHere(drafts.map((event, index) => ({ ...event, number: last - drafts.length + 1 + index })));
    return now;
  }

  /** @returns undefined when there is none */
  async find(id: string): Promise<SessionEntity | undefined> {
    return this.database.run(async (manager) => (await manager.findOneBy(SessionEntity, { id })) ?? undefined);
  }

  /** @throws SessionNotFoundError also when it is somebody else's */
  async findOf(personId: string, id: string): Promise<SessionEntity> {
    const session = await this.find(id);
    if (session === undefined || session.personId !== personId) throw new SessionNotFoundError();
    return session;
  }

  /** @returns events with numbers above `after`, in order, at most `limit` */
  async eventsAfter(id: string, after: number, limit: number): Promise<SessionEvent[]> {
    return this.database.run(async (manager) => {
      const rows = await manager
        .createQueryBuilder(SessionEventEntity, 'e')
        .where('e.session_id = :id AND e.number > :after', { id, after })
        .orderBy('e.number')
        .limit(limit)
        .getMany();
      return rows.map(({ event }) => event);
    });
  }

  /** @returns those of the sessions that have not ended, or ended after a time */
  async endedAfter(ids: readonly string[], time: Date): Promise<Set<string>> {
    const rows: { id: string }[] = await this.database.run((manager) =>
      manager.query('SELECT id FROM sessions WHERE id = ANY($1) AND (finished_at IS NULL OR finished_at > $2)', [
        ids,
        time,
      ]),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Somebody works on these sessions: they are not idle. */
  async touch(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.database.run((manager) =>
      manager.query('UPDATE sessions SET last_activity_at = $2 WHERE id = ANY($1)', [ids, this.clock()]),
    );
  }

  /** @returns the events as they are in the log once the transaction is committed */
  async #write(manager: EntityManager, change: SessionChange, before?: SessionEntity): Promise<SessionEvent[]> {
    const { session, events, now } = change;
    const rows = events.map((draft) => {
      session.lastEvent += 1;
      const event = {
        sessionId: session.id,
        number: session.lastEvent,
        at: now.toISOString(),
        ...draft,
      } as SessionEvent;
      return { sessionId: session.id, number: session.lastEvent, event };
    });
    const changed = Object.fromEntries(
      Object.entries(session).filter(([name, value]) => before?.[name as keyof SessionEntity] !== value),
    );
    if (Object.keys(changed).length > 0) await manager.update(SessionEntity, { id: session.id }, changed as never);
    if (rows.length > 0) {
      await manager.insert(SessionEventEntity, rows as never);
      // Delivered at the commit; the last number is enough, listeners read what they have not seen.
      await manager.query('SELECT pg_notify($1, $2)', [eventsChannel, `${session.id}:${session.lastEvent}`]);
    }
    for (const { name, data, options } of change.jobs) await this.jobs.send(manager, name, data, options);
    return rows.map(({ event }) => event);
  }
}
