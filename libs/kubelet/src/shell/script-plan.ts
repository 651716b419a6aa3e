import type { Need } from '../lookups.js';
import { idleUsage, type Ending, type OutputLine, type Plan, type Surroundings, type Usage } from '../plan.js';
import { runCommand } from './commands.js';
import { ContainerFiles, FileHistory } from './container-files.js';
import { OutOfMemory, UnknownCommand } from './shell-errors.js';
import type { ShellWorld } from './shell-world.js';
import { ShellExit, type Running, type ShellState } from './interpreter.js';

/** So far ahead a script is run that asks nothing of the world: then it need not be woken more often. */
const AHEAD_MS = 60_000;
/** A script may take so many steps at once; one that spins is then left alone for longer and longer. */
const MAX_STEPS = 1_000;
const LONGEST_REST_MS = 60_000;
/** However often a script asks the world, it is woken no more often. */
const SHORTEST_REST_MS = 250;
const MAX_LINES = 2_000;
const MAX_LINE = 4_096;
const MAX_LOG = 262_144;
/** Files and variables together, after which the container's disk is full. */
const MAX_FILES = 64;

/** @returns the state of a shell in that container before it did anything */
export function freshShell(around: Surroundings, workingDir = '/', files = new Map(around.files)): ShellState {
  return {
    variables: new Map(around.env),
    files,
    directories: new Set([...around.directories, '/tmp', '/etc', '/var', '/root', '/dev']),
    cwd: workingDir,
    status: 0,
    at: 0,
    trapsTerm: false,
    errexit: false,
  };
}

/**
 * A container whose command the world can play. The script is run in its own time: ahead of the clock where it asks nothing of
 * the world, and step by step where it does. When it comes to a program that only the image knows, `handOver` says what
 * happens from there.
 */
export class ScriptPlan implements Plan {
  ending: Ending | undefined;
  port: number | undefined;
  servesFrom = 0;
  paths: readonly string[] | undefined;
  unhealthyFrom: number | undefined;
  readonly needs: Need[] = [];
  readonly #lines: OutputLine[] = [];
  readonly #state: ShellState;
  readonly #running: Running;
  readonly #history: FileHistory;
  readonly #startSize: number;
  #partial = '';
  #logSize = 0;
  #restMs = 500;
  #over = false;
  /** It does nothing but compute. */
  #spins = false;
  #image: Plan | undefined;
  #imageFrom = 0;

  constructor(
    argv: string[],
    around: Surroundings,
    world: ShellWorld,
    workingDir: string | undefined,
    private readonly handOver: () => Plan | undefined,
  ) {
    this.#history = new FileHistory(around.files);
    const files = new ContainerFiles(around.files, (path, text) => this.#history.note(this.#state.at, path, text));
    this.#state = freshShell(around, workingDir, files);
    this.#startSize = files.size + this.#state.variables.size;
    this.#running = runCommand(argv, '', this.#state, world);
  }

  /** A shell as process 1 does not end at SIGTERM unless it traps it. */
  get stopsIn(): number {
    if (this.#image) return this.#image.stopsIn;
    return this.#state.trapsTerm ? 0 : Infinity;
  }

  get isImages(): boolean {
    return this.#image !== undefined;
  }

  /** A loop without a pause takes all of a core. */
  usageAt(at: number): Usage {
    if (this.#image) return this.#image.usageAt?.(at - this.#imageFrom) ?? idleUsage;
    return this.#spins && !this.ending ? { ...idleUsage, cpuMillicores: 1000 } : idleUsage;
  }

  /**
   * Lets the script go on until that time.
   * @returns when it wants to go on again; Infinity when it never will
   */
  advance(until: number): number {
    this.needs.length = 0;
    this.#spins = false;
    const horizon = until + AHEAD_MS;
    for (let steps = 0; !this.#over; steps++) {
      if (this.#state.at > horizon) return horizon;
      if (steps >= MAX_STEPS) {
        // A busy loop: what it would have done meanwhile is left out.
        this.#state.at = Math.max(this.#state.at, until);
        this.#spins = true;
        this.#restMs = Math.min(LONGEST_REST_MS, this.#restMs * 2);
        return until + this.#restMs;
      }
      const wakeAt = this.#step(until);
      if (wakeAt !== undefined) return wakeAt;
    }
    return Infinity;
  }

  #step(until: number): number | undefined {
    try {
      const { done, value } = this.#running.next();
      this.#checkSize();
      if (done) this.#end(value, value === 0 ? 'Completed' : 'Error');
      else if ('write' in value) this.#write(value.write);
      else if ('wait' in value) this.#wait(value.wait);
      else if ('need' in value) {
        // Whoever meets the need asks again.
        this.needs.push(value.need);
        return Infinity;
      } else if ('asks' in value && this.#state.at > until) return Math.max(this.#state.at, until + SHORTEST_REST_MS);
      return undefined;
    } catch (error) {
      if (error instanceof ShellExit) this.#end(error.code, error.code === 0 ? 'Completed' : 'Error');
      else if (error instanceof OutOfMemory) this.#end(137, 'OOMKilled');
      else if (error instanceof UnknownCommand) this.#unknown(error.words);
      else {
        // Recursion without end, or a mistake of ours: either way it is over for this container, not for the kubelet.
        this.#write(`sh: ${error instanceof Error ? error.message : String(error)}\n`);
        this.#end(2, 'Error');
      }
      return undefined;
    }
  }

  *output(until: number): Generator<OutputLine> {
    for (const line of this.#lines) if (line.at <= until) yield line;
    if (this.#image) {
      for (const { at, text } of this.#image.output(until - this.#imageFrom)) yield { at: at + this.#imageFrom, text };
    }
  }

  filesAt(at: number): Map<string, string> {
    return this.#history.at(at);
  }

  #wait(milliseconds: number): void {
    this.#state.at += milliseconds;
    if (this.#state.at === Infinity) this.#over = true;
  }

  #write(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    if (this.#partial.length > MAX_LINE) {
      lines.push(this.#partial);
      this.#partial = '';
    }
    for (const line of lines) {
      const kept = line.slice(0, MAX_LINE);
      this.#lines.push({ at: this.#state.at, text: kept });
      this.#logSize += kept.length;
    }
    while (this.#lines.length > MAX_LINES || this.#logSize > MAX_LOG) {
      for (const { text: gone } of this.#lines.splice(0, Math.ceil(this.#lines.length / 4)))
        this.#logSize -= gone.length;
    }
  }

  #end(exitCode: number, reason: Ending['reason']): void {
    if (this.#partial) this.#write('\n');
    this.#over = true;
    this.ending = { after: this.#state.at, exitCode, reason };
  }

  #unknown(words: string[]): void {
    const image = this.handOver();
    if (!image) {
      this.#write(`sh: ${words[0] ?? ''}: not found\n`);
      return this.#end(127, 'Error');
    }
    if (this.#partial) this.#write('\n');
    this.#over = true;
    this.#image = image;
    this.#imageFrom = this.#state.at;
    this.port = image.port;
    this.paths = image.paths;
    this.servesFrom = this.#imageFrom + image.servesFrom;
    if (image.unhealthyFrom !== undefined) this.unhealthyFrom = this.#imageFrom + image.unhealthyFrom;
    if (image.ending) this.ending = { ...image.ending, after: this.#imageFrom + image.ending.after };
  }

  #checkSize(): void {
    const { files, variables } = this.#state;
    if (files.size + variables.size > MAX_FILES + this.#startSize)
      throw new Error('write error: No space left on device');
  }
}
