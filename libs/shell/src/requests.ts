import type { SandboxLimits } from './limits.js';

export interface SandboxHostOptions {
  /** A folder of this host's own, for generated files and sockets; made if missing. */
  dir: string;
  /** Absolute paths. */
  tools: { kubectl: string; helm?: string };
  limits?: Partial<SandboxLimits>;
  /** Bytes that sandboxes must leave free on the disk of their workspaces; 512 MiB by default. */
  reserveBytes?: number;
  /** Milliseconds until a sandbox that does not come up, or does not answer, is given up; 10,000 by default. */
  startTimeoutMs?: number;
  /** `off` keeps cgroups out even where they could be used; for tests of the fallback. */
  cgroups?: 'auto' | 'off';
}

export interface SandboxRequest {
  /** Host folder that is the home inside; made if missing; given to the sandbox's user when the server is root. */
  workspace: string;
  /** Unix socket that leads to the API server. */
  apiSocketPath: string;
  /** YAML text whose server is `https://127.0.0.1:${sandboxApiPort}`. */
  kubeconfig: string;
  limits?: Partial<SandboxLimits>;
}

export interface TerminalRequest extends SandboxRequest {
  cols: number;
  rows: number;
  env?: Record<string, string>;
  /** Where an asciicast v2 of the output is written; `maxBytes` is 16 MiB by default. */
  record?: { path: string; maxBytes?: number };
}

export interface ScriptRequest extends SandboxRequest {
  /** Path inside the sandbox of a bash script, usually below one of `mounts`. */
  script: string;
  args?: string[];
  env?: Record<string, string>;
  /** Files or folders of at most a few MiB; shown as read-only copies, links left out. */
  mounts?: { host: string; inside: string }[];
  timeoutMs: number;
  signal?: AbortSignal;
  /** Characters of output that are kept, the last ones; 256 Ki by default. */
  maxOutput?: number;
}

export interface ScriptResult {
  /** 137 when the sandbox had to be ended. */
  exitCode: number;
  /** Both of the script's streams as they came. */
  output: string;
  timedOut: boolean;
}
