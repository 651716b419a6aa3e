import type { KubeObject } from '@kubedan/kube';
import type { NodePoolPlan, WorldPlan } from '@kubedan/world';
import type { NodeSpec } from '../nodes.js';
import { nodeLabels, gpuResource } from '../traffic/pod-facts.js';
import { WORLD_GROUP } from '../traffic/definitions.js';
import type { Condition } from '../traffic/objects.js';
import type { WantedCondition } from '../traffic/statuses.js';

/** world.kubedan.dev/v1 NodePool, as the API server keeps it. */
export interface NodePool extends KubeObject {
  spec: {
    type: string;
    spot?: boolean;
    min?: number;
    max: number;
    zones?: string[];
    labels?: Record<string, string>;
    taints?: { key: string; value?: string; effect: string }[];
  };
  status?: { nodes?: number; ready?: number; conditions?: Condition[] };
}

export const NODE_POOL = { apiVersion: `${WORLD_GROUP}/v1`, kind: 'NodePool' } as const;

/** @returns the object for a pool of a lab */
export function poolObject({ name, type, spot, min, max, zones, labels, taints }: NodePoolPlan): NodePool {
  return {
    ...NODE_POOL,
    metadata: { name },
    spec: {
      type,
      spot,
      min,
      max,
      zones: [...zones],
      ...(Object.keys(labels).length ? { labels: { ...labels } } : {}),
      ...(taints.length ? { taints: taints.map((taint) => ({ ...taint })) } : {}),
    },
  };
}

/** What the world says of a pool: whether there are such machines at such a price. */
export function validity({ spec }: NodePool, types: WorldPlan['nodeTypes']): WantedCondition {
  const type = Object.hasOwn(types, spec.type) ? types[spec.type] : undefined;
  const known = Object.keys(types).join(', ') || 'none';
  if (!type) {
    const message = `There is no node type ${spec.type}; there is ${known}.`;
    return { type: 'Valid', status: false, reason: 'UnknownType', message };
  }
  if (spec.spot && !type.spot) {
    const message = `The node type ${spec.type} cannot be had at a spot price.`;
    return { type: 'Valid', status: false, reason: 'NoSpotPrice', message };
  }
  return { type: 'Valid', status: true, reason: 'Valid' };
}

/** @returns the pool in the engine's words, with the labels that all of its nodes have */
export function poolPlan({ metadata: { name }, spec }: NodePool, size: number): NodePoolPlan {
  const { type, spot = false, min = 0, max, zones = ['a'], labels = {}, taints = [] } = spec;
  return { name, type, size, min, max, spot, zones, labels: { ...ownLabels({ name, type, spot }), ...labels }, taints };
}

/** @param number of the node in its pool, from 1 on */
export function poolNode(pool: NodePoolPlan, types: WorldPlan['nodeTypes'], number: number): NodeSpec {
  const type = types[pool.type];
  if (!type) throw new RangeError(`There is no node type ${pool.type}.`);
  return {
    name: `${pool.name}-${number}`,
    zone: pool.zones[(number - 1) % pool.zones.length] ?? 'a',
    cpu: String(type.cpu),
    memory: String(type.memory),
    labels: { ...ownLabels(pool), ...pool.labels },
    ...(pool.taints.length ? { taints: pool.taints.map((taint) => ({ ...taint })) } : {}),
    ...(type.gpus > 0 ? { resources: { [gpuResource]: String(type.gpus) } } : {}),
  };
}

const ownLabels = ({ name, type, spot }: Pick<NodePoolPlan, 'name' | 'type' | 'spot'>): Record<string, string> => ({
  [nodeLabels.pool]: name,
  [nodeLabels.type]: type,
  [nodeLabels.capacity]: spot ? 'spot' : 'on-demand',
});
