import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody who came by: known by a token that only their browser or command line has. */
@Entity('people')
export class PersonEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** SHA-256 of the token, hex: the token itself is kept nowhere. */
  @Column({ type: 'text', name: 'token_hash' })
  tokenHash!: string;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
