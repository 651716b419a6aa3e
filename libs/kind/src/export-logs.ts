import type { KindCli } from './kind-cli.js';
import { checkName } from './name.js';

export interface ExportLogsOptions {
  name: string;
  /** Folder to write to; made when it is not there. */
  dir: string;
  /** Milliseconds. Default 120,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Writes the journals, the containers' logs and what Docker knows of each node to a folder. @throws ClusterNotFoundError */
export async function exportLogs(cli: KindCli, options: ExportLogsOptions): Promise<void> {
  const { name, dir, timeoutMs = 120_000, signal } = options;
  checkName(name);
  await cli.call(['export', 'logs', `--name=${name}`, '--', dir], { timeoutMs, signal });
}
