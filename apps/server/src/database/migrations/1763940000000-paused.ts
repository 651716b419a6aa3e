import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who put a session to sleep decides what wakes it. */
export class Paused1763940000000 implements MigrationInterface {
  readonly name = 'Paused1763940000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions ADD paused boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions DROP paused`);
  }
}
