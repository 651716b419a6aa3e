import type { SessionEvent } from '@kubedan/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One entry of a session's append-only log. */
@Entity('session_events')
export class SessionEventEntity {
  @PrimaryColumn({ type: 'text', name: 'session_id' })
  sessionId!: string;

  /** From 1, without gaps. */
  @PrimaryColumn({ type: 'integer' })
  number!: number;

  @Column({ type: 'jsonb' })
  event!: SessionEvent;
}
