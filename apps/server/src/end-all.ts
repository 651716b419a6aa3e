import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Environment, readConfig } from './config/config.js';
import { DataFolderTakenError } from './data-lock.js';
import { DatabaseService } from './database/database.service.js';
import { JobsService } from './database/jobs.service.js';
import { socketDirectoryFor } from './database/socket-directory.js';
import { createLogger } from './logging/logger.js';
import type { Ended } from './modules/runner/end-all.service.js';
import { runnerIdIn } from './modules/runner/runner-id.js';
import { runnerQueue, type RunnerJob } from './modules/sessions/session-jobs.js';
import { startServer } from './server.js';

/** ms that the running server has. */
const patience = 120_000;

/** The server that has the data folder did not do what it was told. */
export class ServerSilentError extends Error {
  override readonly name = 'ServerSilentError';
  constructor() {
    super(
      `The running server did not end everything within ${patience / 1000} s. Look at its log, or stop it and give the command again.`,
    );
  }
}

/**
 * Ends all sessions and clusters of this data folder's host: through the server that runs on it, else by itself. Who can read
 * the folder is the operator.
 * @throws ConfigInvalidError, ServerSilentError
 */
export async function endAll(environment: Environment): Promise<Ended> {
  const own = {
    KUBEDAN_HOST: '127.0.0.1',
    KUBEDAN_PORT: '0',
    KUBEDAN_LOG_LEVEL: 'silent',
    // It brings nothing up: what an earlier server left is not woken just to be ended.
    KUBEDAN_ROLE: 'api',
  };
  try {
    await using server = await startServer({ environment: { ...environment, ...own } });
    await server.setupDone;
    return await server.endAll();
  } catch (error) {
    if (!(error instanceof DataFolderTakenError)) throw error;
  }
  return askRunning({ ...environment, ...own });
}

/** Leaves a job for the running server and waits until the books show that it is done. */
async function askRunning(environment: Environment): Promise<Ended> {
  const dataDir = readConfig(environment).storage.KUBEDAN_DATA_DIR;
  const socket = await socketDirectoryFor(path.join(dataDir, 'postgres'));
  // Its own PostgreSQL is reached as it reaches it; a second one on the same folder would end the first.
  const config = readConfig({
    KUBEDAN_DATABASE_URL: `postgres://kubedan@/kubedan?host=${encodeURIComponent(socket)}`,
    ...environment,
  });
  const log = createLogger(config.process);
  const database = new DatabaseService(config, log);
  const jobs = new JobsService(database, log);
  try {
    await database.start();
    await jobs.start([]);
    const host = await runnerIdIn(dataDir);
    const count = async (): Promise<Ended> => {
      const [row] = await database.run<Ended[]>((manager) =>
        manager.query(
          `SELECT
             (SELECT count(*)::int FROM sessions WHERE state NOT IN ('finished', 'failed') AND (runner = $1 OR runner IS NULL)) AS sessions,
             (SELECT count(*)::int FROM clusters WHERE host = $1) AS clusters`,
          [host],
        ),
      );
      return row ?? { sessions: 0, clusters: 0 };
    };
    const before = await count();
    await database.transaction((manager) =>
      jobs.send(manager, runnerQueue(host), { action: 'end-all' } satisfies RunnerJob),
    );
    const deadline = performance.now() + patience;
    for (;;) {
      const left = await count();
      if (left.sessions + left.clusters === 0) return before;
      if (performance.now() > deadline) throw new ServerSilentError();
      await delay(200);
    }
  } finally {
    await jobs.stop();
    await database.stop();
  }
}
