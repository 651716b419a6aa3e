import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, sessions and their event logs. */
export class Sessions1763900000000 implements MigrationInterface {
  readonly name = 'Sessions1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE people (
        id uuid PRIMARY KEY,
        token_hash text NOT NULL UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE sessions (
        id text PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES people (id),
        lab_name text NOT NULL,
        lab_hash text NOT NULL,
        seed text NOT NULL,
        lab jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('queued', 'provisioning', 'preparing', 'active', 'suspended', 'finished', 'failed')),
        outcome text CHECK (outcome IN ('passed', 'submitted', 'expired', 'abandoned')),
        reason jsonb,
        step jsonb,
        provider text,
        runner text,
        cluster_id text UNIQUE,
        round integer NOT NULL DEFAULT 1,
        last_event integer NOT NULL DEFAULT 0,
        verdicts jsonb NOT NULL DEFAULT '{}',
        points_reached integer NOT NULL DEFAULT 0,
        points_total integer NOT NULL DEFAULT 0,
        hints_shown jsonb NOT NULL DEFAULT '{}',
        answers jsonb NOT NULL DEFAULT '{}',
        grader_state jsonb,
        given jsonb,
        extensions_left integer NOT NULL,
        warned boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        last_activity_at timestamptz NOT NULL,
        finished_at timestamptz,
        CHECK ((state = 'finished') = (outcome IS NOT NULL))
      )`);
    await runner.query(`CREATE INDEX sessions_of_person ON sessions (person_id, created_at DESC)`);
    await runner.query(`CREATE INDEX sessions_alive ON sessions (state) WHERE state NOT IN ('finished', 'failed')`);
    await runner.query(`
      CREATE TABLE session_events (
        session_id text NOT NULL REFERENCES sessions (id),
        number integer NOT NULL CHECK (number >= 1),
        event jsonb NOT NULL,
        PRIMARY KEY (session_id, number)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['session_events', 'sessions', 'people']) await runner.query(`DROP TABLE ${table}`);
  }
}
