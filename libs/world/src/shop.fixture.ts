import type { TrafficSpec, WorkSpec, WorldSpec } from '@kubedan/contracts';
import { compileWorld } from './compile.js';
import type { ContainerFact } from './facts.js';
import type { Scope } from './figures.js';
import { createWorld } from './simulated-world.js';
import type { World } from './world-api.js';

export const second = 1000;
export const shoppers: Scope = { kind: 'source', name: 'shoppers' };
export const MiB = 2 ** 20;

export interface ShopOptions {
  seed?: string;
  rate?: number;
  traffic?: Partial<TrafficSpec>;
  work: WorkSpec;
  memory?: string;
  pods?: number;
  /** Cores of each node; a node a pod unless nodes is given. */
  cores?: number;
  nodes?: number;
  container?: Partial<ContainerFact>;
  world?: WorldSpec;
}

/** A Service `shop/web` with its containers, and people who send requests to it. */
export function shop(options: ShopOptions): World {
  const { work, memory, pods = 1, cores = 1, nodes = pods, container = {}, world = {} } = options;
  const plan = compileWorld(
    {
      ...world,
      traffic: {
        shoppers: {
          url: 'http://web.shop.svc/',
          profile: { steady: { rate: options.rate ?? 0 } },
          ...options.traffic,
        },
        ...world.traffic,
      },
    },
    { web: { work, ...(memory === undefined ? {} : { memory }) } },
  );
  const made = createWorld(plan, options.seed ?? 'seed');
  for (let n = 0; n < nodes; n += 1) made.setNode({ name: `node-${n}`, cpu: cores, memory: 64 * 1024 * MiB });
  for (let p = 0; p < pods; p += 1) addPod(made, 'web', p, `node-${p % nodes}`, container);
  serve(made, 'web', pods);
  return made;
}

export function addPod(
  world: World,
  name: string,
  number: number,
  node: string,
  container: Partial<ContainerFact> = {},
  version = '1',
): void {
  world.setPod({
    uid: `${name}-${number}`,
    namespace: 'shop',
    name: `${name}-${number}`,
    node,
    version,
    containers: [{ name: 'main', image: name, startedAt: 0, serving: true, ...container }],
  });
}

export function serve(world: World, name: string, pods: number): void {
  const endpoints = Array.from({ length: pods }, (_, p) => ({ pod: `${name}-${p}`, container: 'main' }));
  world.setService({ namespace: 'shop', name, endpoints });
}
