import { z } from 'zod';
import { dockerError } from './classify.js';
import { succeeded } from './command.js';
import type { DockerCli } from './docker-cli.js';
import { DockerNotRunningError } from './errors.js';

export interface DockerInfo {
  clientVersion: string | undefined;
  serverVersion: string;
  /** Of control groups, on the host: 1 or 2. */
  cgroupVersion: 1 | 2;
  cgroupDriver: string;
  /** Whether the daemon runs without root's rights. */
  rootless: boolean;
  cpus: number;
  memoryBytes: number;
  storageDriver: string;
  /** Folder where images and containers are kept, on the daemon's host. */
  dataDir: string;
  operatingSystem: string;
  kernel: string;
  /** Containers that run. */
  running: number;
}

const answerSchema = z.object({
  ServerVersion: z.string().default(''),
  CgroupVersion: z.string().default('1'),
  CgroupDriver: z.string().default(''),
  SecurityOptions: z.array(z.string()).nullish(),
  NCPU: z.number().default(0),
  MemTotal: z.number().default(0),
  Driver: z.string().default(''),
  DockerRootDir: z.string().default(''),
  OperatingSystem: z.string().default(''),
  KernelVersion: z.string().default(''),
  ContainersRunning: z.number().default(0),
  ServerErrors: z.array(z.string()).nullish(),
  ClientInfo: z.object({ Version: z.string().optional() }).optional(),
});

export interface InfoOptions {
  /** Milliseconds. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** @throws DockerMissingError, DockerNotRunningError, DockerDeniedError, DockerTimeoutError, or the signal's reason */
export async function info(cli: DockerCli, options: InfoOptions = {}): Promise<DockerInfo> {
  const outcome = await cli.outcome(['info', '--format', '{{json .}}'], options);
  if (!succeeded(outcome)) throw dockerError(outcome);
  const answer = answerSchema.parse(JSON.parse(outcome.stdout));
  // Old clients end with status 0 and tell of the daemon that they did not reach in the answer.
  if (answer.ServerVersion === '') {
    const stderr = answer.ServerErrors?.join('\n') ?? outcome.stderr;
    const said = { ...outcome, stderr };
    const meant = dockerError(said);
    throw meant.name === 'DockerFailedError' ? new DockerNotRunningError(said) : meant;
  }
  return {
    clientVersion: answer.ClientInfo?.Version,
    serverVersion: answer.ServerVersion,
    cgroupVersion: answer.CgroupVersion === '2' ? 2 : 1,
    cgroupDriver: answer.CgroupDriver,
    rootless: answer.SecurityOptions?.some((option) => option.split(',').includes('name=rootless')) ?? false,
    cpus: answer.NCPU,
    memoryBytes: answer.MemTotal,
    storageDriver: answer.Driver,
    dataDir: answer.DockerRootDir,
    operatingSystem: answer.OperatingSystem,
    kernel: answer.KernelVersion,
    running: answer.ContainersRunning,
  };
}
