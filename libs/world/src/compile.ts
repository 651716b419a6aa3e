import {
  millisecondsOf,
  numberOf,
  quantityOf,
  type DependencySpec,
  type ImageCatalogue,
  type IncidentSpec,
  type NodePoolSpec,
  type NodeTypeSpec,
  type TrafficSpec,
  type WorkSpec,
  type WorldSpec,
} from '@kubedan/contracts';
import type {
  DependencyPlan,
  IncidentPlan,
  NodePoolPlan,
  NodeTypePlan,
  SourcePlan,
  Target,
  WorkPlan,
  WorldPlan,
} from './plan.js';
import { profileOf } from './profile.js';

const ms = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : millisecondsOf(text);
const amount = (value: number | string | undefined, otherwise: number): number =>
  value === undefined ? otherwise : numberOf(value);

/**
 * Puts a lab's world into the engine's units and fills in what was left out.
 * @param world spec.world of a lab whose variables are put in
 * @param images its image catalogue
 * @throws RangeError for a variable that stands where a number or a duration should
 */
export function compileWorld(world: WorldSpec, images: ImageCatalogue): WorldPlan {
  const { autoscaler = {} } = world;
  return {
    sources: Object.entries(world.traffic ?? {}).map(([name, spec]) => sourceOf(name, spec)),
    dependencies: Object.entries(world.dependencies ?? {}).map(([name, spec]) => dependencyOf(name, spec)),
    incidents: (world.incidents ?? []).filter(({ when }) => !when || when.value === when.is).map(incidentOf),
    images: Object.fromEntries(
      Object.entries(images).map(([image, { work, memory }]) => [image, workOf(work ?? {}, memory)]),
    ),
    nodeTypes: Object.fromEntries(Object.entries(world.nodeTypes ?? {}).map(([name, spec]) => [name, typeOf(spec)])),
    nodePools: Object.entries(world.nodePools ?? {}).map(([name, spec]) => poolOf(name, spec)),
    autoscaler: {
      utilization: amount(autoscaler.utilization, 0.5),
      unneededForMs: ms(autoscaler.unneededFor, 600_000),
      afterAddingMs: ms(autoscaler.afterAdding, 600_000),
    },
  };
}

function sourceOf(name: string, spec: TrafficSpec): SourcePlan {
  return {
    name,
    target: spec.queue === undefined ? targetOf(spec.url ?? '') : { kind: 'queue', name: spec.queue },
    profile: profileOf(spec.profile),
    startsMs: spec.starts === 'on-request' ? undefined : ms(spec.starts, 0),
    everyMs: ms(spec.every, Infinity),
    timeoutMs: ms(spec.timeout, 10_000),
    retries: amount(spec.retries, 0),
    backoffMs: ms(spec.backoff, 0),
  };
}

/**
 * @param url `http://shop.example/cart`, or `http://web.shop.svc/` for a Service past the gateway
 * @throws RangeError when it is no such address
 */
export function targetOf(url: string): Target {
  const { hostname, pathname } = new URL(url);
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(?:\.cluster\.local)?$/.exec(hostname) ?? [];
  if (name === undefined || namespace === undefined) return { kind: 'gateway', host: hostname, path: pathname };
  return { kind: 'service', service: `${namespace}/${name}`, path: pathname };
}

const latencies = { cache: 0.5, dns: 1, database: 5, api: 50, queue: 1 } as const;

function dependencyOf(name: string, spec: DependencySpec): DependencyPlan {
  return {
    name,
    kind: spec.kind,
    latencyMs: ms(spec.latency, latencies[spec.kind]),
    variation: amount(spec.variation, 1),
    concurrency: amount(spec.concurrency, 64),
    backlog: amount(spec.backlog, 10_000),
    errors: amount(spec.errors, 0),
    hits: spec.kind === 'cache' ? amount(spec.hits, 0.9) : 1,
    behind: spec.behind,
    asked: spec.kind === 'dns' ? amount(spec.asked, 0.05) : 0,
  };
}

function incidentOf(spec: IncidentSpec): IncidentPlan {
  return {
    name: spec.name,
    on: spec.on,
    atMs: millisecondsOf(spec.at),
    lastsMs: ms(spec.lasts, Infinity),
    everyMs: ms(spec.every, Infinity),
    slower: amount(spec.slower, 1),
    errors: amount(spec.errors, 0),
    down: spec.down ?? false,
    burns: quantityOf(spec.burns),
  };
}

/** What a container does of whose image nothing is known. */
export const idleWork: WorkPlan = workOf({}, undefined);

function workOf(spec: WorkSpec, memory: string | undefined): WorkPlan {
  const { batch, background } = spec;
  return {
    cpuMs: ms(spec.cpu, 0),
    variation: amount(spec.variation, 1),
    concurrency: amount(spec.concurrency, 16),
    backlog: amount(spec.backlog, 1024),
    baseMemory: quantityOf(memory),
    memoryPerRequest: quantityOf(spec.memory),
    leakPerSecond: quantityOf(spec.leak),
    errors: amount(spec.errors, 0),
    calls: (spec.calls ?? []).map((call) => ({
      to: call.to,
      share: amount(call.share, 1),
      timeoutMs: ms(call.timeout, 30_000),
      retries: amount(call.retries, 0),
      backoffMs: ms(call.backoff, 0),
      optional: call.optional ?? false,
    })),
    batch: batch && {
      max: numberOf(batch.max),
      waitMs: ms(batch.wait, 0),
      baseMs: millisecondsOf(batch.base),
      perItemMs: ms(batch.perItem, 0),
    },
    takes: spec.takes,
    background: {
      cores: quantityOf(background?.cpu),
      everyMs: ms(background?.every, Infinity),
      lastsMs: ms(background?.lasts, Infinity),
    },
  };
}

function typeOf(spec: NodeTypeSpec): NodeTypePlan {
  return {
    cpu: quantityOf(spec.cpu),
    memory: quantityOf(spec.memory),
    gpus: amount(spec.gpus, 0),
    pricePerHour: numberOf(spec.pricePerHour),
    startsInMs: ms(spec.startsIn, 40_000),
    spot: spec.spot && {
      pricePerHour: numberOf(spec.spot.pricePerHour),
      interruptedEveryMs: millisecondsOf(spec.spot.interruptedEvery),
      noticeMs: ms(spec.spot.notice, 120_000),
    },
  };
}

function poolOf(name: string, spec: NodePoolSpec): NodePoolPlan {
  const size = numberOf(spec.size);
  return {
    name,
    type: spec.type,
    size,
    min: amount(spec.min, size),
    max: amount(spec.max, size),
    spot: spec.spot ?? false,
    zones: spec.zones ?? ['a'],
    labels: spec.labels ?? {},
    taints: spec.taints ?? [],
  };
}
