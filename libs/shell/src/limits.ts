/** What one sandbox (all terminals of one workspace together) may use. */
export interface SandboxLimits {
  /** Bytes of memory, tmpfs included. Enforced by a cgroup, without one by a guard that looks twice a second. */
  memoryBytes: number;
  /** Processes and threads. kubectl has about ten threads. */
  processes: number;
  /** Open files a process. */
  openFiles: number;
  /** Bytes of one file. */
  fileBytes: number;
  /** Bytes of the whole workspace, files that are deleted but still open included. */
  workspaceBytes: number;
  /** Files and directories of the whole workspace. */
  workspaceEntries: number;
  /** Bytes of /tmp, which is memory. */
  tmpBytes: number;
  /** Virtual memory of one process, bytes. Go programs reserve over 1 GiB. */
  addressSpaceBytes: number;
  /** Terminals open at once. */
  terminals: number;
  /** Connections to the API server open at once. */
  connections: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: SandboxLimits = {
  memoryBytes: 768 * MiB,
  processes: 256,
  openFiles: 1024,
  fileBytes: 64 * MiB,
  workspaceBytes: 256 * MiB,
  workspaceEntries: 20_000,
  tmpBytes: 64 * MiB,
  addressSpaceBytes: 4096 * MiB,
  terminals: 8,
  connections: 128,
};
