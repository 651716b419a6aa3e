import type { CheckVerdict, LabDocument, LocalizedText, Outcome, SessionState } from '@kubedan/contracts';
import type { VariableValues } from '@kubedan/labs';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The lab as it was bound to the seed when the session was made: later changes of the lab's folder do not touch it. */
export interface StoredLab {
  document: LabDocument;
  text: LocalizedText;
  /** Absent when the lab has none. */
  debrief?: LocalizedText;
  variables: VariableValues;
}

/** One learner at one lab with one seed. */
@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'uuid', name: 'person_id' })
  personId!: string;

  @Column({ type: 'text', name: 'lab_name' })
  labName!: string;

  @Column({ type: 'text', name: 'lab_hash' })
  labHash!: string;

  @Column({ type: 'text' })
  seed!: string;

  @Column({ type: 'jsonb' })
  lab!: StoredLab;

  @Column({ type: 'text' })
  state!: SessionState;

  @Column({ type: 'text', nullable: true })
  outcome!: Outcome | null;

  @Column({ type: 'jsonb', nullable: true })
  reason!: LocalizedText | null;

  @Column({ type: 'jsonb', nullable: true })
  step!: LocalizedText | null;

  @Column({ type: 'text', nullable: true })
  provider!: string | null;

  /** Which process's clusters it runs among. */
  @Column({ type: 'text', nullable: true })
  runner!: string | null;

  @Column({ type: 'text', name: 'cluster_id', nullable: true })
  clusterId!: string | null;

  /** Of a suspended one: somebody asked for it, and its cluster is to be brought back. */
  @Column({ type: 'boolean' })
  waking!: boolean;

  /** Of a suspended one: its learner put it to sleep, not time. */
  @Column({ type: 'boolean' })
  paused!: boolean;

  /** How often it was given a fresh cluster because one was lost. */
  @Column({ type: 'integer' })
  moves!: number;

  /** What befell its cluster, for the learner. */
  @Column({ type: 'jsonb', nullable: true })
  notice!: LocalizedText | null;

  /** How often it was reset; a job for an earlier round does nothing. */
  @Column({ type: 'integer' })
  round!: number;

  @Column({ type: 'integer', name: 'last_event' })
  lastEvent!: number;

  /** Check id → its last verdict. */
  @Column({ type: 'jsonb' })
  verdicts!: Readonly<Record<string, CheckVerdict>>;

  @Column({ type: 'integer', name: 'points_reached' })
  pointsReached!: number;

  @Column({ type: 'integer', name: 'points_total' })
  pointsTotal!: number;

  /** Task id → how many hints are shown. */
  @Column({ type: 'jsonb', name: 'hints_shown' })
  hintsShown!: Record<string, number>;

  /** Check id → option ids. */
  @Column({ type: 'jsonb' })
  answers!: Record<string, string[]>;

  /** What the grader must remember across a restart. */
  @Column({ type: 'jsonb', name: 'grader_state', nullable: true })
  graderState!: unknown;

  /** The objects as they were at hand-over. */
  @Column({ type: 'jsonb', nullable: true })
  given!: unknown;

  @Column({ type: 'integer', name: 'extensions_left' })
  extensionsLeft!: number;

  @Column({ type: 'boolean' })
  warned!: boolean;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', name: 'last_activity_at' })
  lastActivityAt!: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
