import type { Audience, PlacementResult, PlacementState, Tier } from '@kubedan/contracts';
import type { Answered } from '@kubedan/placement';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * An answer with the figures that its question had when it was answered: a result can be worked out again from the rows alone,
 * whatever becomes of the bank.
 */
export interface StoredAnswer extends Answered {
  tier: Tier;
  /** The option's place in the bank, from 0; null: "I do not know". */
  chosen: number | null;
}

/** One person at one self-test. */
@Entity('placements')
export class PlacementEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'uuid', name: 'person_id' })
  personId!: string;

  @Column({ type: 'text' })
  audience!: Audience;

  /** Decides what is drawn: questions among the best, and the order of options. Never told. */
  @Column({ type: 'text' })
  seed!: string;

  @Column({ type: 'text' })
  state!: PlacementState;

  /** The question that waits for its answer, while active. */
  @Column({ type: 'text', nullable: true })
  current!: string | null;

  /** In the order in which they were given. */
  @Column({ type: 'jsonb' })
  answers!: readonly StoredAnswer[];

  @Column({ type: 'jsonb', nullable: true })
  result!: PlacementResult | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
