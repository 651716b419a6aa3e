import { execa } from 'execa';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { dockerError } from './classify.js';
import type { DockerCli } from './docker-cli.js';
import { DockerFailedError, DockerNotRunningError } from './errors.js';
import { ProcessGroup } from './process-group.js';
import { labelFilters, type ListContainersOptions } from './list-containers.js';

const actions = ['create', 'start', 'die', 'stop', 'kill', 'oom', 'pause', 'unpause', 'restart', 'destroy'] as const;
export type ContainerAction = (typeof actions)[number];

export interface ContainerEvent {
  action: ContainerAction;
  id: string;
  name: string;
  labels: Record<string, string>;
  /** Of the container's first process, when it died. */
  exitCode: number | undefined;
  at: Date;
}

export interface EventsOptions {
  labels?: ListContainersOptions['labels'];
  /** Which are wanted. Default: all that ContainerAction names. */
  actions?: readonly ContainerAction[];
  /** Tells what happened since then first. Given the time of the last event, nothing is missed between two calls. */
  since?: Date;
  /** Ends the events, without an error. */
  signal?: AbortSignal;
}

const lineSchema = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
  timeNano: z.number(),
});

/**
 * What happens to containers, as it happens. Ends when the signal is aborted or the loop is left.
 * @throws DockerNotRunningError when Docker goes away, DockerMissingError, DockerDeniedError
 */
export async function* events(cli: DockerCli, options: EventsOptions = {}): AsyncGenerator<ContainerEvent, void, void> {
  const { signal } = options;
  if (signal?.aborted) return;
  const wanted = (options.actions ?? actions).flatMap((action) => ['--filter', `event=${action}`]);
  // Docker counts in seconds with nine decimals.
  const since = options.since ? ['--since', (options.since.getTime() / 1000).toFixed(9)] : [];
  const args = [
    'events',
    '--format',
    '{{json .}}',
    '--filter',
    'type=container',
    ...wanted,
    ...labelFilters(options.labels),
    ...since,
  ];
  const child = execa(cli.binary, args, {
    reject: false,
    env: cli.env,
    extendEnv: false,
    stdin: 'ignore',
    detached: process.platform !== 'win32',
    // What was read is not kept: this may run for weeks.
    buffer: { stdout: false },
  });
  const group = new ProcessGroup(child.pid);
  const onAbort = () => group.end();
  signal?.addEventListener('abort', onAbort);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (signal?.aborted) return;
      if (line !== '') yield eventOf(line);
    }
    const { stderr, exitCode, signal: endedBy, code } = await child;
    if (signal?.aborted) return;
    const outcome = {
      command: [cli.binary, ...args],
      stdout: '',
      stderr,
      exitCode,
      endedBy,
      startError: exitCode === undefined && endedBy === undefined ? (code ?? 'unknown') : undefined,
      timedOutAfterMs: undefined,
    };
    const error = dockerError(outcome);
    // A stream without an end has ended: there is nobody any more who would tell.
    throw error instanceof DockerFailedError ? new DockerNotRunningError(outcome) : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    group.end();
    await child;
    group.over();
  }
}

function eventOf(line: string): ContainerEvent {
  const { Action, Actor, timeNano } = lineSchema.parse(JSON.parse(line));
  const { name = '', image: _image, exitCode, signal: _signal, ...labels } = Actor.Attributes;
  return {
    // `docker events` puts what was run behind a colon for some; none of those is asked for.
    action: Action as ContainerAction,
    id: Actor.ID,
    name,
    labels,
    exitCode: exitCode === undefined ? undefined : Number(exitCode),
    at: new Date(timeNano / 1e6),
  };
}
