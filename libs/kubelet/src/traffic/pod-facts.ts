import { quantityOf } from '@kubedan/contracts';
import type { ContainerFact, NodeFact, PodFact } from '@kubedan/world';
import { fullName, parseImage } from '../images.js';
import type { Plan } from '../plan.js';
import type { Container, Pod } from '../pod-types.js';
import { deadPort } from './service-facts.js';

/** A container of a pod and its present run, if it runs. */
export interface PlayedContainer {
  spec: Container;
  run: { startedAt: number; plan: Plan } | undefined;
}
export interface PlayedPod {
  pod: Pod;
  containers: readonly PlayedContainer[];
}

export const gpuResource = 'nvidia.com/gpu';

/** @returns what the pod's traffic is counted under: its label `version`, or the tag of its first image */
export function versionOf({ metadata, spec }: Pod): string {
  const { version } = metadata.labels ?? {};
  if (version) return version;
  const image = parseImage(spec.containers[0]?.image ?? '');
  return image?.tag || image?.digest?.slice(7, 19) || 'unknown';
}

/** @returns whether requests that reach the container are taken, and until when that stays so; in host time */
export function servingOf({ run }: PlayedContainer, now: number): { serving: boolean; until: number } {
  if (!run) return { serving: false, until: Infinity };
  const { startedAt, plan } = run;
  const from = startedAt + plan.servesFrom;
  const unwellFrom = plan.unhealthyFrom === undefined ? Infinity : startedAt + plan.unhealthyFrom;
  if (now >= unwellFrom) return { serving: false, until: Infinity };
  return now < from ? { serving: false, until: Math.min(from, unwellFrom) } : { serving: true, until: unwellFrom };
}

/**
 * @param since the world's time of the start of a container's present run, by the container's name
 * @param deadPorts ports that requests are sent to and nobody listens on
 * @returns the pod as the engine plays it, and when that changes by itself (host time, Infinity for never)
 */
export function podFact(
  { pod, containers }: PlayedPod,
  since: (container: string, startedAt: number) => number,
  deadPorts: Iterable<number>,
  now: number,
): { fact: PodFact; until: number } {
  let until = Infinity;
  const facts: ContainerFact[] = containers.map((container) => {
    const { spec, run } = container;
    const serves = servingOf(container, now);
    until = Math.min(until, serves.until);
    return {
      name: spec.name,
      // A command in the place of the image's program has nothing to do with requests.
      image: run && !run.plan.isImages ? '' : fullName(spec.image ?? ''),
      ...(run ? { startedAt: since(spec.name, run.startedAt) } : {}),
      serving: serves.serving,
      ...resourcesOf(spec),
    };
  });
  const start = facts.find((one) => one.startedAt !== undefined)?.startedAt;
  if (start !== undefined)
    for (const port of deadPorts) facts.push({ name: deadPort(port), image: '', startedAt: start, serving: false });
  const { name, namespace = 'default', uid = '' } = pod.metadata;
  const { nodeName } = pod.spec;
  const fact = {
    uid,
    namespace,
    name,
    ...(nodeName ? { node: nodeName } : {}),
    version: versionOf(pod),
    containers: facts,
  };
  return { fact, until };
}

function resourcesOf({ resources }: Container): Partial<ContainerFact> {
  const { limits = {}, requests = {} } = resources ?? {};
  const known = (from: Record<string, string>, name: string): number | undefined =>
    from[name] === undefined ? undefined : quantityOf(from[name]);
  const wanted = {
    cpuLimit: known(limits, 'cpu'),
    // What is limited and asks for nothing asks for its limit; the API server has filled that in already.
    cpuRequest: known(requests, 'cpu'),
    memoryLimit: known(limits, 'memory'),
    memoryRequest: known(requests, 'memory'),
    gpus: known(limits, gpuResource),
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

/** A node as the cluster has it. */
export interface PlayedNode {
  name: string;
  labels: Readonly<Record<string, string>>;
  allocatable: Readonly<Record<string, string>>;
}

/** Labels by which a node says what it is to whoever pays for it. */
export const nodeLabels = {
  type: 'node.kubernetes.io/instance-type',
  zone: 'topology.kubernetes.io/zone',
  pool: 'world.kubedan.dev/node-pool',
  /** `spot` or `on-demand`. */
  capacity: 'world.kubedan.dev/capacity-type',
} as const;

export function nodeFact({ name, labels, allocatable }: PlayedNode): NodeFact {
  const type = labels[nodeLabels.type];
  const zone = labels[nodeLabels.zone];
  const pool = labels[nodeLabels.pool];
  const gpus = quantityOf(allocatable[gpuResource]);
  return {
    name,
    cpu: quantityOf(allocatable['cpu']),
    memory: quantityOf(allocatable['memory']),
    ...(gpus > 0 ? { gpus } : {}),
    ...(zone ? { zone } : {}),
    ...(type ? { type } : {}),
    ...(pool ? { pool } : {}),
    ...(labels[nodeLabels.capacity] === 'spot' ? { spot: true } : {}),
  };
}
