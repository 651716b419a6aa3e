import type { EntryState, ProviderName } from '@kubedan/clusters';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A cluster that a host has, is making or is getting rid of. Its row is there before it is, and longer. */
@Entity('clusters')
export class ClusterEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** The runner whose host it is on. */
  @Column({ type: 'text' })
  host!: string;

  @Column({ type: 'text' })
  provider!: ProviderName;

  /** How many nodes it was warmed with. */
  @Column({ type: 'integer' })
  nodes!: number;

  @Column({ type: 'text' })
  state!: EntryState;

  /** Whose it is, once it is claimed. */
  @Column({ type: 'text', name: 'session_id', nullable: true })
  sessionId!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
