import type { OpenTrace } from '../measure/trace-log.js';
import type { OutcomeCode } from '../measure/series.js';

/** Who waits for an answer. */
export interface Caller {
  /** @param token the one that it asked with; with another one it does not wait for this answer any more */
  answered(nowMs: number, token: number, outcome: OutcomeCode): void;
}

/** A request as it is handed to who is to work on it. */
export interface Request {
  readonly caller: Caller | undefined;
  readonly token: number;
  readonly trace: OpenTrace | undefined;
  /** The span that caused it; 0 without a trace. */
  readonly span: number;
}

/** A container that takes requests. */
export interface Endpoint {
  readonly version: string;
  /** @returns false when it refuses */
  serve(nowMs: number, request: Request): boolean;
}
