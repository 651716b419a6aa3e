import type { Mismatch, LocalizedText } from '@kubedan/contracts';

/** What must outlive a restart of the server, of one check. Times are ISO 8601. */
export interface CheckMemory {
  /** `latched`: when it was true. */
  latchedAt?: string;
  /** `always`: when it was broken first, and how. */
  broken?: { at: string; message?: LocalizedText; mismatches: Mismatch[] };
  /** `holds`: since when it has been true without a break. */
  heldSince?: string;
}

/** JSON; store it with each verdict, and give it to the next Grader of the same session. */
export interface GraderState {
  version: 1;
  /** By check id; a check without memory is left out. */
  checks: Record<string, CheckMemory>;
  /** Answers to `ask` checks: check id → option ids. */
  answers: Record<string, string[]>;
}

/** JSON: what the checks that speak of `given` saw at hand-over, by check id. */
export interface GivenSnapshot {
  /** ISO 8601. */
  takenAt: string;
  checks: Record<string, unknown>;
}

/** Reads the learner's files. */
export interface WorkspaceReader {
  /**
   * @param path relative to the workspace, with forward slashes
   * @returns the bytes, or undefined when there is no such file
   */
  read(path: string): Promise<Uint8Array | undefined>;
}
