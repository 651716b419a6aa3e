import type { ClusterPicture } from './cluster-picture.js';
import type { Problem } from './problem.js';
import type { SessionEvent } from './session.js';
import type { SetupView } from './setup.js';
import type { WorldView } from './world-live.js';
import { z } from 'zod';

/** Namespace /sessions. A watcher says the last number it saw and gets what it missed, each once and in order. */
export const watchRequestSchema = z.strictObject({
  id: z.string().min(1),
  after: z.int().min(0),
  /** It was watched on this page before: events were missed, or the connection was lost. Nobody has just come. */
  again: z.boolean().optional(),
});
export type WatchRequest = z.infer<typeof watchRequestSchema>;
export type Reply<T = object> = ({ ok: true } & T) | { ok: false; problem: Problem };
export interface SessionsClientToServer {
  watch(request: WatchRequest, reply: (reply: Reply<{ last: number }>) => void): void;
  unwatch(request: { id: string }): void;
}
export interface SessionsServerToClient {
  event(event: SessionEvent): void;
  picture(picture: ClusterPicture): void;
  /** About once a second while the session has a world: the whole history first, then the last seconds. Latest wins. */
  world(view: WorldView): void;
  setup(setup: SetupView): void;
  /** A file of the workspace changed outside the editor. */
  files(change: { sessionId: string }): void;
}

/** Namespace /terminals. `ack` says how many characters the browser has drawn; the server pauses when too many are on the way. */
export const openTerminalSchema = z.strictObject({
  sessionId: z.string().min(1),
  /** Attach to this terminal after a reload; a new one when absent. */
  terminalId: z.string().optional(),
  cols: z.int().min(2).max(500),
  rows: z.int().min(2).max(300),
});
export const terminalInputSchema = z.strictObject({ terminalId: z.string(), data: z.string().max(65_536) });
export const terminalResizeSchema = z.strictObject({
  terminalId: z.string(),
  cols: z.int().min(2).max(500),
  rows: z.int().min(2).max(300),
});
export interface TerminalsClientToServer {
  open(
    request: z.infer<typeof openTerminalSchema>,
    reply: (reply: Reply<{ terminalId: string; backlog: string }>) => void,
  ): void;
  list(request: { sessionId: string }, reply: (reply: Reply<{ terminals: string[] }>) => void): void;
  data(request: z.infer<typeof terminalInputSchema>): void;
  resize(request: z.infer<typeof terminalResizeSchema>): void;
  ack(request: { terminalId: string; characters: number }): void;
  close(request: { terminalId: string }): void;
}
export interface TerminalsServerToClient {
  data(output: { terminalId: string; data: string }): void;
  exit(end: { terminalId: string; exitCode: number; reason?: string }): void;
}
/** Characters on the way to a browser above which the server pauses, and below which it goes on. */
export const terminalHighWater = 262_144;
export const terminalLowWater = 65_536;
