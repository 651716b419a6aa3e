import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The books of each host's clusters, and what a session says of its own. */
export class Clusters1763930000000 implements MigrationInterface {
  readonly name = 'Clusters1763930000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE clusters (
        id text PRIMARY KEY,
        host text NOT NULL,
        provider text NOT NULL,
        nodes integer NOT NULL CHECK (nodes >= 0),
        state text NOT NULL CHECK (state IN ('warming', 'warm', 'claimed', 'doomed')),
        session_id text REFERENCES sessions (id),
        created_at timestamptz NOT NULL,
        CHECK (state <> 'claimed' OR session_id IS NOT NULL)
      )`);
    await runner.query(`CREATE INDEX clusters_of_host ON clusters (host, provider, state)`);
    await runner.query(`
      ALTER TABLE sessions
        ADD waking boolean NOT NULL DEFAULT false,
        ADD moves integer NOT NULL DEFAULT 0,
        ADD notice jsonb`);
    await runner.query(`
      INSERT INTO clusters (id, host, provider, nodes, state, session_id, created_at)
      SELECT cluster_id, runner, coalesce(provider, 'embedded'), 0, 'claimed', id, created_at
      FROM sessions
      WHERE cluster_id IS NOT NULL AND runner IS NOT NULL AND state NOT IN ('finished', 'failed')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions DROP waking, DROP moves, DROP notice`);
    await runner.query(`DROP TABLE clusters`);
  }
}
