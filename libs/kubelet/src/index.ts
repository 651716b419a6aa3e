export { AttachedPlane, type AttachOptions } from './attached-plane.js';
export { metricsService, worldObjects } from './metrics/apis.js';
export { KUBELET_PORT, KUBELET_VERSION, type NodeSpec } from './nodes.js';
export { openWorld, type WorldOptions } from './traffic/open-world.js';
export type { PlayedWorld } from './traffic/played-world.js';
export { VirtualKubelet } from './virtual-kubelet.js';
export { DialRefusedError } from './server/dial.js';
