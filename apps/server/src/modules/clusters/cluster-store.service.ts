import type { ClusterEntry, EntryState, PoolStore, ProviderName, Reservation } from '@kubedan/clusters';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK, type Clock } from '../../clock.js';
import { DatabaseService } from '../../database/database.service.js';
import { ClusterEntity } from './cluster.entity.js';

export interface ClaimRequest {
  host: string;
  provider: ProviderName;
  /** How many nodes a warm cluster must have. */
  nodes: number;
  sessionId: string;
  /** The name of the new cluster, should there be none to take. */
  newId: string;
}

/** A session's wish is never written down twice: it is what the session's own row says. */
const wish = `
  CASE
    WHEN s.id IS NULL OR s.cluster_id IS DISTINCT FROM c.id OR s.state IN ('finished', 'failed') THEN 'unwanted'
    WHEN s.state = 'active' OR (s.state = 'suspended' AND s.waking) THEN 'running'
    WHEN s.state = 'suspended' THEN 'suspended'
    ELSE 'coming'
  END`;

/** The books of all hosts' clusters. */
@Injectable()
export class ClusterStore {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns the books of one host */
  booksOf(host: string): PoolStore {
    return {
      all: () => this.#all(host),
      add: async ({ id, provider, nodes }) => {
        const row = { id, host, provider, nodes, state: 'warming' as const, sessionId: null, createdAt: this.clock() };
        await this.database.run((manager) => manager.insert(ClusterEntity, row));
      },
      move: (id, from, to) => this.#move(host, id, from, to),
      remove: async (id) => {
        await this.database.run((manager) => manager.delete(ClusterEntity, { id, host }));
      },
    };
  }

  /**
   * Books a cluster for a session, in the transaction that moves the session on. Sessions that ask at the same moment do not
   * wait for each other: what one of them looks at, the others pass over.
   * @returns a warm one, else one that is being warmed, else the name of one that is to be made
   */
  async claim(manager: EntityManager, request: ClaimRequest): Promise<Reservation> {
    const { host, provider, nodes, sessionId, newId } = request;
    const [taken] = await manager
      .createQueryBuilder(ClusterEntity, 'c')
      .where("c.host = :host AND c.provider = :provider AND c.nodes = :nodes AND c.state IN ('warm', 'warming')", {
        host,
        provider,
        nodes,
      })
      .orderBy('c.state', 'ASC')
      .addOrderBy('c.created_at', 'ASC')
      .limit(1)
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getMany();
    if (taken !== undefined) {
      await manager.update(ClusterEntity, { id: taken.id }, { state: 'claimed', sessionId });
      return { id: taken.id, from: 'pool' };
    }
    const createdAt = this.clock();
    await manager.insert(ClusterEntity, { id: newId, host, provider, nodes, state: 'claimed', sessionId, createdAt });
    return { id: newId, from: 'cold' };
  }

  /** @returns the session whose cluster this is, or was last */
  async sessionOf(id: string): Promise<string | undefined> {
    const row = await this.database.run((manager) => manager.findOneBy(ClusterEntity, { id }));
    return row?.sessionId ?? undefined;
  }

  async #all(host: string): Promise<ClusterEntry[]> {
    const rows: (Omit<ClusterEntry, 'wish'> & { wish: ClusterEntry['wish'] })[] = await this.database.run((manager) =>
      manager.query(
        `SELECT c.id, c.provider, c.nodes, c.state, ${wish} AS wish
         FROM clusters c LEFT JOIN sessions s ON s.id = c.session_id
         WHERE c.host = $1 ORDER BY c.created_at`,
        [host],
      ),
    );
    return rows.map(({ wish: wished, ...entry }) =>
      entry.state === 'claimed' && wished !== undefined ? { ...entry, wish: wished } : entry,
    );
  }

  async #move(host: string, id: string, from: EntryState, to: EntryState): Promise<boolean> {
    const { affected } = await this.database.run((manager) =>
      manager.update(ClusterEntity, { id, host, state: from }, { state: to }),
    );
    return affected === 1;
  }
}
