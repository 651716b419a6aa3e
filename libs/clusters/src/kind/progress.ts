import type { LocalizedText } from '@kubedan/contracts';
import type { KindStep } from '@kubedan/kind';

/** What a learner reads while a cluster is made, by kind's steps; those that pass in a moment are left out. */
const texts: Partial<Record<KindStep['name'], LocalizedText>> = {
  image: { en: 'Looking for the node image', zh: '正在查找节点镜像' },
  nodes: { en: 'Starting the nodes of your cluster', zh: '正在启动集群的节点' },
  'control-plane': { en: 'Starting the control plane', zh: '正在启动控制平面' },
  network: { en: 'Connecting the network', zh: '正在接通网络' },
  'join-workers': { en: 'The other nodes are joining', zh: '其他节点正在加入' },
};

/** @returns undefined for a step that is not worth telling */
export function textOf({ name, state }: KindStep): LocalizedText | undefined {
  return state === 'started' ? texts[name] : undefined;
}
