import type { AnsweringPod } from '../answering-pod.js';
import type { Running, ShellState } from './interpreter.js';
import type { Network } from './network.js';

/** What commands can see of the world. */
export interface ShellWorld {
  hostname: string;
  /** When the script began, in milliseconds since 1970. */
  epoch: number;
  network: Network;
  own: () => AnsweringPod | undefined;
  /** The nameserver that nslookup names. */
  dns: string;
  /** Bytes that the container may use; 0 without a limit. */
  memoryLimit: number;
}

/** One command: what it writes it yields. @returns its exit code */
export type Builtin = (args: string[], input: string, state: ShellState, world: ShellWorld) => Running;
