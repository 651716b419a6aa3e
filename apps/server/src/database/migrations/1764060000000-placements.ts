import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Self-tests; a person has one unfinished at most. */
export class Placements1764060000000 implements MigrationInterface {
  readonly name = 'Placements1764060000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE placements (
        id text PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES people (id),
        audience text NOT NULL CHECK (audience IN ('everyone', 'coders')),
        seed text NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'finished', 'abandoned')),
        current text,
        answers jsonb NOT NULL DEFAULT '[]',
        result jsonb,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        CHECK ((state = 'finished') = (result IS NOT NULL)),
        CHECK ((state = 'active') = (finished_at IS NULL))
      )`);
    await runner.query(`CREATE INDEX placements_of_person ON placements (person_id, created_at DESC)`);
    await runner.query(`CREATE UNIQUE INDEX placement_open ON placements (person_id) WHERE state = 'active'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE placements`);
  }
}
