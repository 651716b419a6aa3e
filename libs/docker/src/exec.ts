import { dockerError } from './classify.js';
import type { CommandRequest } from './command.js';
import type { DockerCli } from './docker-cli.js';
import { DockerFailedError } from './errors.js';

export interface ExecOptions {
  /** What the program reads. Nothing when left out. */
  input?: CommandRequest['input'];
  /** Name or number. Default: the container's own. */
  user?: string;
  env?: Readonly<Record<string, string>>;
  /** Milliseconds. Default 30,000. */
  timeoutMs?: number;
  /** Ends the waiting. The program in the container goes on: Docker has no way to end it. */
  signal?: AbortSignal;
}

export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program in a running container.
 * @returns what it printed and its status, whatever that is
 * @throws ContainerNotFoundError, ContainerNotRunningError, DockerTimeoutError and the like when it was not Docker's to run it
 */
export async function exec(
  cli: DockerCli,
  name: string,
  argv: readonly [string, ...string[]],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const { input, user, env = {}, timeoutMs, signal } = options;
  const flags = [...(input === undefined ? [] : ['--interactive']), ...(user === undefined ? [] : ['--user', user])];
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const outcome = await cli.outcome(['exec', ...flags, ...variables, name, ...argv], {
    ...(input === undefined ? {} : { input }),
    signal,
    timeoutMs,
    // Arguments and variables may be a learner's or a password: an error names the program alone.
    shown: ['exec', ...flags, name, argv[0], ...(argv.length > 1 ? ['…'] : [])],
  });
  const { exitCode, stdout, stderr } = outcome;
  if (exitCode === undefined || outcome.timedOutAfterMs !== undefined) throw dockerError(outcome);
  if (exitCode !== 0) {
    const error = dockerError(outcome);
    // Docker itself failed only where it says so: other words on stderr are the program's own.
    if (
      !(error instanceof DockerFailedError) &&
      /^(Error|Cannot connect|permission denied|error during)/im.test(stderr)
    )
      throw error;
  }
  return { exitCode, stdout, stderr };
}
