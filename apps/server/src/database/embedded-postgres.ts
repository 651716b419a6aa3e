import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, closeSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { stopLeftover } from './leftover-postmaster.js';
import { PostgresFailedError } from './postgres-failed.error.js';
import { findPostgresPrograms } from './postgres-programs.js';
import { choosePostgresUser, type PostgresUser } from './postgres-user.js';
import { socketDirectoryFor } from './socket-directory.js';

const user = 'kubedan';
const database = 'kubedan';
/** ms; recovery after a hard end reads at most max_wal_size. */
const startDeadline = 60_000;

/** Small: one server and its pools. No TCP, no replication, no JIT for queries of a millisecond. */
const settings = {
  listen_addresses: '',
  max_connections: '60',
  shared_buffers: '32MB',
  max_wal_size: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  unix_socket_permissions: '0700',
  logging_collector: 'off',
  log_min_messages: 'warning',
  autovacuum_naptime: '5min',
} as const;

/** A PostgreSQL of our own in the data folder, reached through a unix socket only. It is started again when it dies. */
export class EmbeddedPostgres {
  /** What runs for us: the postmaster, or before that the program that makes the database. */
  #child: ChildProcess | undefined;
  #starting: Promise<void> | undefined;
  #stopping = false;
  #user: PostgresUser | undefined;
  #socketDir = '';

  /** @param dir made when it is not there; nothing else may be in it */
  constructor(
    private readonly dir: string,
    private readonly log: Logger,
  ) {}

  /** What node-postgres needs to connect. */
  get connection(): { host: string; port: number; user: string; database: string } {
    return { host: this.#socketDir, port: 5432, user, database };
  }

  /** The postmaster's process id, once it was started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Makes the database the first time, ends what an earlier server left running, and starts.
   * @throws PostgresFailedError with the last lines of PostgreSQL's log, or when it is stopped meanwhile
   */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const programs = await findPostgresPrograms();
    this.#user = await choosePostgresUser();
    await mkdir(this.dir, { recursive: true });
    this.#socketDir = await socketDirectoryFor(this.dir);
    await this.#own(this.dir);
    await this.#own(this.#socketDir);
    const data = path.join(this.dir, 'data');
    if (!existsSync(path.join(data, 'PG_VERSION'))) await this.#initialise(programs.initdb, data);
    await stopLeftover(data);
    await this.#run(programs.postgres, data);
    await this.#createDatabase();
  }

  /** Fast shutdown: running transactions are rolled back, nothing committed is lost. Killed after 5 s. A start ends, too. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child?.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGQUIT'), 5000);
      await ended;
      clearTimeout(timer);
    }
    await this.#starting?.catch(() => undefined);
  }

  async #own(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o700);
    if (this.#user?.ids) await chown(folder, this.#user.ids.uid, this.#user.ids.gid);
  }

  async #initialise(initdb: string, data: string): Promise<void> {
    // Made beside and renamed: a half-made database is never taken for a whole one.
    const fresh = `${data}.new`;
    await rm(fresh, { recursive: true, force: true });
    const args = ['-D', fresh, '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'];
    const { code, output } = await this.#spawnAndRead(initdb, args);
    if (code !== 0) throw new PostgresFailedError(`The database could not be made: ${output.slice(-600)}`);
    await rename(fresh, data);
  }

  async #spawnAndRead(program: string, args: string[]): Promise<{ code: number | null; output: string }> {
    const child = this.#spawn(program, args, ['ignore', 'pipe', 'pipe']);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  }

  #spawn(program: string, args: string[], stdio: ['ignore', 'pipe' | number, 'pipe' | number]): ChildProcess {
    if (this.#stopping) throw new PostgresFailedError('PostgreSQL is being stopped.');
    const wrapped = this.#user!.wrap(program, args);
    const bySpawn = this.#user!.ids !== undefined && wrapped.command === program ? this.#user!.ids : {};
    // Detached: a Ctrl-C in the terminal reaches us alone, and we end it in our order.
    this.#child = spawn(wrapped.command, wrapped.args, {
      cwd: this.dir,
      detached: true,
      stdio,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      ...bySpawn,
    });
    return this.#child;
  }

  async #run(postgres: string, data: string): Promise<void> {
    const logFile = path.join(this.dir, 'postgres.log');
    if (
      await stat(logFile).then(
        ({ size }) => size > 10_000_000,
        () => false,
      )
    )
      await rename(logFile, `${logFile}.1`);
    const log = openSync(logFile, 'a', 0o600);
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = this.#spawn(postgres, ['-D', data, '-k', this.#socketDir, ...flags], ['ignore', log, log]);
    closeSync(log);
    let ended = false;
    child.once('error', () => (ended = true));
    child.once('exit', () => (ended = true));
    const deadline = performance.now() + startDeadline;
    while (!(await this.#accepts())) {
      if (ended || performance.now() > deadline) {
        if (!ended) child.kill('SIGQUIT');
        const tail = (await readFile(logFile, 'utf8').catch(() => '')).slice(-800);
        throw new PostgresFailedError(`PostgreSQL did not start. The end of ${logFile}:\n${tail}`);
      }
      await delay(15);
    }
    child.once('exit', (code, signal) => void this.#restart(postgres, data, signal ?? code));
  }

  /** It died without being asked: processes of its own may linger for a moment and hold its memory, so several tries. */
  async #restart(postgres: string, data: string, how: string | number | null): Promise<void> {
    for (let attempt = 1; !this.#stopping; attempt++) {
      this.log.error({ how, attempt }, 'PostgreSQL ended by itself; starting it again');
      await delay(Math.min(5000, 200 * attempt));
      if (this.#stopping) return;
      try {
        await stopLeftover(data);
        await this.#run(postgres, data);
        this.log.info('PostgreSQL is back');
        return;
      } catch (error) {
        this.log.error({ err: error }, 'PostgreSQL does not start');
      }
    }
  }

  async #accepts(): Promise<boolean> {
    const client = new Client({ ...this.connection, database: 'postgres', connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async #createDatabase(): Promise<void> {
    const client = new Client({ ...this.connection, database: 'postgres' });
    await client.connect();
    try {
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
    } finally {
      await client.end();
    }
  }
}
