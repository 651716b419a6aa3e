import { dockerError } from './classify.js';
import { type CommandOutcome, type CommandRequest, runCommand, succeeded } from './command.js';

export interface DockerOptions {
  /** Name or path of the docker command. Default `docker`, from the PATH. */
  binary?: string;
  /** Added to this process's environment, e.g. DOCKER_HOST; `undefined` takes a variable away. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds for a call that names no time of its own. Default 30,000. */
  timeoutMs?: number;
}

export type CallOptions = Pick<CommandRequest, 'input' | 'signal' | 'onErrorLine'> & {
  timeoutMs?: number | undefined;
  /** What errors show as the command, where arguments may hold secrets. */
  shown?: readonly string[];
};

/** Runs the docker command; the verbs are built on it. */
export class DockerCli {
  readonly binary: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #timeoutMs: number;

  constructor({ binary = 'docker', env = {}, timeoutMs = 30_000 }: DockerOptions) {
    this.binary = binary;
    this.env = { ...process.env, ...env };
    this.#timeoutMs = timeoutMs;
  }

  /** @returns how a call went, be it well or not */
  async outcome(args: readonly string[], { timeoutMs, shown, ...options }: CallOptions = {}): Promise<CommandOutcome> {
    const { binary, env } = this;
    const outcome = await runCommand({ file: binary, args, env, timeoutMs: timeoutMs ?? this.#timeoutMs, ...options });
    return shown ? { ...outcome, command: [binary, ...shown] } : outcome;
  }

  /**
   * @returns what it printed
   * @throws one of errors.ts, or the signal's reason
   */
  async call(args: readonly string[], options?: CallOptions): Promise<string> {
    const outcome = await this.outcome(args, options);
    if (!succeeded(outcome)) throw dockerError(outcome);
    return outcome.stdout;
  }
}
