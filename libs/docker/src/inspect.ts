import { z } from 'zod';
import { dockerError } from './classify.js';
import type { DockerCli } from './docker-cli.js';

export type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface Container {
  id: string;
  name: string;
  image: string;
  labels: Record<string, string>;
  status: ContainerStatus;
  /** Of its last run; 0 while it runs. */
  exitCode: number;
  /** Whether its last run was ended for lack of memory. */
  oomKilled: boolean;
  startedAt: Date | undefined;
  /** Limits; undefined where there is none. */
  limits: { memoryBytes: number | undefined; cpus: number | undefined; pids: number | undefined };
  /** Ports of the host that lead into it. */
  ports: { hostIp: string; hostPort: number; containerPort: number; protocol: string }[];
  /** Its address in each network that it is in, by the network's name. */
  addresses: Record<string, string>;
}

const optional = (value: number | null | undefined) => (value && value > 0 ? value : undefined);

const containerSchema = z
  .object({
    Id: z.string(),
    Name: z.string(),
    Config: z.object({ Image: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
    State: z.object({
      Status: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
      ExitCode: z.number(),
      OOMKilled: z.boolean().default(false),
      StartedAt: z.string().default(''),
    }),
    HostConfig: z.object({
      Memory: z.number().nullish(),
      NanoCpus: z.number().nullish(),
      PidsLimit: z.number().nullish(),
    }),
    NetworkSettings: z.object({
      Ports: z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable()).nullish(),
      Networks: z.record(z.string(), z.object({ IPAddress: z.string().default('') })).nullish(),
    }),
  })
  .transform((it): Container => ({
    id: it.Id,
    name: it.Name.replace(/^\//, ''),
    image: it.Config.Image,
    labels: it.Config.Labels ?? {},
    status: it.State.Status,
    exitCode: it.State.ExitCode,
    oomKilled: it.State.OOMKilled,
    // Docker's year 1 stands for never.
    startedAt: /^(0001|$)/.test(it.State.StartedAt) ? undefined : new Date(it.State.StartedAt),
    limits: {
      memoryBytes: optional(it.HostConfig.Memory),
      cpus: optional((it.HostConfig.NanoCpus ?? 0) / 1e9),
      pids: optional(it.HostConfig.PidsLimit),
    },
    ports: Object.entries(it.NetworkSettings.Ports ?? {}).flatMap(([key, bindings]) => {
      const [port, protocol = 'tcp'] = key.split('/');
      return (bindings ?? []).map(({ HostIp, HostPort }) => ({
        hostIp: HostIp,
        hostPort: Number(HostPort),
        containerPort: Number(port),
        protocol,
      }));
    }),
    addresses: Object.fromEntries(
      Object.entries(it.NetworkSettings.Networks ?? {}).map(([network, { IPAddress }]) => [network, IPAddress]),
    ),
  }));

/** @throws ContainerNotFoundError, and what every call throws */
export async function inspect(cli: DockerCli, name: string, signal?: AbortSignal): Promise<Container> {
  const stdout = await cli.call(['inspect', '--type', 'container', name], { signal });
  const [container] = parse(stdout);
  if (!container) throw new Error(`docker inspect ${name} answered with an empty list.`);
  return container;
}

/** Those of several that are still there. */
export async function inspectAll(cli: DockerCli, ids: readonly string[], signal?: AbortSignal): Promise<Container[]> {
  if (ids.length === 0) return [];
  const outcome = await cli.outcome(['inspect', '--type', 'container', ...ids], { signal });
  // Of those that went away since they were listed, stderr tells; the others are on stdout all the same.
  const went = /no such (container|object)/i.test(outcome.stderr);
  if (outcome.exitCode !== 0 && !went) throw dockerError(outcome);
  return parse(outcome.stdout);
}

function parse(stdout: string): Container[] {
  return z.array(containerSchema).parse(JSON.parse(stdout));
}
