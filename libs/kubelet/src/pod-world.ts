import type { ImageBehaviour } from '@kubedan/contracts';
import type { AnsweringPod, Counted } from './answering-pod.js';
import type { LookUp } from './lookups.js';
import type { planOfContainer } from './plan-of-container.js';

/** What the machine needs to know of everything around one pod. It changes nothing but the node's images. */
export interface PodWorld {
  seed: string;
  hostIP: string;
  /** PEM text of the authority that pods know the API server by. */
  rootCA: string;
  lookUp: LookUp;
  behaviourOf(image: string): ImageBehaviour | undefined;
  /** The image has a program of its own, which the world plays without knowing its name. */
  hasProgram(image: string): boolean;
  isOnNode(image: string): boolean;
  putOnNode(image: string): void;
  allocateIP(): string;
  /** Factor on the delays of CrashLoopBackOff and ImagePullBackOff; 1 is a kubelet's own. */
  backoffScale: number;
  /** The machine of the pod with that address. */
  podAt(ip: string): AnsweringPod | undefined;
  planOf: typeof planOfContainer;
  /** How many milliseconds a container takes to answer a probe; Infinity when it does not. */
  probeMs(podUid: string, container: string): number;
  /** What the world has counted of a container that does work in it. */
  counted(podUid: string, container: string): Counted | undefined;
  /** Containers may be slow to answer at any time: every probe is asked. */
  probesAreUneven(): boolean;
}
