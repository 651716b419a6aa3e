import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedPostgres } from '../../apps/server/src/database/embedded-postgres.js';
import { processesIn } from '../support/processes.js';
import { eventually, TestServer } from './server-fixture.js';

describe('an embedded PostgreSQL that is stopped while it starts', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const moments = {
    'while the database is made': (folder: string) => existsSync(path.join(folder, 'data.new/global')),
    'once it is made': (folder: string) => existsSync(path.join(folder, 'data/PG_VERSION')),
  };
  it.each(Object.entries(moments))(
    'ends with all of its processes %s, and can be started later',
    async (_, isThere) => {
      const folder = await mkdtemp(path.join(dir, 'p-'));
      const postgres = new EmbeddedPostgres(folder, pino({ level: 'silent' }));
      const start = postgres.start().then(
        () => 'started',
        (error: unknown) => (error as Error).name,
      );
      await eventually(async () => isThere(folder), Boolean);
      await postgres.stop();
      expect(processesIn(folder)).toEqual([]);
      const before = await readdir(folder, { recursive: true });
      expect(await start).toMatch(/^(started|PostgresFailedError)$/);
      expect(await readdir(folder, { recursive: true })).toEqual(before);

      const again = new EmbeddedPostgres(folder, pino({ level: 'silent' }));
      await again.start();
      await again.stop();
      expect(processesIn(folder)).toEqual([]);
    },
  );

  it.each(Object.entries(moments))('ends with the server that is stopped %s', async (_, isThere) => {
    await using server = await TestServer.start();
    await eventually(async () => isThere(path.join(server.root, 'd/postgres')), Boolean);
    expect(await server.stop()).toBe(0);
    expect(processesIn(server.root)).toEqual([]);
  });
});
