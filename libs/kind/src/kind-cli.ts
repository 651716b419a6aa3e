import { type CommandOutcome, type CommandRequest, Docker, runCommand, succeeded } from '@kubedan/docker';
import { basename, delimiter, dirname, isAbsolute } from 'node:path';
import { kindError } from './classify.js';
import { KindInvalidError } from './errors.js';

export interface KindOptions {
  /** Path of the kind command, or its name on the PATH. */
  binary: string;
  /** Path of the docker command; its file has to be named `docker`, as kind looks for that. Default: the one on the PATH. */
  docker?: string;
  /** Added to this process's environment, e.g. DOCKER_HOST; `undefined` takes a variable away. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds for a call that names no time of its own. Default 60,000. */
  timeoutMs?: number;
  /**
   * Milliseconds that Docker may be away, as for a restart, while what a failed creation made is removed; after that it is left
   * behind. Default 20,000.
   */
  dockerAwayMs?: number;
  /** Milliseconds, from any start. Default: the process's own clock. */
  clock?: () => number;
}

export type CallOptions = Pick<CommandRequest, 'input' | 'signal' | 'onErrorLine' | 'onGroup'> & {
  timeoutMs?: number | undefined;
};

/** Runs the kind command; the verbs are built on it. */
export class KindCli {
  /** The same Docker that kind uses. */
  readonly docker: Docker;
  readonly clock: () => number;
  readonly dockerAwayMs: number;
  readonly #binary: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #timeoutMs: number;

  constructor({ binary, docker, env = {}, timeoutMs = 60_000, ...options }: KindOptions) {
    if (docker !== undefined && basename(docker) !== 'docker') {
      throw new KindInvalidError([
        { path: 'docker', message: `the file has to be named docker, not ${basename(docker)}` },
      ]);
    }
    this.#binary = binary;
    this.#timeoutMs = timeoutMs;
    this.clock = options.clock ?? (() => performance.now());
    this.dockerAwayMs = options.dockerAwayMs ?? 20_000;
    this.docker = new Docker({ env, ...(docker === undefined ? {} : { binary: docker }) });
    const path = env['PATH'] ?? process.env['PATH'] ?? '';
    this.#env = {
      ...process.env,
      ...env,
      ...(docker !== undefined && isAbsolute(docker) ? { PATH: `${dirname(docker)}${delimiter}${path}` } : {}),
      // kind takes podman or nerdctl where docker does not answer at once; what we know of errors is Docker's.
      KIND_EXPERIMENTAL_PROVIDER: 'docker',
      // A user's own settings must not name the cluster, nor the file that its credentials are written to.
      KIND_CLUSTER_NAME: undefined,
      KUBECONFIG: undefined,
    };
  }

  /** @returns how a call went, be it well or not */
  outcome(args: readonly string[], { timeoutMs, ...options }: CallOptions = {}): Promise<CommandOutcome> {
    return runCommand({
      file: this.#binary,
      args,
      env: this.#env,
      timeoutMs: timeoutMs ?? this.#timeoutMs,
      ...options,
    });
  }

  /**
   * @returns what it printed
   * @throws one of errors.ts, one of Docker's, or the signal's reason
   */
  async call(args: readonly string[], options?: CallOptions): Promise<string> {
    const outcome = await this.outcome(args, options);
    if (!succeeded(outcome)) throw kindError(outcome);
    return outcome.stdout;
  }
}
