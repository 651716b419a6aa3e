import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { DatabaseService } from '../../database/database.service.js';
import { ClusterStore } from '../clusters/cluster-store.service.js';
import { aliveStates } from '../sessions/session-states.js';
import { SessionStore } from '../sessions/session-store.service.js';
import { SessionEntity } from '../sessions/session.entity.js';
import { fail } from '../sessions/sessions.service.js';
import { ClusterKeeper } from './cluster-keeper.service.js';
import { texts } from './texts.js';

/** How many there were. */
export interface Ended {
  sessions: number;
  clusters: number;
}

/** The operator's word: nothing goes on on this host. */
@Injectable()
export class EndAll {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(ClusterStore) private readonly books: ClusterStore,
    @Inject(ClusterKeeper) private readonly keeper: ClusterKeeper,
  ) {}

  /**
   * Ends all sessions of a host, telling their learners why, and all its clusters, warm ones too. Nothing is kept warm until
   * the next session. Resolves when nothing is left.
   * @param host this host
   * @param prepare gets this process ready to deal with clusters; called if there are any
   * @param signal ends the waiting
   */
  async run(host: string, prepare: () => Promise<void>, signal: AbortSignal): Promise<Ended> {
    const store = this.books.booksOf(host);
    const ended = { sessions: 0, clusters: (await store.all()).length };
    this.keeper.drain();
    const sessions = await this.database.run((manager) =>
      manager.find(SessionEntity, {
        where: [
          { runner: host, state: In([...aliveStates]) },
          { runner: IsNull(), state: 'queued' },
        ],
      }),
    );
    for (const { id } of sessions) {
      if (await this.store.change(id, (change) => fail(change, texts.stopped))) ended.sessions += 1;
    }
    if (ended.clusters > 0) await prepare();
    for (;;) {
      await this.keeper.reconcile();
      if ((await store.all()).length === 0) return ended;
      await delay(100, undefined, { signal });
    }
  }
}
